"""Approval: a colleague lets a reply go, with other words if need be, or returns it to its author with a reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, Reply, ReplyState
from bot.domain.cases.thread import Action, Thread
from bot.domain.clock.said import Edge
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.replies.mandate import Approval, Outcome, said_so_far
from bot.domain.replies.second_look import unconfirmed
from bot.networks import network_name
from bot.usecases.cases import queries
from bot.usecases.cases.transition import change, found, locked
from bot.usecases.clock import typed_times
from bot.usecases.desk import access, approvers, presence
from bot.usecases.desk.context import Actor, Context
from bot.usecases.replies import bank, mandate, own_words, second_look
from bot.usecases.replies.reply import check_text, signature_of, signed, strangers
from bot.usecases.replies.reply_outcome import GRACE_SECONDS
from bot.views.cases.models import Card
from storage import outbox
from storage.cases import messages as case_messages
from storage.engine import Connection, reading, transaction
from storage.replies import approvals, messages, replies


@dataclass(frozen=True, slots=True)
class Request:
    """A reply that a colleague is to look at, or was: its thread's card, the request, and its text unsigned.

    `seen` names what the customer has said by now. `limit` is how long the whole text may be on the network.
    """

    card: Card
    reply: Reply
    approval: Approval
    body: str
    signature: str
    seen: str


def request(ctx: Context, reply_id: int) -> Request | None:
    """Return what a message about the reply shows; None if nobody had to look at it."""
    with reading(ctx.engine) as connection:
        reply, approval = replies.get(connection, reply_id), approvals.get(connection, reply_id)
        return _request(connection, ctx, reply, approval) if reply and approval else None


def asked(ctx: Context, actor: Actor, reply_id: int) -> Request:
    """Return the reply if the actor may look at it now.

    Raises Refused: "own_words", "not_an_approver", "role_unknown", "looked_at", "erased", "unknown_thread".
    """
    with reading(ctx.engine) as connection:
        reply = _known(connection, reply_id)
        approval = _for(connection, ctx, actor, found(connection, reply.thread_id), reply)
        return _request(connection, ctx, reply, approval)


def approve(
    ctx: Context,
    actor: Actor,
    reply_id: int,
    *,
    seen: str,
    body: str | None = None,
    colleagues: Collection[str] = (),
    confirmed: Collection[str] = (),
) -> Reply:
    """Let the reply go on its way, with `body` in place of its author's words if that is given.

    From here on it is like any other: there is time to undo it, and it is sent once. `seen` names what the customer
    had said when the actor looked; what they add, change or delete meanwhile is to be read first. With other words
    the author is shown the difference, and a promise whose time has passed is left out. Raises Refused like `asked`,
    and "changed", "promise_passed", "network_refuses", "closed", "merged", and of other words those of a reply.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        of = _known(connection, reply_id)
    found_in_it = second_look.look(ctx, of.thread_id, of.author, body, besides=reply_id) if body is not None else ()
    with transaction(ctx.engine) as connection:
        before = locked(connection, of.thread_id)
        reply = _known(connection, reply_id)
        approval = _for(connection, ctx, actor, before, reply)
        rules.require(before, Action.REPLY)
        _require_answerable(ctx, before)
        shown = _request(connection, ctx, reply, approval)
        if shown.seen != seen:
            raise Refused(RefusalCode.CHANGED, thread=before.id, request=shown)
        desk = ctx.desk_of(before)
        promised_for, text, parts = reply.promised_for, reply.text, reply.parts
        if body is not None:
            text = signed(body, shown.signature)
            parts = check_text(ctx, before, body, text, shown.signature)
            own_words.require(connection, before, body, found_in_it)
            names = [name for name in (*strangers(ctx, shown.card, body), *colleagues) if name not in confirmed]
            findings = unconfirmed(found_in_it, confirmed)
            if names or findings:
                raise Refused(RefusalCode.UNCONFIRMED, thread=before.id, names=names, findings=findings, request=shown)
        if promised_for is not None and not _is_ahead(promised_for, at, ctx, before):
            if body is None:
                raise Refused(RefusalCode.PROMISE_PASSED, thread=before.id)
            promised_for = None
        edited = text != reply.text
        if body is not None and edited:
            bank.edited(connection, before, reply_id, body)
        send_at = at + ctx.clock.real(desk.undo.total_seconds())
        values: dict[str, Any] = {"text": text, "promised_for": promised_for, "created_at": at, "send_at": send_at}
        values["parts"] = parts or None
        values |= _answered(shown) if edited else {}
        moved = replies.move(connection, reply_id, ReplyState.QUEUED, from_=ReplyState.AWAITING, **values)
        if moved is None:
            raise _looked_at(before, approvals.get(connection, reply_id))
        outcome = Outcome.EDITED if edited else Outcome.APPROVED
        approvals.decide(connection, reply_id, outcome, actor.id, at, original=reply.text if edited else "")
        after = rules.approved(before, send_at + ctx.clock.real(GRACE_SECONDS))
        details: dict[str, Any] = {"reply": reply_id, "to": reply.author}
        details |= {"level": "edited"} if edited else {}
        if found_in_it:
            details["despite"] = ", ".join(finding.kind for finding in found_in_it)
        change(connection, before, after, at, actor, EventKind.APPROVED, **details)
        outbox.want(connection, messages.reply(reply_id, after), at=send_at)
        if edited:
            outbox.want_once(connection, messages.edited(moved, desk.slack_channel), at=at)
    ctx.wake()
    return moved


def give_back(ctx: Context, actor: Actor, reply_id: int, reason: str) -> Reply:
    """Return the reply to its author, who is told why under the card and finds the text in the form.

    Raises Refused like `asked`, and "reason_missing".
    """
    at, reason = ctx.clock.now(), clean(reason)
    with transaction(ctx.engine) as connection:
        known = _known(connection, reply_id)
        before = locked(connection, known.thread_id)
        reply = _known(connection, reply_id)
        _for(connection, ctx, actor, before, reply)
        if not reason:
            raise Refused(RefusalCode.REASON_MISSING, thread=before.id)
        moved = replies.move(connection, reply_id, ReplyState.RETURNED, from_=ReplyState.AWAITING)
        if moved is None:
            raise _looked_at(before, approvals.get(connection, reply_id))
        approvals.decide(connection, reply_id, Outcome.RETURNED, actor.id, at, reason=reason)
        told: dict[str, Any] = {"to": reply.author, "reply": reply_id, "note": reason}
        line = change(connection, before, rules.reply_failed(before), at, actor, EventKind.RETURNED, **told)
        desk = ctx.settings.desk_if_any(before.desk)
        channel = desk.slack_channel if desk else reply.author
        outbox.want_once(connection, case_messages.said(before.id, channel, line), at=at)
    ctx.wake()
    return moved


def tick(ctx: Context) -> int:
    """Ask others where none of those who were asked to look at a reply hears it any more; return how many replies.

    While a desk is closed nobody is asked anew.
    """
    at = ctx.clock.now()
    desks = ctx.ringing(at)
    with reading(ctx.engine) as connection:
        waiting = [each for each in approvals.going_on(connection, desks) if _is_unheard(connection, ctx, each)]
    return sum(_ask_others(ctx, each.reply_id, at) for each in waiting)


def _is_unheard(connection: Connection, ctx: Context, approval: Approval) -> bool:
    desk = ctx.desk_of(found(connection, approval.thread_id))
    people = [id_ for id_ in approval.asked if not id_.startswith("S")]
    return not any(presence.hears(connection, ctx, desk, id_) for id_ in people)


def _ask_others(ctx: Context, reply_id: int, at: datetime) -> bool:
    with transaction(ctx.engine) as connection:
        thread = locked(connection, _known(connection, reply_id).thread_id)
        approval = approvals.get(connection, reply_id)
        if approval is None or thread.approval_since is None or thread.pending_reply_id != reply_id:
            return False
        now = approvers.to_ask(connection, ctx, ctx.desk_of(thread), approval.author)
        new = [id_ for id_ in now.people if id_ not in approval.asked]
        if not new:
            return False
        approvals.ask(connection, reply_id, (*approval.asked, *new))
        mandate.tell(connection, ctx, thread, reply_id, now, at)
        outbox.refresh(connection, thread.id, at=at)
    ctx.wake()
    return True


def _for(connection: Connection, ctx: Context, actor: Actor, thread: Thread, reply: Reply) -> Approval:
    """Return the request that the actor may decide about now."""
    desk = access.require_sight(ctx, actor, thread.desk, thread.id)
    approval = approvals.get(connection, reply.id)
    if approval is None:
        raise Refused(RefusalCode.UNKNOWN_THREAD, number=thread.id)
    access.require_second(actor, desk, reply.author, thread=thread.id)
    if thread.erased_at is not None:
        raise Refused(RefusalCode.ERASED, thread=thread.id)
    if reply.state is not ReplyState.AWAITING:
        raise _looked_at(thread, approval)
    return approval


def _looked_at(thread: Thread, approval: Approval | None) -> Refused:
    """Say who was faster."""
    by = (approval.decided_by, approval.decided_at, approval.outcome) if approval else (None, None, None)
    return Refused(RefusalCode.LOOKED_AT, thread=thread.id, owner=by[0], since=by[1], outcome=by[2])


def _require_answerable(ctx: Context, thread: Thread) -> None:
    if thread.reply_blocked_reason is not None:
        raise Refused(RefusalCode.NETWORK_REFUSES, thread=thread.id, reason=thread.reply_blocked_reason)
    if thread.account not in ctx.accounts:
        network = network_name(thread.account)
        raise Refused(RefusalCode.NETWORK_REFUSES, thread=thread.id, reason="not_configured", network=network)


def _is_ahead(promised_for: datetime, at: datetime, ctx: Context, thread: Thread) -> bool:
    try:
        typed_times.require_ahead(promised_for, at, ctx.desk_of(thread), Edge.CLOSING)
    except Refused:
        return False
    return True


def _answered(shown: Request) -> dict[str, Any]:
    """Return up to where a reply answers whose words are now by a colleague, who has seen more than its author had."""
    newest = max((post.id for post in shown.card.posts if post.inbound), default=0)
    return {"answers_through_post_id": max(newest, shown.reply.answers_through_post_id)}


def _request(connection: Connection, ctx: Context, reply: Reply, approval: Approval) -> Request:
    card = queries.card_of(connection, ctx, reply.thread_id)
    signature = ""
    if ctx.settings.desk_if_any(card.thread.desk) is not None:
        signature = signature_of(connection, ctx, card.thread, reply.author)
    body = reply.text.removesuffix(signature).rstrip()
    return Request(card, reply, approval, body, signature, said_so_far(card.posts))


def _known(connection: Connection, reply_id: int) -> Reply:
    reply = replies.get(connection, reply_id)
    if reply is None:
        raise Refused(RefusalCode.UNKNOWN_THREAD, number=reply_id)
    return reply
