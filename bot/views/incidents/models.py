"""The read models behind incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.incidents.incident import Incident, Standing


@dataclass(frozen=True, slots=True)
class Live:
    """An incident as it stands at `at`. `links` are the addresses of cards by number.

    `untold` are the first threads that have not been told yet: since it was opened or, once it is solved, since then.
    """

    incident: Incident
    standing: Standing
    at: datetime
    links: Mapping[int, str] = field(default_factory=dict)
    untold: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """An incident in the list of its desk, with its figures and the address of its message in Slack."""

    incident: Incident
    standing: Standing
    permalink: str | None
