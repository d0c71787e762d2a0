"""Mute and unmute: what an author writes makes no cards for a while, and is brought back where that was a mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.mute import Mute
from bot.domain.cases.thread import Action, State
from bot.domain.clock.waits import WaitOutcome
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.transition import add_line, allowed, change, end_promises, found, locked
from bot.usecases.clock.agreed import agree_anew
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import messages, mutes, posts
from storage.engine import Connection, transaction
from storage.intake import feeds


def mute(ctx: Context, actor: Actor, thread_id: int, length: timedelta, reason: str) -> Mute:
    """Mute the author of a thread for that long, and close the thread if they wait in it.

    Raises Refused: "reason_missing", "muted", "reply_on_its_way", "erased", "not_allowed", "unknown_thread".
    """
    at, reason = ctx.clock.now(), clean(reason)
    if not reason:
        raise Refused(RefusalCode.REASON_MISSING, thread=thread_id)
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
        elif thread.promised_for is not None:
            end_promises(connection, thread_id, at, at, answered=False)
    ctx.wake()
    return muted


def unmute(ctx: Context, actor: Actor, thread_id: int) -> int:
    """End the mute of a thread's author; return how many threads come back.

    What they wrote while they were muted, also until that ended by itself, waits since it was written, by the targets
    of today. Raises Refused: "not_muted", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        author = found(connection, thread_id)
        access.require(ctx, actor, author.desk, "reply", thread_id)
        _wait_for_intake(connection, ctx)
        held = mutes.holding(connection, author)
        for number in sorted({thread_id, *held}):
            locked(connection, number)
        muted = mutes.of(connection, author, at)
        ended = muted is not None and mutes.end(connection, muted, at)
        if not ended and not held:
            raise Refused(RefusalCode.NOT_MUTED, thread=thread_id)
        add_line(connection, thread_id, at, actor, EventKind.UNMUTED)
        mutes.release(connection, held)
        follows = replace(actor, idempotency_key=None)
        back = [number for number in held if _hear(connection, ctx, follows, number)]
    ctx.wake()
    return len(back)


def _wait_for_intake(connection: Connection, ctx: Context) -> None:
    """Let nobody store what the author writes until the transaction ends: it would go by the mute that ends here."""
    for account in sorted(account.key for _, account in ctx.settings.accounts()):
        feeds.lock(connection, account)


def _hear(connection: Connection, ctx: Context, actor: Actor, thread_id: int) -> bool:
    at = ctx.clock.now()
    before = locked(connection, thread_id)
    oldest = posts.oldest_unanswered(connection, thread_id)
    if oldest is None:
        return False
    desk = ctx.desk_of(before)
    today = agree_anew(connection, desk, before, at)
    change(connection, before, rules.receive(today, oldest), at, actor, EventKind.HEARD)
    outbox.want_once(connection, messages.card(before, desk.channel_of(private=before.private)), at=at)
    return True
