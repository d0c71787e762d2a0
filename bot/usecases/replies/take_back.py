"""Take back: our account deletes an answer of ours on the network, when a colleague says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.cases.conversation import EventKind, Reply, ReplyState
from bot.domain.cases.thread import Thread
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.networks import network_name
from bot.networks.base import Account, Ambiguous, Deed, NotDone, Rejected
from bot.usecases.cases import deeds, queries, unanswered
from bot.usecases.cases.transition import add_line, allowed, found, locked, locked_where_it_goes_on
from bot.usecases.desk import access
from bot.usecases.desk.context import THE_DESK, Actor, Context
from bot.usecases.replies.reply_outcome import told_in
from bot.views.cases.models import Card
from storage import outbox
from storage.cases import messages, posts
from storage.cases.messages import NotePayload
from storage.engine import Connection, reading, transaction
from storage.outbox.tasks import task
from storage.replies import replies

TASK = "take_back"


def asked(ctx: Context, actor: Actor, thread_id: int, reply_id: int | None = None) -> tuple[Card, Reply]:
    """Return the answer that the actor may take back now, for the form: the thread's last one, or the one given.

    Raises Refused like `take_back`, but for "reason_missing".
    """
    with reading(ctx.engine) as connection:
        card = queries.card_of(connection, ctx, thread_id)
        access.require(ctx, actor, card.thread.desk, "reply", thread_id)
        return card, _may_be(connection, ctx, actor, card.thread, reply_id)


def take_back(ctx: Context, actor: Actor, thread_id: int, reason: str, reply_id: int | None = None) -> None:
    """Have an answer deleted on the network: the thread's last one, or the one given. The reason stays with it.

    Its author may, and the leads; of two at once, one wins. The customer has it until the network says that it is gone.

    Raises Refused: "reason_missing", "cannot_take_back" with the network, "take_back_late" with `within`, "taken_back"
    with who has it taken back, "not_yours", "merged", "erased", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        reply = _may_be(connection, ctx, actor, thread, reply_id)
        why = clean(reason)
        if not why:
            raise Refused(RefusalCode.REASON_MISSING, thread=thread_id)
        if not replies.ask_back(connection, reply.id, actor.id, at, why):
            raise _taken_back(thread, replies.get(connection, reply.id) or reply)
        told: dict[str, Any] = {"reply": reply.id, "to": reply.author, "note": why}
        add_line(connection, thread_id, at, actor, EventKind.TAKING_BACK, **told)
        wanted = task(TASK, reply.id, {"reply": reply.id}, thread_id=thread_id)
        outbox.want(connection, wanted, at=at)
    ctx.wake()


def send(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Have the network delete the answer, of several posts the last one first. Whether it did, where nobody says so, is
    looked up there.

    Raises NotDone if it is still to be deleted.
    """
    with reading(ctx.engine) as connection:
        reply = replies.get(connection, int(arguments["reply"]))
        thread = found(connection, reply.thread_id) if reply else None
        ours = posts.of_reply(connection, thread.account, reply) if thread and reply else []
    account = ctx.accounts.get(thread.account) if thread else None
    if reply is None or thread is None or thread.erased_at:
        return
    if reply.state is not ReplyState.SENT or reply.back_by is None or not reply.external_id:
        return
    if account is None:
        _refused(ctx, reply.id, deeds.NOT_CONFIGURED)
        return
    for post_id in [post.external_id for post in reversed(ours)] or [reply.external_id]:
        if refused := _delete(account, post_id, reply.id):
            _refused(ctx, reply.id, refused)
            return
    gone(ctx, reply.id)


def gone(ctx: Context, reply_id: int) -> None:
    """Record that the network shows an answer no more which somebody has taken back: the customer waits again."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        known = replies.get(connection, reply_id)
        before = locked_where_it_goes_on(connection, known.thread_id) if known else None
        if before is None or before.erased_at:
            return
        reply = replies.move(connection, reply_id, ReplyState.TAKEN_BACK, from_=ReplyState.SENT)
        if reply is None:
            return
        by = reply.back_by or THE_DESK.id
        told: dict[str, Any] = {"reply": reply.id, "to": reply.author, "note": reply.back_why}
        kind = EventKind.TAKEN_BACK
        line = unanswered.go_on(connection, ctx, before, reply, at, Actor(by, THE_DESK.via), kind, **told)
        if by != reply.author and reply.author:
            outbox.want_once(connection, messages.said(before.id, told_in(ctx, before, reply.author), line), at=at)
    ctx.wake()


def _delete(account: Account, post_id: str, reply_id: int) -> str:
    """Return "" once the network shows the post no more, or the code of its refusal."""
    try:
        refused = deeds.ask(account, Deed.TAKE_BACK, post_id, reply=reply_id)
    except Ambiguous as error:
        if _is_gone(account, post_id):
            return ""
        raise deeds.again(error) from error
    return "" if refused == "gone" or (refused and _is_gone(account, post_id)) else refused


def _is_gone(account: Account, post_id: str) -> bool:
    """Look whether the network shows it no more; False if that cannot be found out now."""
    try:
        return post_id in account.look_up((post_id,)).gone
    except (NotDone, Rejected):
        return False


def _refused(ctx: Context, reply_id: int, code: str) -> None:
    """Record that the answer stays, and tell who had it taken back: they took it for done."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        reply = replies.get(connection, reply_id)
        thread = locked(connection, reply.thread_id) if reply else None
        if reply is None or thread is None or reply.back_by is None:
            return
        replies.stays(connection, reply_id)
        add_line(connection, thread.id, at, THE_DESK, EventKind.TAKE_BACK_REFUSED, reply=reply_id, error=code)
        told = NotePayload(
            EventKind.TAKE_BACK_REFUSED, {"to": reply.back_by, "network": network_name(thread.account), "error": code}
        )
        outbox.want_once(connection, messages.note(thread.id, told_in(ctx, thread, reply.back_by), at, told), at=at)
    ctx.wake()


def _may_be(connection: Connection, ctx: Context, actor: Actor, thread: Thread, reply_id: int | None) -> Reply:
    """Return that answer, or the thread's last one, if the actor may take it back now. Raises Refused."""
    reply = replies.get(connection, reply_id) if reply_id else _last(connection, thread)
    network = network_name(thread.account)
    if thread.erased_at is not None:
        raise Refused(RefusalCode.ERASED, thread=thread.id)
    if thread.merged_into is not None:
        raise Refused(RefusalCode.MERGED, thread=thread.id, into=thread.merged_into)
    if reply is not None and reply.thread_id == thread.id and reply.back_by is not None:
        raise _taken_back(thread, reply)
    can = reply is not None and reply.thread_id == thread.id and reply.can_be_taken_back
    if reply is None or not can or not deeds.can(ctx, thread.account, Deed.TAKE_BACK):
        raise Refused(RefusalCode.CANNOT_TAKE_BACK, thread=thread.id, network=network)
    desk = ctx.desk_of(thread)
    if actor.id != reply.author and actor.id not in desk.leads:
        raise Refused(RefusalCode.NOT_YOUR_ANSWER, thread=thread.id, owner=reply.author or None)
    if (reply.sent_at or reply.send_at) + desk.take_back <= ctx.clock.now():
        raise Refused(RefusalCode.TAKE_BACK_LATE, thread=thread.id, within=desk.take_back, network=network)
    return reply


def _last(connection: Connection, thread: Thread) -> Reply | None:
    latest = replies.latest(connection, [thread.id]).get(thread.id)
    return latest.answer if latest else None


def _taken_back(thread: Thread, reply: Reply) -> Refused:
    """Say who was faster."""
    return Refused(RefusalCode.TAKEN_BACK, thread=thread.id, owner=reply.back_by, since=reply.back_at)
