"""When reminders come so close together that one message must stand for several, and what that message says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

INDIVIDUAL_LIMIT = (
    20  # as many ring one by one, each under its own card: so many seconds of what Slack takes in a channel
)
LONGEST_PAUSE = timedelta(minutes=5)
PAUSE_DIVISOR = 12  # of the shortest target: no reminder is held back so long that its deadline is missed for it


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """Who is reminded. `channel` is the desk's, with the thread's owner or "" where nobody owns it; or a lead's id."""

    channel: str
    owner: str
    lead: bool

    @property
    def kind(self) -> str:
        """What a reminder of one thread is in the outbox."""
        return "lead" if self.lead else "nag"


def pause(*targets: timedelta) -> timedelta:
    """How far apart a desk with these targets sends such messages to the same recipient."""
    return min(LONGEST_PAUSE, min(targets) / PAUSE_DIVISOR)


def turn(at: datetime, pause: timedelta) -> int:
    """The number of the pause in which `at` lies: the same in every process."""
    return int(at.timestamp() // pause.total_seconds())


def begins(number: int, pause: timedelta) -> datetime:
    return datetime.fromtimestamp(number * pause.total_seconds(), UTC)
