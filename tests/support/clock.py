"""A clock that a test turns by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FRIDAY = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)


class TurnedClock:
    """Stands still until a test turns it."""

    def __init__(self, at: datetime = FRIDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def real(self, seconds: float) -> timedelta:
        return timedelta(seconds=seconds)

    def turn(self, **length: float) -> datetime:
        """Turn it on, as in `clock.turn(minutes=45)`: the new time."""
        self.at += timedelta(**length)
        return self.at
