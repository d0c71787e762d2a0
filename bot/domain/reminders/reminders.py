"""When reminders come so close together that one message gathers them, and which message that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# This many reminders are posted one by one, each under its own card. Slack takes one a second in a channel.
INDIVIDUAL_LIMIT = 20
TOGETHER = 3  # so many that nobody owns and that reach a step in one tick ring the channel once, in a list
LONGEST_PAUSE = timedelta(minutes=5)
MORE_TIME = timedelta(minutes=10)  # how long an owner can put a reminder off ...
MOST_TIMES = 2  # ... and how often for one wait
PAUSE_DIVISOR = 12  # of the shortest target, so that waiting for a pause never makes anybody miss a deadline


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """Who is reminded.

    Either a `channel`, about the threads of one `owner` ("" for those without one) or of `anybodys`, or a lead, whose
    member id is then the `channel`.
    """

    channel: str
    owner: str
    lead: bool
    anybodys: bool = False


def pause(*targets: timedelta) -> timedelta:
    """Return the least time between two gathered messages to one recipient, for a desk with these targets."""
    return min(LONGEST_PAUSE, min(targets) / PAUSE_DIVISOR)


def turn(at: datetime, pause: timedelta) -> int:
    """Return the number of the pause that contains `at`; every process computes the same number."""
    return int(at.timestamp() // pause.total_seconds())


def begins(number: int, pause: timedelta) -> datetime:
    return datetime.fromtimestamp(number * pause.total_seconds(), UTC)
