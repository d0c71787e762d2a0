"""Pauses: a wait's clock stands still while its thread is snoozed, and what would have counted is given back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.clock.calendar import Calendar, counted


@dataclass(frozen=True, slots=True)
class Pause:
    """One snooze, from `started_at` until `until` or, if it ended earlier, until `ended_at`.

    `why` is None once the customer was erased. `by` is an agent's Slack id.
    """

    id: int
    started_at: datetime
    until: datetime
    ended_at: datetime | None
    why: str | None
    by: str

    @property
    def end(self) -> datetime:
        return self.until if self.ended_at is None else self.ended_at


def given_back(pauses: Iterable[Pause], calendar: Calendar, since: datetime) -> timedelta:
    """Return how much would have counted in these pauses of one wait, which began at `since`."""
    lengths = (counted(calendar, max(pause.started_at, since), pause.end) for pause in pauses)
    return sum(lengths, timedelta(0))
