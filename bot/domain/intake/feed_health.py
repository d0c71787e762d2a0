"""When a feed that brings nothing is a problem: it fails, or it is quieter than usual for the hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FAILING_SECONDS = 120.0
FAILING_POLLS = 3
LEAST_SILENCE = timedelta(hours=3)
UNUSUAL = 4  # times the longest usual gap


class Alarm(StrEnum):
    """FAILING: the network cannot be read. SILENT: it can be read, but nothing comes in. UNSENT: no reply goes out.

    UNREAD: what our account answers on the network itself cannot be read. GAP: mentions of a span of time could not be
    read.
    """

    FAILING = "failing"
    SILENT = "silent"
    UNSENT = "unsent"
    UNREAD = "unread"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """One problem of one feed.

    `since` is when the first fetch failed, or when the last mention came in. `code` is the cause of a failure, if
    known.
    """

    alarm: Alarm
    since: datetime
    code: str | None = None


def failing_seconds(poll_every: timedelta) -> float:
    """Return for how many real seconds a network may fail before anybody is told."""
    return max(FAILING_SECONDS, FAILING_POLLS * poll_every.total_seconds())


def usual_silence(gaps: Sequence[timedelta]) -> timedelta:
    """Return how long a feed may be silent; `gaps` are the gaps around this moment in earlier weeks.

    Raises ValueError when `gaps` is empty.
    """
    return max(LEAST_SILENCE, UNUSUAL * max(gaps))
