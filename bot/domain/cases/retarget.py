"""What a changed target or calendar does to a customer who waits already."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.cases import thread as rules
from bot.domain.cases.thread import Thread
from bot.domain.clock.calendar import Calendar, after, counted, spans
from bot.domain.clock.targets import ResponseKind, ResponseTargets


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
    paused = thread.paused
    if thread.snoozed_until is not None:  # its pause lasts, and counts by the calendar that holds from now on
        paused += _between(calendar, at, thread.snoozed_until) - _between(thread.calendar, at, thread.snoozed_until)
    begins = after(calendar, since, timedelta(seconds=paused))
    passed = math.ceil(_between(calendar, begins, at))
    length = max(round(targets.of(kind).total_seconds()), passed)
    first = kind is ResponseKind.FIRST
    agreed = replace(
        thread,
        calendar=calendar,
        paused=paused,
        first_target=length if first else thread.first_target,
        next_target=thread.next_target if first else length,
    )
    moved = rules.rewound(agreed, at)
    return thread if moved.due_at in (None, due_at) else moved


def is_late_at_once(after: Thread, at: datetime) -> bool:
    """Tell whether the change that was made at `at` leaves no time to answer."""
    return after.due_at is not None and after.due_at - at <= timedelta(seconds=1)


def _between(calendar: Calendar, since: datetime, until: datetime) -> float:
    """Return how many seconds count between these."""
    return counted(calendar, since, until).total_seconds()


def counts_alike(old: Calendar, new: Calendar, since: datetime, until: datetime) -> bool:
    """Tell whether both calendars count the same of this time."""
    same = (old.hours, old.zone) == (new.hours, new.zone)
    return same or list(spans(old, since, until)) == list(spans(new, since, until))
