"""Incidents: one cause for which many customers write, what belongs to it, and what was agreed to tell them."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.common.command import folded
from bot.domain.common.stopwords import words_and_numbers

LOOK_BACK = timedelta(hours=24)  # before it was opened: customers notice an outage before the team does
MAX_NAME = 120  # characters
MAX_WORDS = 8
MAX_LINE = 1_200  # characters that a message shows, so that nobody approves what they cannot read
_STEM = 5  # letters from which on a longer form of a word counts as the word: "storing", "storingen"


class MemberState(StrEnum):
    """How a thread stands to an incident. A suggestion is no more than that until somebody taps it."""

    SUGGESTED = "suggested"
    JOINED = "joined"
    LEFT = "left"  # a colleague said that it does not belong there, so it is not put there again by itself


class IncidentEventKind(StrEnum):
    """The kinds of line in an incident's timeline. Their values are stored, so they never change."""

    OPENED = "opened"
    PROPOSED = "proposed"  # somebody wrote a line for customers
    APPROVED = "approved"  # a second person did that
    WITHDRAWN = "withdrawn"  # the line is not to be used any more
    UPDATE_PROPOSED = "update_proposed"  # somebody wrote a public update
    UPDATE_APPROVED = "update_approved"  # a second person had it posted
    UPDATE_POSTED = "update_posted"  # it is public
    EDIT_PROPOSED = "edit_proposed"  # somebody wrote other words for a public update
    EDIT_APPROVED = "edit_approved"  # a second person had it edited
    UPDATE_EDITED = "update_edited"  # everybody reads the other words
    SOLVED = "solved"  # its cause is gone
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """One line of an incident's timeline. `text` are the words that it is about."""

    at: datetime
    kind: IncidentEventKind
    actor: str
    text: str


class Match(StrEnum):
    """How much what a customer wrote has to do with an incident."""

    ALL = "all"  # it has all of its words, of at least two
    SOME = "some"  # it has at least half of them


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident of a desk. `words` find its threads, and `label` if it has one.

    `line` is what was agreed to tell customers, by `line_by` and approved by `line_approved_by`; `proposed` is one that
    waits for a second person. `solved_at` is when its cause was gone; the customers are told, and then it is closed.
    """

    id: int
    desk: str
    name: str
    words: str
    label: str | None
    owner: str
    opened_at: datetime
    solved_at: datetime | None = None
    solved_by: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    line: str = ""
    line_by: str | None = None
    line_approved_by: str | None = None
    line_at: datetime | None = None
    proposed: str = ""
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    read_through_post_id: int = 0
    shown: str = ""
    shown_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def proposal(self) -> str:
        """Name the line that waits for a second person, so that nobody approves another one; "" if none does."""
        return name_of(self.proposed)

    @property
    def words_now(self) -> str:
        """Name what is proposed and agreed, so that nobody replaces what they have not seen."""
        return f"{self.proposal}/{name_of(self.line)}"


@dataclass(frozen=True, slots=True)
class Membership:
    """A thread's incident, as its card shows it."""

    incident: Incident
    state: MemberState

    @property
    def joined(self) -> bool:
        return self.state is MemberState.JOINED

    @property
    def suggested(self) -> bool:
        """Whether somebody is still to say if it belongs there."""
        return self.state is MemberState.SUGGESTED and self.incident.is_open


@dataclass(frozen=True, slots=True)
class Standing:
    """The figures of an incident.

    `customers` wrote in `threads`. `told` threads had an answer since it was opened, `told_end` one since it was
    solved. `untold` threads are still owed one, since it was solved or else since it was opened; `closed_untold` were
    closed without. `unclaimed` threads wait and have no owner. `first` and `newest` are numbers and times of the first
    and the newest.
    """

    customers: int = 0
    threads: int = 0
    told: int = 0
    told_end: int = 0
    untold: int = 0
    closed_untold: int = 0
    unclaimed: int = 0
    suggested: int = 0
    first: tuple[int, datetime] | None = None
    newest: tuple[int, datetime] | None = None


def name_of(line: str) -> str:
    """Name a line by what it says; "" for none."""
    return sha256(line.encode()).hexdigest()[:12] if line else ""


def words_of(name: str) -> tuple[str, ...]:
    """Return the words by which threads of an incident of this name are found, in their order."""
    return tuple(sorted(words_and_numbers(name), key=name.casefold().find)[:MAX_WORDS])


def match(wanted: Collection[str], said: str) -> Match | None:
    """Compare what a customer wrote with the words of an incident; None if it has less than half of them.

    Numbers alone are no match, unless it has no other words: somebody else's "5" is a time or a price.
    """
    spoken = {folded(word) for word in words_and_numbers(said)}
    sought = [folded(word) for word in wanted]
    found = [word for word in sought if any(_is_form_of(word, other) for other in spoken)]
    only_numbers = all(word.isdigit() for word in found) and found != sought
    if not found or only_numbers or len(found) < math.ceil(len(sought) / 2):
        return None
    return Match.ALL if len(found) == len(sought) > 1 else Match.SOME


def _is_form_of(word: str, other: str) -> bool:
    return word == other or (len(word) >= _STEM and other.startswith(word))
