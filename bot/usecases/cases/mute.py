"""Mute and unmute: what an author writes makes no cards for a while, and is brought back where that was a mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.mute import Mute
from bot.domain.cases.thread import Action, State
from bot.domain.clock.waits import WaitOutcome
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.transition import add_line, allowed, change, locked
from bot.usecases.clock.agreed import agreed
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import messages, mutes, posts
from storage.engine import Connection, transaction


def mute(ctx: Context, actor: Actor, thread_id: int, length: timedelta, reason: str) -> Mute:
    """Mute the author of a thread for that long, and close the thread if they wait in it.

    Raises Refused: "reason_missing", "muted", "reply_on_its_way", "erased", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        if thread.erased_at or thread.merged_into is not None:
            rules.require(thread, Action.RECEIVE)
        mutes.end_past(connection, thread, at)
        begun = mutes.begin(connection, thread, reason, actor.id, at, at + length)
        muted = mutes.of(connection, thread, at)
        if muted is None or not begun:
            raise Refused(RefusalCode.MUTED, thread=thread_id)
        add_line(connection, thread_id, at, actor, EventKind.MUTED, reason=reason, until=muted.until.isoformat())
        if thread.state is State.WAITING:
            after = rules.close(thread, reason)
            follows = replace(actor, idempotency_key=None)  # one request, two events
            change(connection, thread, after, at, follows, EventKind.CLOSED, outcome=WaitOutcome.CLOSED, reason=reason)
    ctx.wake()
    return muted


def unmute(ctx: Context, actor: Actor, thread_id: int) -> int:
    """End the mute of a thread's author; return how many threads come back.

    What they wrote meanwhile waits since it was written, by the targets of today. Raises Refused: "not_muted",
    "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        muted = mutes.of(connection, thread, at)
        if muted is None or not mutes.end(connection, muted, at):
            raise Refused(RefusalCode.NOT_MUTED, thread=thread_id)
        add_line(connection, thread_id, at, actor, EventKind.UNMUTED)
        follows = replace(actor, idempotency_key=None)
        back = [number for number in mutes.release(connection, muted) if _hear(connection, ctx, follows, number)]
    ctx.wake()
    return len(back)


def _hear(connection: Connection, ctx: Context, actor: Actor, thread_id: int) -> bool:
    at = ctx.clock.now()
    before = locked(connection, thread_id)
    oldest = posts.oldest_unanswered(connection, thread_id)
    if oldest is None:
        return False
    desk = ctx.desk_of(before)
    today = rules.agree(before, agreed(connection, desk, at).of(before.account, before.language))
    change(connection, before, rules.receive(today, oldest), at, actor, EventKind.HEARD)
    outbox.want_once(connection, messages.card(before, desk.slack_channel), at=at)
    return True
