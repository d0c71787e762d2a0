"""How much a rule may read in an hour, and what is told of one that finds more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.listening.rule import HOUR


class News(StrEnum):
    """SLOWED: it finds more than it may. MISSED: something was passed over. FAILING: its network cannot be searched."""

    SLOWED = "slowed"
    MISSED = "missed"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Hour:
    """The hour in which what a search brings is counted, meant or not: X bills all of it.

    `slowed_since` is since when each hour has brought more than is meant.
    """

    began: datetime
    read: int = 0
    slowed_since: datetime | None = None

    @property
    def ends(self) -> datetime:
        return self.began + HOUR

    def room(self, budget: int) -> int:
        """Return how many more may be read in it."""
        return max(budget - self.read, 0)

    def with_read(self, number: int, budget: int, at: datetime) -> Hour:
        """Return the hour after so many more were read."""
        read = self.read + number
        full = read >= budget
        return Hour(self.began, read, (self.slowed_since or at) if full else self.slowed_since)


def hour_of(began: datetime | None, read: int, slowed_since: datetime | None, budget: int, at: datetime) -> Hour:
    """Return the hour that `at` is in, from what is stored of the last one.

    An hour in which there was room left ends what is slowed. A beginning in the future was written by a wrong clock.
    """
    if began is None or began > at or at >= began + HOUR:
        slowed = slowed_since if began is not None and read >= budget and at < began + 2 * HOUR else None
        return Hour(at, 0, slowed)
    return Hour(began, read, slowed_since)
