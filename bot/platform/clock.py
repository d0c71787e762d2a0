"""The only module that asks what time it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time, always as an aware datetime in UTC."""

    def now(self) -> datetime: ...

    def real(self, seconds: float) -> timedelta:
        """Return how far this clock moves while `seconds` pass on the machine.

        For leases, back-off and the time to undo, which are real seconds.
        """
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def real(self, seconds: float) -> timedelta:
        return timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """A clock that starts at any instant and runs at any speed: a Friday evening passes in a minute.

    `start` was the time at the machine's instant `anchor` (seconds since the epoch). Processes that share `start`,
    `speed` and `anchor` agree to the millisecond, however long each took to start.
    """

    start: datetime
    speed: float
    anchor: float

    def now(self) -> datetime:
        return self.start + timedelta(seconds=(time.time() - self.anchor) * self.speed)

    def real(self, seconds: float) -> timedelta:
        return timedelta(seconds=seconds * self.speed)

    def __str__(self) -> str:
        return f"{self.start.isoformat()}@{self.speed:g}#{self.anchor:.3f}"


YEARS = range(2011, 2200)
"""When a clock may start: networks number posts from 2010 on, and deadlines and calendars reach years ahead."""
REACH = f"{YEARS[0]} to {YEARS[-1]}"


def ahead_of(date: str | None) -> timedelta | None:
    """Return how far the machine's clock is ahead of an HTTP answer's Date header; None if there is none to read."""
    try:
        return SystemClock().now() - parsedate_to_datetime(date or "").astimezone(UTC)
    except ValueError:
        return None


def parse_clock(text: str) -> Clock:
    """Turn WEBCARE_CLOCK into a clock; empty means the system clock.

    `2026-11-20T16:40:00+01:00@60` is a start instant @ a speed. The speed defaults to 1. A number after `#`, in seconds
    since the epoch, says when the clock read the start instant; the default is now. Raises ValueError with an
    instruction for anything else.
    """
    if not text.strip():
        return SystemClock()
    rest, _, anchor = text.strip().partition("#")
    instant, _, speed = rest.partition("@")
    usage = f"write a start instant with its UTC offset @ speed, such as 2026-11-20T16:40:00+01:00@60 ({REACH})"
    try:
        start = datetime.fromisoformat(instant)
        factor = float(speed or 1)
        origin = float(anchor) if anchor else time.time()
        clock = ShiftedClock(start.astimezone(UTC), factor, origin)
        clock.now()
    except (ValueError, OverflowError):
        raise ValueError(usage) from None
    if start.tzinfo is None or start.year not in YEARS or not 0 < factor <= 100_000:
        raise ValueError(usage)
    return clock
