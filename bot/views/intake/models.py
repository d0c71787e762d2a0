"""The read model behind notices about an account that cannot be read, or is silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.intake.feed_health import FeedProblem


@dataclass(frozen=True, slots=True)
class FeedNotice:
    """What the channel is told at `at`: the problem, or with `over_at` that it is over.

    `search_url` is where to look for what was posted meanwhile; empty if there is no such place.
    """

    network_name: str
    handle: str
    problem: FeedProblem
    at: datetime
    over_at: datetime | None = None
    search_url: str = ""


@dataclass(frozen=True, slots=True)
class SetAsideNotice:
    """A post that could not be stored. `url` is empty if its author was forgotten."""

    desk: str
    network_name: str
    handle: str
    url: str
