"""Promises: with a reply, an agent tells a customer by when they come back; that is a deadline of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.clock.calendar import Calendar, after, counted


class PromiseOutcome(StrEnum):
    """How a promise ended."""

    KEPT = "kept"  # a later reply reached the customer in time
    BROKEN = "broken"  # none had by then
    CANCELLED = "cancelled"  # before its time an agent said that it is no longer needed, or closed the thread


@dataclass(frozen=True, slots=True)
class Promise:
    """That the customer hears from us by `due_at`, made by an agent with a reply that they read since `made_at`.

    `broken_at` is when it was said that it is broken; it stays open until somebody answers.
    """

    id: int
    thread_id: int
    by: str
    made_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    outcome: PromiseOutcome | None = None
    broken_at: datetime | None = None

    def ending(self, at: datetime, *, answered: bool) -> PromiseOutcome:
        """Return how it ends at that time, with a reply or without one."""
        if at >= self.due_at:
            return PromiseOutcome.BROKEN
        return PromiseOutcome.KEPT if answered else PromiseOutcome.CANCELLED

    def standing(self, at: datetime) -> PromiseOutcome | None:
        """Return how it ended, or that it is broken because nobody answered by then; None while there is time."""
        return PromiseOutcome.BROKEN if self.outcome is None and at >= self.due_at else self.outcome


def warn_at(calendar: Calendar, made_at: datetime, due_at: datetime, share: float) -> datetime:
    """Return when the owner is reminded: after this share of the open time that there was to keep it."""
    return min(due_at, after(calendar, made_at, counted(calendar, made_at, due_at) * share))
