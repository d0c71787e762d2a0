"""When so many cards wait for Slack that the channel is told, and what it is told meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ENTER_ABOVE = 60  # cards: one minute of posting, since Slack takes one message a second in a channel
LEAVE_BELOW = 10  # cards: far below ENTER_ABOVE, so that the digest does not flicker


@dataclass(frozen=True, slots=True)
class Backlog:
    """One busy period of one desk.

    `cards_at_start` is how many cards were waiting when it began. `mentions` is how many came in from beginning to end;
    it is None until the end.
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
    """Return what to do with the digest while `waiting` cards wait for Slack; None means nothing.

    `going_on` is the open backlog, if any. `pause` is the shortest time between two edits of the digest.
    """
    if going_on is None:
        return Step.BEGIN if waiting > ENTER_ABOVE else None
    if waiting < LEAVE_BELOW:
        return Step.END
    return Step.SHOW if at >= going_on.shown_at + pause else None
