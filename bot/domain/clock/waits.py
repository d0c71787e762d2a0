"""How long a customer waited, and how the wait ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.clock.calendar import Calendar, counted
from bot.domain.clock.pauses import Pause
from bot.domain.clock.targets import ResponseKind


class WaitOutcome(StrEnum):
    """How a wait ended."""

    ANSWERED = "answered"  # a reply reached the customer
    CONTACT = "contact"  # an agent answered the customer by another door than the network
    CLOSED = "closed"  # an agent closed the thread without a reply
    WITHDRAWN = "withdrawn"  # the customer deleted what they wrote, or asked to be forgotten


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait of one customer, with the target and calendar that held for it; `ended_at` is None while it lasts.

    `paused` is what its pauses give back, in counted time; `missed_at` is a deadline that had passed before a pause
    moved it. `pauses` are filled only where somebody asks why.
    """

    response_kind: ResponseKind
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    outcome: WaitOutcome | None
    ended_by: str | None
    target: timedelta
    calendar: Calendar
    target_rule: str | None = None  # the name of the TargetRule that the target is by, if any
    paused: timedelta = timedelta(0)
    missed_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def counted(self) -> timedelta | None:
        """How much of it counted, once it has ended; the customer felt all of it."""
        return None if self.ended_at is None else counted(self.calendar, self.started_at, self.ended_at) - self.paused

    @property
    def judged_at(self) -> datetime:
        """The deadline by which it is judged: a pause makes nothing good that was late."""
        return self.due_at if self.missed_at is None else self.missed_at

    @property
    def answered(self) -> bool:
        return self.outcome in (WaitOutcome.ANSWERED, WaitOutcome.CONTACT)

    @property
    def met(self) -> bool:
        return self.answered and self.ended_at is not None and self.ended_at < self.judged_at
