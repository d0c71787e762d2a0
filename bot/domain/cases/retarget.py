"""What a changed target or calendar does to a customer who waits already."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.cases import thread as rules
from bot.domain.cases.thread import Thread
from bot.domain.clock.calendar import Calendar, counted, spans
from bot.domain.clock.targets import ResponseKind, ResponseTargets
from bot.domain.clock.waits import Wait


def retarget_all(
    thread: Thread, waits: Mapping[int, Wait], targets_of: Callable[[Thread], ResponseTargets], at: datetime
) -> tuple[Thread, dict[int, Thread]]:
    """Let new targets hold for everything that the customer waits for, each wait by its own.

    `waits` are those that go on, by id; a merged thread may have several. Returns the thread with the deadline that
    comes first, and of each wait that moved the thread as that wait has it. What was late before a pause moved its
    deadline stays late too.
    """
    before = {id_: _as_waited(thread, wait) for id_, wait in waits.items()}
    late = {id_ for id_, wait in waits.items() if wait.judged_at <= at}
    after = {id_: each if id_ in late else retarget(each, targets_of(each), at) for id_, each in before.items()}
    moved = {id_: each for id_, each in after.items() if each is not before[id_]}
    if not moved:
        return thread, {}
    first = min(after, key=lambda id_: (after[id_].due_at or at, id_))
    return after[first], moved


def retarget(thread: Thread, targets: ResponseTargets, at: datetime) -> Thread:
    """Let these targets hold from `at` on, and leave what was before as it was.

    What is late stays late. Nobody is late before the change was made: a target that has passed already ends now. A
    calendar that counts past time of the wait differently is not taken over.
    """
    since, due_at = thread.waiting_since, thread.due_at
    if since is None or due_at is None or due_at <= at:
        return thread
    calendar = targets.calendar if counts_alike(thread.calendar, targets.calendar, since, at) else thread.calendar
    kind = thread.response_kind
    paused, rests = thread.paused, 0.0
    if thread.snoozed_until is not None:  # its pause lasts, and counts by the calendar that holds from now on
        rests = _between(calendar, at, thread.snoozed_until)
        paused += rests - _between(thread.calendar, at, thread.snoozed_until)
    passed = math.ceil(_between(calendar, since, at) - (paused - rests))
    length = max(round(targets.of(kind).total_seconds()), passed)
    first = kind is ResponseKind.FIRST
    agreed = replace(
        thread,
        calendar=calendar,
        paused=paused,
        first_target=length if first else thread.first_target,
        next_target=thread.next_target if first else length,
        first_rule=targets.first_rule if first else thread.first_rule,
        next_rule=thread.next_rule if first else targets.next_rule,
    )
    moved = rules.rewound(agreed, at)
    return thread if moved.due_at in (None, due_at) else moved


def is_late_at_once(after: Thread, at: datetime) -> bool:
    """Tell whether the change that was made at `at` leaves no time to answer, once a snooze is over."""
    begins = max(at, after.snoozed_until or at)
    return after.due_at is not None and after.due_at - begins <= timedelta(seconds=1)


def _as_waited(thread: Thread, wait: Wait) -> Thread:
    """Return the thread as if the customer waited for nothing but this."""
    if (wait.started_at, wait.response_kind) == (thread.waiting_since, thread.response_kind):
        return thread
    agreed = rules.as_agreed_for(thread, wait)
    return replace(agreed, waiting_since=wait.started_at, due_at=wait.due_at)


def _between(calendar: Calendar, since: datetime, until: datetime) -> float:
    """Return how many seconds count between these."""
    return counted(calendar, since, until).total_seconds()


def counts_alike(old: Calendar, new: Calendar, since: datetime, until: datetime) -> bool:
    """Tell whether both calendars count the same of this time."""
    same = (old.hours, old.zone) == (new.hours, new.zone)
    return same or list(spans(old, since, until)) == list(spans(new, since, until))
