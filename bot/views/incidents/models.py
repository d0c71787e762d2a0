"""The read models behind incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cases.picture import Picture
from bot.domain.incidents.incident import Incident, IncidentEvent, Standing
from bot.domain.incidents.public_update import PublicUpdate


@dataclass(frozen=True, slots=True)
class Live:
    """An incident as it stands at `at`. `links` are the addresses of cards by number.

    `updates` are its public updates, oldest first, and `networks` the names of their accounts' networks. `untold` are
    the first threads that have not been told yet: since it was opened or, once it is solved, since then. `editable` are
    the updates, by number, whose words can be replaced.
    """

    incident: Incident
    standing: Standing
    at: datetime
    links: Mapping[int, str] = field(default_factory=dict)
    untold: tuple[int, ...] = ()
    updates: tuple[PublicUpdate, ...] = ()
    networks: Mapping[str, str] = field(default_factory=dict)
    editable: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Listed:
    """An incident in the list of its desk, with its figures and the address of its message in Slack."""

    incident: Incident
    standing: Standing
    permalink: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """An incident for the press office at `at`, in the desk's `zone`: nothing in it says who a customer is.

    `quotes` are customers' words, `posted` the public updates that went out, and `names` our colleagues by Slack id.
    """

    incident: Incident
    standing: Standing
    at: datetime
    zone: ZoneInfo
    quotes: tuple[str, ...]
    posted: tuple[PublicUpdate, ...]
    events: tuple[IncidentEvent, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Approval:
    """A line or a public update that a lead is asked to approve. `approver` is who did; it `waits` while nobody has.

    `before` are the words of the public update that it replaces, if it edits one.
    """

    incident: Incident
    text: str
    author: str
    waits: bool
    approver: str | None = None
    update: int = 0
    picture: Picture | None = None
    before: str = ""
