"""Compute every deadline. No other module does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.clock.calendar import Calendar, after


class ResponseKind(StrEnum):
    """FIRST runs from the mention to our first public reply, NEXT from the oldest unanswered post to its answer."""

    FIRST = "first"
    NEXT = "next"


class NagLevel(StrEnum):
    """How far the reminders of one wait have come."""

    NOT_YET = "not_yet"
    WARNING = "warning"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class ResponseTargets:
    """The agreed response times, and when their clock runs.

    Stored with each thread and each wait, so that later changes do not rewrite their past.
    """

    first_response: timedelta
    next_response: timedelta
    warn_share: float  # share of the target, 0 to 1
    calendar: Calendar
    first_rule: str | None = None  # the name of the TargetRule that it is by, if any
    next_rule: str | None = None
    resolution: timedelta | None = None  # from the first post until nobody waits any more; None: no such target
    ladder: str = ""  # as bot/domain/clock/ladder.py writes it

    def of(self, target: ResponseKind) -> timedelta:
        return self.first_response if target is ResponseKind.FIRST else self.next_response

    def rule_of(self, target: ResponseKind) -> str | None:
        return self.first_rule if target is ResponseKind.FIRST else self.next_rule


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a waiting customer must have an answer, and from when on that is near."""

    target: ResponseKind
    warn_at: datetime
    due_at: datetime

    def level(self, at: datetime) -> NagLevel:
        """Return how near the deadline is at `at`. A reply exactly on it is late."""
        if at >= self.due_at:
            return NagLevel.BREACH
        return NagLevel.WARNING if at >= self.warn_at else NagLevel.NOT_YET


def deadline(targets: ResponseTargets, *, waiting_since: datetime, answered_before: bool) -> Deadline:
    """Return the deadline of one wait, in which only the time counts that the calendar has open."""
    target = ResponseKind.NEXT if answered_before else ResponseKind.FIRST
    length = targets.of(target)
    warn_at = after(targets.calendar, waiting_since, length * targets.warn_share)
    return Deadline(target, warn_at, after(targets.calendar, waiting_since, length))
