"""A post that was found, until somebody has said whether it becomes a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.cases.mention import Mention

KEPT = timedelta(days=3)
"""For so long the words of what was found are kept where they became no card: a weekend."""
REMEMBERED = timedelta(days=30)
"""For so long it is known that something was found."""


class FoundState(StrEnum):
    """OPEN waits for somebody's word; LEFT was not decided in time; GONE belonged to who was erased.

    LEFT_OUT was like what was not for us, so nobody was asked.
    """

    OPEN = "open"
    CARD = "card"
    NOT_FOR_US = "not_for_us"
    LEFT = "left"
    GONE = "gone"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Found:
    """A post that a rule found. `mention` is None once it is no longer kept; `by` is the agent who decided."""

    id: int
    found_list_id: int | None
    rule: str
    desk: str
    account: str
    word: str
    author_handle: str
    mention: Mention | None
    found_at: datetime
    state: FoundState
    by: str | None = None
    decided_at: datetime | None = None
    thread: int | None = None
