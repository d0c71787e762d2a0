"""What became of a reply at the network. Delivery reports here; each report is one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import Reply, ReplyState
from bot.domain.cases.thread import Thread
from bot.networks.base import Sent
from bot.usecases.cases.transition import change, locked
from bot.usecases.desk.context import THE_DESK, Actor, Context
from storage import outbox
from storage.cases import posts
from storage.cases.posts import NewPost
from storage.engine import Connection, transaction
from storage.replies import replies

# A worker that was held up, or a late look-up, may know of a success after another one has looked for it in vain.
_MAY_HAVE_ARRIVED = (ReplyState.SENDING, ReplyState.VERIFYING, ReplyState.UNKNOWN, ReplyState.RETRY_REQUESTED)
_ON_ITS_WAY = (ReplyState.SENDING, ReplyState.VERIFYING, ReplyState.RETRY_REQUESTED)


def begin(ctx: Context, reply_id: int) -> Reply | None:
    """The reply goes out now: None when it was undone, or somebody else has begun. Written before the network is
    called, so that whatever happens then is known to have been tried."""
    at = ctx.clock.now()
    to_send = (ReplyState.QUEUED, ReplyState.RETRY_REQUESTED)
    with transaction(ctx.engine) as connection:
        begun = replies.move(connection, reply_id, to_send, ReplyState.SENDING, tried_at=at)
        if begun is not None:  # whoever comes to this row next looks for the reply
            outbox.use_bucket(connection, reply_id, looking=True)
        return begun


def not_begun(ctx: Context, before: Reply, again_at: datetime) -> None:
    """The network was certainly not reached: the reply waits again as it was `before` it was begun."""
    with transaction(ctx.engine) as connection:
        moved = _move(
            connection, before.id, (ReplyState.SENDING,), before.state, send_at=again_at, tried_at=before.tried_at
        )
        if moved is not None:
            outbox.use_bucket(connection, before.id, looking=before.state is ReplyState.RETRY_REQUESTED)
            outbox.refresh(connection, before.thread_id, at=ctx.clock.now())
    ctx.wake()


def checking(ctx: Context, reply_id: int) -> None:
    """It may have arrived: nobody may answer again until that is known."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        moved = _move(connection, reply_id, (ReplyState.SENDING,), ReplyState.VERIFYING)
        if moved is not None:
            thread, _ = moved
            change(connection, thread, thread, at, THE_DESK, "checking", reply=reply_id)
    ctx.wake()


def arrived(ctx: Context, reply_id: int, sent: Sent) -> None:
    """It is public: every message that its author had seen is answered, and the author is told."""
    at = ctx.clock.now()
    sent_at = sent.at or at
    with transaction(ctx.engine) as connection:
        moved = _move(connection, reply_id, _MAY_HAVE_ARRIVED, ReplyState.SENT, sent_at=sent_at, external_id=sent.id)
        if moved is None:
            return
        before, reply = moved
        answer = NewPost(
            thread_id=before.id,
            account=before.account,
            external_id=sent.id,
            inbound=False,
            author=reply.author,
            text=reply.text,
            url=sent.url,
            posted_at=sent_at,
            stored_at=at,
        )
        posts.add(connection, [answer])
        answered(connection, before, reply, sent_at, at, Actor(reply.author, "network"), post=sent.id)
        _tell(connection, ctx, before, reply, at)
    ctx.wake()


def answered(
    connection: Connection, before: Thread, reply: Reply, sent_at: datetime, at: datetime, actor: Actor, **details: str
) -> None:
    """A reply has reached the customer at `sent_at`, which is known only now: what its author had seen is answered.

    `actor` is who knows it, the reply's author or whoever looked it up on the network.
    """
    posts.answer(connection, before.id, until=reply.answers_through_post_id, reply_id=reply.id)
    after = rules.sent(before, sent_at, posts.oldest_unanswered(connection, before.id))
    change(
        connection,
        before,
        after,
        at,
        actor,
        "sent",
        outcome="answered" if rules.answered_at(before, sent_at) else None,
        ended_at=sent_at,
        by=reply.author,
        reply=reply.id,
        **details,
    )


def refused(ctx: Context, reply_id: int, code: str) -> None:
    """The network said no for good, or the account is gone. The text stays, on the card and with its author."""
    blocked = code if code in ("not_mentioned", "gone") else None
    _failed(ctx, reply_id, ReplyState.REJECTED, "refused", blocked=blocked, error=code)


def unknown(ctx: Context, reply_id: int) -> None:
    """It was looked for at the network and not found, which proves nothing: a person decides, unless it turns up."""
    _failed(ctx, reply_id, ReplyState.UNKNOWN, "unknown")


def _failed(
    ctx: Context, reply_id: int, state: ReplyState, kind: str, *, blocked: str | None = None, **values: Any
) -> None:
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        moved = _move(connection, reply_id, _ON_ITS_WAY, state, **values)
        if moved is None:
            return
        before, reply = moved
        after = replace(rules.reply_failed(before), reply_blocked_reason=blocked or before.reply_blocked_reason)
        change(connection, before, after, at, THE_DESK, kind, reply=reply_id, **values)
        _tell(connection, ctx, before, reply, at)
        if state is ReplyState.UNKNOWN:
            _look_up_later(connection, ctx, before, reply, at)
    ctx.wake()


def _move(
    connection: Connection, reply_id: int, from_: tuple[ReplyState, ...], to: ReplyState, **values: Any
) -> tuple[Thread, Reply] | None:
    """The thread as it was and the reply in its new state; None when it was in no state to come from, or was erased.

    The thread is locked first, as it is by whoever undoes a reply or decides about one at the same time.
    """
    known = replies.get(connection, reply_id)
    thread = locked(connection, known.thread_id) if known else None
    if thread is None or thread.erased_at:
        return None
    reply = replies.move(connection, reply_id, from_, to, **values)
    return (thread, reply) if reply else None


def _look_up_later(connection: Connection, ctx: Context, thread: Thread, reply: Reply, at: datetime) -> None:
    outbox.want_once(
        connection,
        f"look_up:{reply.id}:{at.timestamp()}",
        "look_up",
        destination=thread.account,
        rate_bucket=outbox.LOOKING + thread.account,
        at=at + ctx.clock.real(ctx.settings.delivery.network_recheck_after.total_seconds()),
        order_by=outbox.LAST,
        thread_id=thread.id,
        payload={"reply": reply.id},
    )


def _tell(connection: Connection, ctx: Context, thread: Thread, reply: Reply, at: datetime) -> None:
    """In the desk's channel; directly when the desk is not configured any more."""
    try:
        channel = ctx.desk_of(thread).slack_channel
    except KeyError:
        channel = reply.author
    outbox.want_once(
        connection,
        f"tell:{reply.id}:{reply.state}:{at.timestamp()}",
        "tell",
        destination=channel,
        rate_bucket="chat.postEphemeral",
        at=at,
        thread_id=thread.id,
        payload={"reply": reply.id, "to": reply.author},
    )
