"""What reminders show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock.targets import Nagged
from bot.domain.clock.waits import Wait
from bot.domain.reminders.reminders import Recipient
from bot.views.cases.models import Card


@dataclass(frozen=True, slots=True)
class Nag:
    """A reminder as it is true now; `level` NOT_YET means that its wait is over."""

    card: Card
    level: Nagged
    due_at: datetime
    leads: tuple[str, ...]
    wait: Wait | None = None  # how long the customer waited, and how it ended


@dataclass(frozen=True, slots=True)
class Due:
    """One customer who still waits, as a line: the thread's number, its owner, and its card where that is known."""

    number: int
    owner: str | None
    due_at: datetime
    permalink: str | None


@dataclass(frozen=True, slots=True)
class Reminders:
    """Several reminders as they are true at `at`: the nearest deadlines of `total`, and whether nobody owns some."""

    desk: str
    to: Recipient
    due: tuple[Due, ...]
    total: int
    unowned: bool
    at: datetime
