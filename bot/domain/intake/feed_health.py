"""When a network that says nothing is trouble: it fails, or it is quieter than it ever is at this hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FAILING_SECONDS = 120.0
FAILING_POLLS = 3
LEAST_SILENCE = timedelta(hours=3)
UNUSUAL = 4  # times the longest gap that is usual


class Alarm(StrEnum):
    """FAILING: the network cannot be read. SILENT: it can, and has nothing to tell."""

    FAILING = "failing"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """`since` is when the first fetch failed, or when the last mention came in; `code` why it fails, where it does."""

    alarm: Alarm
    since: datetime
    code: str | None = None


def failing_seconds(poll_every: timedelta) -> float:
    """Real seconds for which a network may fail before anybody is told."""
    return max(FAILING_SECONDS, FAILING_POLLS * poll_every.total_seconds())


def usual_silence(gaps: Sequence[timedelta]) -> timedelta:
    """How long nothing may come in: `gaps` are those between two mentions at this moment of earlier weeks."""
    return max(LEAST_SILENCE, UNUSUAL * max(gaps))
