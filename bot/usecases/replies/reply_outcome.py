"""What became of a reply at the network. Delivery reports here; each report is one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import ON_ITS_WAY, TO_BE_SENT, EventKind, Reply, ReplyState
from bot.domain.cases.mention import Media
from bot.domain.cases.thread import Thread
from bot.domain.clock.promises import warn_at
from bot.domain.clock.waits import WaitOutcome
from bot.networks.base import OF_THE_POST, Sent
from bot.usecases.cases.transition import add_line, change, found, locked
from bot.usecases.desk.context import THE_DESK, Actor, Context
from bot.usecases.replies import bank
from storage import outbox
from storage.cases import events, posts, threads
from storage.cases.posts import NewPost
from storage.clock import promises
from storage.customers.messages import crm_contact
from storage.engine import Connection, transaction
from storage.replies import messages, replies

GRACE_SECONDS = 60  # for so long after it was to be sent a reply on its way rests the reminders
CONFIRM_SECONDS = 300  # until a look-up may confirm that a post is gone


def begin(ctx: Context, reply_id: int, from_: ReplyState = ReplyState.QUEUED, part: int | None = None) -> Reply | None:
    """Record that the reply is being sent and return it; None if it is no longer in the state that was read.

    This is committed before the network is called, so that the attempt is on record whatever happens next.
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        begun = replies.move(connection, reply_id, ReplyState.SENDING, from_=from_, part=part, tried_at=at)
        if begun is not None:  # whoever leases this row next must look the reply up
            messages.use_bucket(connection, reply_id, looking=True)
        return begun


def not_begun(ctx: Context, before: Reply, again_at: datetime, code: str) -> None:
    """Put the reply back as it was `before` it was begun: the network was certainly not reached.

    `code` says why. What else the account should have sent by now is held up by the same, and its authors are told too.
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        moved = _move(
            connection,
            before.id,
            before.state,
            from_=ReplyState.SENDING,
            part=before.parts_done,
            send_at=again_at,
            tried_at=before.tried_at,
            error=code,
        )
        if moved is None:
            return
        thread, reply = moved
        messages.use_bucket(connection, before.id, looking=before.state not in TO_BE_SENT)
        _held_up(connection, ctx, [reply, *replies.delay(connection, thread.account, code, at)], at)
    ctx.wake()


def held_up(ctx: Context, reply_id: int, code: str) -> None:
    """Record what holds the reply up in its state, such as its picture or finding it; tell its author once."""
    with transaction(ctx.engine) as connection:
        reply = replies.get(connection, reply_id)
        if reply is not None and reply.state in ON_ITS_WAY and reply.error != code:
            _held_up(connection, ctx, [replies.held_up(connection, reply_id, code)], ctx.clock.now())
    ctx.wake()


def _held_up(connection: Connection, ctx: Context, held: Iterable[Reply], at: datetime) -> None:
    """Show on the cards what holds these replies up, and tell their authors if it lasts longer than reminders rest."""
    for reply in held:
        thread = found(connection, reply.thread_id)
        outbox.refresh(connection, thread.id, at=at)
        told_at = max(at, thread.nags_rest_until or at)
        outbox.want_once(connection, messages.delayed(reply, told_in(ctx, thread, reply.author)), at=told_at)


def checking(ctx: Context, reply_id: int, part: int | None = None) -> None:
    """Record that the reply may have arrived; nobody may answer again until that is known."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        moved = _move(connection, reply_id, ReplyState.VERIFYING, part=part)
        if moved is not None:
            thread, _ = moved
            change(connection, thread, thread, at, THE_DESK, EventKind.CHECKING, reply=reply_id)
    ctx.wake()


def arrived(ctx: Context, reply_id: int, sent: Sent, part: int | None = None) -> None:
    """Record that the reply is public: it answers every post that its author had seen. The author is told.

    With `part`, this is about the part that was sent when so many others were public. If more of them follow, the next
    one is sent at once.
    """
    at = ctx.clock.now()
    sent_at = sent.at or at
    with transaction(ctx.engine) as connection:
        known = replies.get(connection, reply_id)
        if known is None:
            return
        done: dict[str, Any] = {"external_id": sent.id, "error": None}
        done |= {"parts_done": known.parts_done + 1} if known.parts else {}
        done |= {"send_at": at} if known.has_more else {"sent_at": sent_at}
        to, this = ReplyState.CONTINUING if known.has_more else ReplyState.SENT, known.parts_done
        moved = _move(connection, reply_id, to, part=this if part is None else part, **done)
        if moved is None:
            return
        before, reply = moved
        answer = NewPost(
            thread_id=before.id,
            account=before.account,
            external_id=sent.id,
            inbound=False,
            author=reply.author,
            text=known.going,
            url=sent.url,
            media=(Media("photo", "", reply.picture.alt),) if reply.picture and not this else (),
            posted_at=sent_at,
            stored_at=at,
        )
        posts.add(connection, [answer])
        if known.has_more:
            _go_on(connection, ctx, before, reply, at)
            return
        details = {"post": sent.id} | ({"picture": reply.picture.alt} if reply.picture else {})
        answered(connection, ctx, before, reply, sent_at, at, Actor(reply.author, "network"), **details)
        _tell(connection, ctx, before, reply, at)
    ctx.wake()


def _go_on(connection: Connection, ctx: Context, thread: Thread, reply: Reply, at: datetime) -> None:
    """Have the next part of a reply sent; until it is, nobody may answer again."""
    rests_until = at + ctx.clock.real(GRACE_SECONDS)
    threads.save(connection, thread, rules.goes_on(thread, reply.id, rests_until))
    outbox.want(connection, messages.reply(reply.id, thread), at=at)
    messages.use_bucket(connection, reply.id, looking=False)
    outbox.refresh(connection, thread.id, at=at)


def answered(
    connection: Connection,
    ctx: Context,
    before: Thread,
    reply: Reply,
    sent_at: datetime,
    at: datetime,
    actor: Actor,
    **details: str,
) -> None:
    """Record that a reply reached the customer at `sent_at`: it answers every post that its author had seen.

    `at` is when this became known. `actor` is who found out: the reply's author, or whoever looked on the network.
    A question whether an earlier one helped answers nothing, and keeps no promise.
    """
    if reply.question:
        threads.save(connection, before, rules.reply_failed(before))
        add_line(connection, before.id, at, actor, EventKind.SENT, reply=reply.id, **details)
        return
    posts.answer(connection, before.id, until=reply.answers_through_post_id, reply_id=reply.id)
    bank.taught_by(connection, reply)
    after = rules.sent(before, sent_at, posts.oldest_unanswered(connection, before.id))
    change(
        connection,
        before,
        after,
        at,
        actor,
        EventKind.SENT,
        outcome=WaitOutcome.ANSWERED if rules.answered_at(before, sent_at) else None,
        ended_at=sent_at,
        by=reply.author,
        reply=reply.id,
        **details,
    )
    if reply.promised_for is not None:
        _promise(connection, ctx, before, reply, reply.promised_for, sent_at, at)
    if ctx.crm is not None and ctx.settings.crm is not None and ctx.settings.crm.log_contacts:
        outbox.want_once(connection, crm_contact(reply.id, before.id), at=at)


def _promise(
    connection: Connection,
    ctx: Context,
    thread: Thread,
    reply: Reply,
    due_at: datetime,
    sent_at: datetime,
    at: datetime,
) -> None:
    """Make what the reply promises: the customer can read it now."""
    desk = ctx.settings.desk_if_any(thread.desk)
    calendar = desk.calendar(at) if desk else thread.calendar
    nag_at = warn_at(calendar, sent_at, due_at, desk.targets.warn_at if desk else thread.warn_share)
    promises.make(connection, thread.id, reply.id, reply.author, sent_at, due_at, nag_at)
    details = {"until": due_at.isoformat()}
    events.add(connection, thread.id, at, EventKind.PROMISED, reply.author, THE_DESK.via, **details)


def refused(ctx: Context, reply_id: int, code: str, part: int | None = None) -> None:
    """Record that the network refused the reply for good, or that its account is gone.

    The text is kept on the card and given back to its author.
    """
    blocked = code if code in OF_THE_POST else None
    _failed(ctx, reply_id, ReplyState.REJECTED, EventKind.REFUSED, part=part, blocked=blocked, error=code)


def unknown(ctx: Context, reply_id: int, part: int | None = None) -> None:
    """Record that the network does not show the reply, which proves nothing. An agent decides, unless it turns up."""
    _failed(ctx, reply_id, ReplyState.UNKNOWN, EventKind.UNKNOWN, part=part)


def _failed(
    ctx: Context,
    reply_id: int,
    state: ReplyState,
    kind: EventKind,
    *,
    part: int | None = None,
    blocked: str | None = None,
    **values: Any,
) -> None:
    with transaction(ctx.engine) as connection:
        _fail(connection, ctx, reply_id, state, kind, blocked, part, **values)
    ctx.wake()


def overtaken(connection: Connection, ctx: Context, reply_id: int) -> None:
    """Give a reply that awaits approval back to its author: somebody has just answered on the network itself."""
    _fail(connection, ctx, reply_id, ReplyState.REJECTED, EventKind.REFUSED, None, error="answered_outside")


def _fail(
    connection: Connection,
    ctx: Context,
    reply_id: int,
    state: ReplyState,
    kind: EventKind,
    blocked: str | None,
    part: int | None = None,
    **values: Any,
) -> None:
    at = ctx.clock.now()
    moved = _move(connection, reply_id, state, part=part, **values)
    if moved is not None:
        before, reply = moved
        refused_post = posts.known(connection, before.account, [reply.in_reply_to]).get(reply.in_reply_to)
        if blocked and refused_post is not None:
            posts.refuse(connection, refused_post, blocked, at, ctx.after(CONFIRM_SECONDS))
        after = replace(rules.reply_failed(before), reply_blocked_reason=posts.blocked(connection, before.id))
        in_part: dict[str, Any] = {"done": reply.parts_done, "total": len(reply.parts)} if reply.parts_done else {}
        change(connection, before, after, at, THE_DESK, kind, reply=reply_id, **in_part, **values)
        _tell(connection, ctx, before, reply, at)
        if state is ReplyState.UNKNOWN:
            _look_up_later(connection, ctx, before, reply, at)


def _move(
    connection: Connection,
    reply_id: int,
    to: ReplyState,
    *,
    from_: ReplyState | None = None,
    part: int | None = None,
    **values: Any,
) -> tuple[Thread, Reply] | None:
    """Return the thread as it was and the reply in its new state; None if its state forbids that or it was erased.

    Locks the thread first, as do undoing a reply and deciding about one.
    """
    known = replies.get(connection, reply_id)
    thread = locked(connection, known.thread_id) if known else None
    if thread is None or thread.erased_at:
        return None
    reply = replies.move(connection, reply_id, to, from_=from_, part=part, **values)
    return (thread, reply) if reply else None


def _look_up_later(connection: Connection, ctx: Context, thread: Thread, reply: Reply, at: datetime) -> None:
    soon = at + ctx.clock.real(ctx.settings.delivery.network_recheck_after.total_seconds())
    outbox.want_once(connection, messages.look_up(reply.id, thread, at), at=soon)


def _tell(connection: Connection, ctx: Context, thread: Thread, reply: Reply, at: datetime) -> None:
    outbox.want_once(connection, messages.tell(reply, told_in(ctx, thread, reply.author), at), at=at)


def told_in(ctx: Context, thread: Thread, agent: str) -> str:
    """Return where an agent is told: in the desk's channel, or directly if the desk is no longer in the config."""
    desk = ctx.settings.desk_if_any(thread.desk)
    return desk.channel_of(private=thread.private) if desk else agent
