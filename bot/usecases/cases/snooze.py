"""Snooze: a thread rests until an instant, with a reason, and comes back to whoever it was with."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.clock.said import Edge, Said
from bot.domain.common.clean import clean
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.cases.transition import allowed, change, end_pause, found
from bot.usecases.clock import typed_times
from bot.usecases.desk import access, presence
from bot.usecases.desk.context import THE_DESK, Actor, Context
from bot.views.cases.models import Rested
from bot.views.desk.models import Reached
from storage import outbox
from storage.cases import messages, threads
from storage.clock import pauses, waits
from storage.engine import reading, transaction

BATCH = 100


def until(ctx: Context, actor: Actor, thread_id: int, text: str) -> Said:
    """Read until when a thread is to rest, from text that begins with it.

    Raises Refused: "time_unreadable", "time_past" and "time_too_far" with `piece` and `meant`, "not_allowed",
    "unknown_thread".
    """
    return typed_times.time_of(text, ctx.clock.now(), permitted(ctx, actor, thread_id), Edge.OPENING)


def permitted(ctx: Context, actor: Actor, thread_id: int) -> Desk:
    """Return the desk of a thread that the actor may snooze. Raises Refused: "not_allowed", "unknown_thread"."""
    with reading(ctx.engine) as connection:
        thread = found(connection, thread_id)
        access.require(ctx, actor, thread.desk, "reply", thread_id)
        rules.require(thread, rules.Action.SNOOZE)
    return ctx.desk_of(thread)


def snooze(ctx: Context, actor: Actor, thread_id: int, until: datetime, why: str) -> None:
    """Let the thread rest: its clock stands still and nobody is reminded until then, or until the customer writes.

    Raises Refused: "reason_missing", "time_past", "time_too_far", "taken", "reply_on_its_way", "closed", "not_allowed",
    "unknown_thread".
    """
    at, why = ctx.clock.now(), clean(why)
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        desk = ctx.desk_of(thread)
        typed_times.require_ahead(until, at, desk, Edge.OPENING)
        after = rules.snooze(thread, actor.id, at, until, why, leads=actor.id in desk.leads)
        if thread.snoozed_until is not None:
            end_pause(connection, thread_id, at)
        paused = waits.open_ones(connection, thread_id)
        pauses.begin(connection, thread_id, paused, at, until, why, actor.id)
        waits.give_back(connection, thread_id, at)
        change(connection, thread, after, at, actor, EventKind.SNOOZED, until=until.isoformat(), why=why)
    ctx.wake()


def wake(ctx: Context, actor: Actor, thread_id: int) -> None:
    """End a snooze now. Raises Refused: "not_snoozed", "not_allowed", "unknown_thread"."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        rules.require_snoozed(thread)
        change(connection, thread, rules.wake(thread, at), at, actor, EventKind.WOKEN)
    ctx.wake()


def tick(ctx: Context) -> int:
    """Wake every thread whose snooze is over, and tell its owner, or the channel, under the card; return how many.

    While a desk is closed it waits until it opens, for nothing would count and this rings.
    """
    at = ctx.clock.now()
    desks = ctx.ringing(at)
    with reading(ctx.engine) as connection:
        if not threads.any_snooze_over(connection, desks, at):
            return 0
    with transaction(ctx.engine) as connection:
        over = threads.snoozes_over(connection, desks, at, BATCH)
        rested = pauses.going_on(connection, [thread.id for thread in over])
        for thread in over:
            until = thread.snoozed_until or at
            change(connection, thread, rules.wake(thread, until), at, THE_DESK, EventKind.WOKEN, ended_at=until)
            told = messages.snooze_over(thread.id, rested[thread.id].id, desks[thread.desk].slack_channel)
            outbox.want_once(connection, told, at=at)
    ctx.wake()
    return len(over)


def rested(ctx: Context, thread_id: int, pause_id: int) -> Rested:
    """Return a thread whose snooze was over. Raises Refused("unknown_thread")."""
    with reading(ctx.engine) as connection:
        card = queries.card_of(connection, ctx, thread_id)
        desk = ctx.settings.desk_if_any(card.thread.desk)
        reached = presence.reached(connection, ctx, desk, card.thread.owner) if desk else Reached()
        return Rested(card, pauses.get(connection, pause_id), reached)
