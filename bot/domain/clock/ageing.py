"""When the time that a card shows has aged so much that the card is edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.clock.calendar import Calendar, after, before

_MINUTES = (240, 180, 120, 90, 60, 50, 40, 30, 20, 15, 10, 5)
_LATE_HOURS = (6, 8, 12, 16, 24, 36, 48, 72, 96, 120, 144, 168)
STEPS = (
    *(timedelta(minutes=-minutes) for minutes in _MINUTES),
    timedelta(0),
    *(timedelta(minutes=minutes) for minutes in _MINUTES),
    *(timedelta(hours=hours) for hours in _LATE_HOURS),
)
"""How long before (negative) and after its deadline a waiting thread's card is edited: more often near it."""


def due_windows(calendar: Calendar, since: datetime, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the windows (after, until) of the deadlines that reached a step later than `since` and by `at`.

    A step counts open hours, as the card does, so that no card changes while the desk is closed.
    """
    for step in STEPS:
        window = _moved(calendar, since, -step), _moved(calendar, at, -step)
        if window[0] < window[1]:
            yield window


def _moved(calendar: Calendar, at: datetime, by: timedelta) -> datetime:
    return after(calendar, at, by) if by > timedelta(0) else before(calendar, at, -by)
