"""When the desk is so busy that cards wait for Slack, and what the channel is told meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ENTER_ABOVE = 60  # cards: a minute's worth at Slack's one message a second in a channel
LEAVE_BELOW = 10  # far from ENTER_ABOVE, so that the digest neither flickers nor repeats itself


@dataclass(frozen=True, slots=True)
class Backlog:
    """One busy time of one desk.

    `backlog` counts the cards that waited at its beginning, `mentions` all of them, known at its end.
    """

    id: int
    desk: str
    started_at: datetime
    cards_at_start: int
    shown_at: datetime
    ended_at: datetime | None = None
    mentions: int | None = None


class Step(StrEnum):
    BEGIN = "begin"
    SHOW = "show"
    END = "end"


def next_step(going_on: Backlog | None, waiting: int, at: datetime, pause: timedelta) -> Step | None:
    """What is to be done now, with so many cards waiting; `pause` is the least time between two edits of a digest."""
    if going_on is None:
        return Step.BEGIN if waiting > ENTER_ABOVE else None
    if waiting < LEAVE_BELOW:
        return Step.END
    return Step.SHOW if at >= going_on.shown_at + pause else None
