"""What a reply may not be sent for alone: for each need of a second pair of eyes, what it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from bot.domain.cases.conversation import Post
from bot.domain.common.phrases import says
from bot.domain.customers.last_resort import Signal


class NeedKind(StrEnum):
    """Why somebody else looks at a reply. The values are stored, so they never change."""

    ALL = "all"  # at this desk every reply is looked at
    TRAINEE = "trainee"  # its author is one
    LABEL = "label"  # the thread has it
    LAST_RESORT = "last_resort"  # the customer says so
    WORD = "word"  # the reply has it


@dataclass(frozen=True, slots=True)
class Need:
    """One reason, and which label, signal or word it is; "" where there is nothing to name."""

    kind: NeedKind
    what: str = ""


class Outcome(StrEnum):
    """What became of a reply that somebody else was to look at. The values are stored, so they never change."""

    APPROVED = "approved"
    EDITED = "edited"  # approved with other words
    RETURNED = "returned"  # to its author, with a reason
    TAKEN_BACK = "taken_back"  # by its author, or by who owns the thread


@dataclass(frozen=True, slots=True)
class Approval:
    """A request to look at a reply, and what became of it.

    `asked` are those who were asked: Slack ids of members and user groups. `original` is what its author wrote where it
    was approved with other words.
    """

    reply_id: int
    thread_id: int
    author: str
    needs: tuple[Need, ...]
    asked: tuple[str, ...]
    asked_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Mandate:
    """What an agent may not send alone: everything, or what has one of these labels, signals or words."""

    everything: bool = False
    labels: tuple[str, ...] = ()
    signals: frozenset[Signal] = frozenset()
    words: tuple[str, ...] = ()


def needs(
    mandate: Mandate, body: str, labels: Iterable[str], signals: Collection[Signal], *, trainee: bool
) -> tuple[Need, ...]:
    """Return why a reply needs a second pair of eyes, each reason once; none if its author may send it alone.

    Words are meant as `says` has it.
    """
    has = {label.casefold() for label in labels}
    return (
        *((Need(NeedKind.ALL),) if mandate.everything else ()),
        *((Need(NeedKind.TRAINEE),) if trainee else ()),
        *(Need(NeedKind.LABEL, label) for label in mandate.labels if label.casefold() in has),
        *(Need(NeedKind.LAST_RESORT, kind) for kind in Signal if kind in signals and kind in mandate.signals),
        *(Need(NeedKind.WORD, word) for word in mandate.words if says(body, word)),
    )


def said_so_far(posts: Iterable[Post]) -> str:
    """Name what the customer has said as it stands, so that who approves is told if that has changed meanwhile."""
    said = [f"{post.id}:{post.edited_at}:{post.deleted_at}" for post in posts if post.inbound]
    return sha256("|".join(said).encode()).hexdigest()[:12]
