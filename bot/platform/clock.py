"""The only place that asks what time it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what time it is, in UTC and always with a time zone."""

    def now(self) -> datetime: ...

    def real(self, seconds: float) -> timedelta:
        """How far this clock moves in so many of the machine's seconds: for leases, back-off, and the time to undo."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def real(self, seconds: float) -> timedelta:
        return timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """A clock that starts at any instant and runs at any speed, for watching a Friday evening in a minute.

    `start` was the time at the machine's instant `anchor` (seconds since the epoch), so that processes that share
    all three agree to the millisecond however long each took to start.
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


def parse_clock(text: str) -> Clock:
    """`WEBCARE_CLOCK` to a clock: `2026-11-20T16:40:00+01:00@60` is a start instant @ speed; empty is the system clock.

    The speed may be left out (1). An anchor after `#`, seconds since the epoch, is when the clock read `start`;
    without it that is now. Raises ValueError, in words, for anything else.
    """
    if not text.strip():
        return SystemClock()
    rest, _, anchor = text.strip().partition("#")
    instant, _, speed = rest.partition("@")
    form = "write a start instant with its UTC offset @ speed, such as 2026-11-20T16:40:00+01:00@60"
    try:
        start = datetime.fromisoformat(instant)
        factor = float(speed or 1)
        origin = float(anchor) if anchor else time.time()
        clock = ShiftedClock(start.astimezone(UTC), factor, origin)
        clock.now()
    except (ValueError, OverflowError):
        raise ValueError(form) from None
    if start.tzinfo is None or not 0 < factor <= 100_000:
        raise ValueError(form)
    return clock
