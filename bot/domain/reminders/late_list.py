"""The late list: one message to a lead about everything that is late at a desk, for as long as anything is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.clock.ageing import due_windows
from bot.domain.clock.calendar import Calendar, counted

LISTED = 5  # threads that have been late for longest; the others are counted


@dataclass(frozen=True, slots=True)
class LateList:
    """`shown` is a digest of what was late at `shown_at`, when the message was last brought up to date."""

    id: int
    desk: str
    lead: str
    started_at: datetime
    shown_at: datetime
    shown: str | None
    ended_at: datetime | None


def may_be_shown(late: LateList, at: datetime, pause: timedelta) -> bool:
    """Tell whether the message may be edited again, which it is once in a `pause` at most."""
    return not late.shown_at <= at < late.shown_at + pause


def is_of_another_day(late: LateList, calendar: Calendar, zone: ZoneInfo, at: datetime) -> bool:
    """Tell whether the desk has been closed since the list began and another day has come.

    Whoever has seen the list has gone home meanwhile. A desk that never closes has no such moment.
    """
    days = (instant.astimezone(zone).date() for instant in (late.started_at, at))
    return next(days) < next(days) and counted(calendar, late.started_at, at) < at - late.started_at


def has_aged(late: LateList, due: Iterable[tuple[Calendar, datetime]], at: datetime) -> bool:
    """Tell whether one of the listed threads reached a step at which its time is shown anew.

    `due` has the calendar and the deadline of each.
    """
    return any(
        after < due_at <= until for calendar, due_at in due for after, until in due_windows(calendar, late.shown_at, at)
    )
