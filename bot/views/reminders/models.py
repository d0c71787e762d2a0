"""The read models behind reminders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.clock.ladder import CHANNEL, LEADS, OWNER
from bot.domain.clock.resolution import Resolution
from bot.domain.clock.targets import NagLevel
from bot.domain.clock.waits import Wait
from bot.domain.reminders.reminders import Recipient
from bot.views.cases.models import Card, CaseRow
from bot.views.desk.models import Reached


@dataclass(frozen=True, slots=True)
class Nag:
    """A reminder as it stands now; the level NOT_YET means that its wait is over.

    `to` is whom it speaks to, as in NagPayload; `leads` are those of the desk, if to them as well. `names` are those of
    colleagues by Slack id. `said_at` is when it was said, if known; `is_latest` is False once there is a newer one.
    """

    card: Card
    level: NagLevel
    due_at: datetime
    leads: tuple[str, ...]
    wait: Wait | None = None  # how long the customer waited, and how that ended
    times: int = 0  # how often the owner has put it off
    to: tuple[str, ...] = (OWNER, LEADS)
    names: Mapping[str, str] = field(default_factory=dict)
    said_at: datetime | None = None
    is_latest: bool = True
    undisturbed: frozenset[str] = frozenset()  # those among its recipients whom Slack rings nothing now
    away: frozenset[str] = frozenset()  # those among its recipients who are not there
    asks: bool = False  # whether the owner has still to say that they keep it
    approvers: tuple[str, ...] = ()  # who can look now at the reply that awaits approval
    lost_by: str | None = None  # the silent owner from whom this reminder brings it back to the team

    @property
    def for_channel(self) -> bool:
        """Whether the channel is to hear it: it is for the channel, or one of those whom it is for can't be rung.

        Of a reply that awaits approval, those who may approve hear it.
        """
        if self.card.thread.approval_since is not None:
            return CHANNEL in self.to or not self.approvers
        return CHANNEL in self.to or self.card.thread.owner is None or bool(self.missing)

    @property
    def missing(self) -> frozenset[str]:
        """Those whom it is for and who can't be rung."""
        owner = self.card.thread.owner if OWNER in self.to else None
        return (self.undisturbed | self.away) & {*self.to, owner or ""}

    @property
    def asked(self) -> str | None:
        """The owner whom it asks, in so many words, whether they keep the thread."""
        owner = self.card.thread.owner
        return owner if self.asks and self.level is NagLevel.WARNING and owner not in self.missing else None


@dataclass(frozen=True, slots=True)
class Due:
    """One customer who still waits, in a line: the thread's number, its owner, and its card if known."""

    number: int
    owner: str | None
    due_at: datetime
    permalink: str | None
    lost_by: str | None = None  # the name of the silent owner from whom it has just come back to the team


@dataclass(frozen=True, slots=True)
class Reminders:
    """Several reminders as they stand at `at`.

    `due` are the nearest deadlines out of `total`. `unowned` tells whether any of the threads has no owner.
    """

    desk: str
    to: Recipient
    due: tuple[Due, ...]
    total: int
    unowned: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class HandedOn:
    """One open thread of a hand-over, its owner's name, and whether they are not there.

    `due_at` is its deadline, or when it comes back. `group` is "late", "promised", "escalated", "open" or "snoozed".
    """

    case: CaseRow
    owner: str | None
    is_off: bool
    due_at: datetime | None
    group: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """A change of shifts as it stands at `at`. `came` are Slack ids, `went` are names, since they need not be rung.

    `released` is how many threads those who go had not answered. `counts` are of all open threads, by group.
    """

    desk: str
    at: datetime
    came: tuple[str, ...]
    went: tuple[str, ...]
    until: datetime | None
    next_from: datetime | None
    released: int
    counts: Mapping[str, int]
    threads: tuple[HandedOn, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody who is not there, until then if known, and which of their threads nobody has claimed since.

    `promised` are those that they own, or promised a customer something in, with an open promise: by when.
    """

    desk: str
    at: datetime
    name: str
    until: datetime | None
    unclaimed: Mapping[int, str | None]  # the number and its permalink
    promised: Mapping[int, tuple[str | None, datetime]] = field(default_factory=dict)
    has_left: bool = False  # their account is closed


@dataclass(frozen=True, slots=True)
class ResolutionNag:
    """The reminder of a case as it stands now; the thread may have a later one.

    `leads` are the names of the desk's leads, by Slack id.
    """

    card: Card
    case: Resolution | None
    leads: Mapping[str, str]
    reached: Reached = field(default_factory=Reached)
