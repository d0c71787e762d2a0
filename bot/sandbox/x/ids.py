"""Post ids as X makes them: integers that grow with time, written as strings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
"""The instant from which X's snowflake ids count milliseconds."""
SEQUENCE_BITS = 22


def first_id_at(at: datetime) -> int:
    """Return the lowest id that a post made at `at` could have."""
    return max(0, (at - EPOCH) // timedelta(milliseconds=1)) << SEQUENCE_BITS


def time_of(post_id: int) -> datetime:
    """Return the instant, to the millisecond, that an id carries."""
    return EPOCH + timedelta(milliseconds=post_id >> SEQUENCE_BITS)


class Ids:
    """Hands out ids that only grow, even if the clock stands still or is turned back."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, at: datetime) -> str:
        self._last = max(self._last + 1, first_id_at(at))
        return str(self._last)
