"""Pauses: a wait's clock stands still while its thread is snoozed, and what would have counted is given back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.clock.calendar import Calendar, after, counted


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


def given_back(
    pauses: Iterable[Pause], calendar: Calendar, since: datetime, until: datetime | None = None
) -> timedelta:
    """Return how much would have counted in these pauses of one wait, from `since` until it ended, if it has."""
    total = timedelta(0)
    for pause in pauses:
        begun, over = max(pause.started_at, since), pause.end if until is None else min(pause.end, until)
        if begun < over:
            total += counted(calendar, begun, over)
    return total


def missed(pauses: Iterable[Pause], calendar: Calendar, since: datetime, target: timedelta) -> datetime | None:
    """Return the deadline of a wait since `since` that had passed when one of its pauses began; None if none had."""
    paused = timedelta(0)
    for pause in sorted(pauses, key=lambda each: each.started_at):
        due_at = after(calendar, since, target + paused)
        if due_at <= pause.started_at:
            return due_at
        paused += given_back([pause], calendar, since)
    return None
