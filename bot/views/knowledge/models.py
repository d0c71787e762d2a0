"""The read models of the knowledge bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class LastUse:
    """Who last sent a reply that was begun with an entry, when, in which thread, and what percentage they kept."""

    by: str
    at: datetime
    thread_id: int
    kept: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as somebody sees it. `to_review` says that its owner should look at it, `uses` how often it was used."""

    entry: Entry
    last: LastUse | None
    uses: int = 0
    run_out: bool = False
    to_review: bool = False
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class BankPage:
    """What was found for these words, the nearest first; without words, nothing. `total` counts all entries."""

    words: str
    found: tuple[Shown, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody should look at in a desk's knowledge bank: the first of `total` entries."""

    desk: str
    listed: tuple[Shown, ...]
    total: int


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What the form begins with. `entry_id` is None for a new entry; `reply_id` is the reply that it comes from.

    `labels` are those of the desk.
    """

    desk: str
    labels: tuple[str, ...]
    owner: str
    question: str = ""
    answer: str = ""
    label: str | None = None
    valid_until: date | None = None
    entry_id: int | None = None
    reply_id: int | None = None
