"""What a change of the settings does to the threads that wait, before it is saved and after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.retarget import counts_alike, is_late_at_once, retarget_all
from bot.domain.cases.thread import Thread
from bot.domain.clock.targets import ResponseTargets
from bot.settings import Desk, overlay
from bot.usecases.cases.transition import change, locked
from bot.usecases.desk import settings
from bot.usecases.desk.context import Actor, Context
from bot.views.desk.models import Effect
from storage.cases import threads
from storage.clock import calendars, waits
from storage.engine import Connection, reading, transaction

CALENDAR = frozenset({"hours", "holidays", "worked", "closed", "open"})
"""The settings that say when the clock runs."""

FIRST, NEXT = "targets.first_response", "targets.next_response"
_OF_TARGETS = {FIRST: "first_response", NEXT: "next_response"}


def effect(ctx: Context, desk_key: str, values: Mapping[str, Any]) -> Effect:
    """Return what these typed values, by key, would do to the desk's waiting threads at this moment."""
    at = ctx.clock.now()
    desk = overlay.with_values(ctx.settings.desk(desk_key), values)
    with reading(ctx.engine) as connection:
        waiting = threads.all_waiting(connection, desk_key)
        going_on = waits.open_at(connection, desk_key)
    sooner = later = late = kept = late_already = 0
    for thread in waiting:
        own = going_on.get(thread.id, {})
        after, _ = retarget_all(thread, own, lambda each: _targets(each, desk, values, at), at)
        if thread.due_at is None or thread.waiting_since is None or after.due_at is None:
            continue
        if any(wait.judged_at <= at for wait in own.values()):
            late_already += 1
        elif after.due_at != thread.due_at:
            sooner += after.due_at < thread.due_at
            later += after.due_at > thread.due_at
            late += is_late_at_once(after, at)
        elif not counts_alike(thread.calendar, _targets(thread, desk, values, at).calendar, thread.waiting_since, at):
            kept += 1
    return Effect(len(waiting), sooner=sooner, later=later, late=late, kept=kept, late_already=late_already)


def moves(keys: Iterable[str]) -> bool:
    """Tell whether a change of one of these settings may move a deadline."""
    return any(key in CALENDAR or key in _OF_TARGETS for key in keys)


def apply(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Let the desk's settings of now hold for those who wait, as far as the named changes concern them.

    It may run twice: the second time nothing is left to move.
    """
    settings.refresh(ctx)
    desk_key, keys, by = arguments["desk"], frozenset(arguments["keys"]), Actor(arguments["by"], "modal")
    desk = ctx.settings.desk_if_any(desk_key)
    if desk is None:
        return
    with reading(ctx.engine) as connection:
        numbers = [thread.id for thread in threads.all_waiting(connection, desk_key)]
    for number in numbers:
        with transaction(ctx.engine) as connection:
            at, before = ctx.clock.now(), locked(connection, number)
            own = waits.open_ones(connection, number)
            after, moved = retarget_all(before, own, partial(_kept_targets, connection, desk, keys, at), at)
            waits.move(connection, moved)
            if after.due_at != before.due_at and before.due_at is not None and after.due_at is not None:
                due, to = before.due_at.isoformat(), after.due_at.isoformat()
                change(connection, before, after, at, by, EventKind.RETARGETED, due=due, to=to)
    ctx.wake()


def _kept_targets(
    connection: Connection, desk: Desk, keys: Collection[str], at: datetime, thread: Thread
) -> ResponseTargets:
    """Return these targets with their calendar stored, so that a thread and a wait can name it."""
    targets = _targets(thread, desk, keys, at)
    return replace(targets, calendar=calendars.keep(connection, targets.calendar))


def _targets(thread: Thread, desk: Desk, keys: Collection[str], at: datetime) -> ResponseTargets:
    """Return the thread's own targets with those of the desk that are among the keys.

    A target that is by a rule for some mentions is not the desk's usual one, so it stays.
    """
    by_rule = {FIRST: thread.first_rule, NEXT: thread.next_rule}
    lengths = {
        name: getattr(desk.targets, name) for key, name in _OF_TARGETS.items() if key in keys and by_rule[key] is None
    }
    calendar = desk.calendar(at) if CALENDAR.intersection(keys) else thread.calendar
    return replace(thread.targets, **lengths, calendar=calendar)
