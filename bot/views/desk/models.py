"""The settings of a desk, for those who may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """An account that a desk answers for, and how often the desk asks the network for new posts."""

    network_name: str
    handle: str
    poll_every: timedelta


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """The settings of a desk. People and channels are Slack ids; `standup` is local to `timezone`.

    `hours` are in OpenStreetMap's notation, None for around the clock; `holidays` say whose, such as "NL".

    `teams` are pairs (name, channel) of the other teams to escalate to. `roles` lists members and user groups by role;
    an empty list means everybody.
    """

    desk: str
    channel: str
    leads: tuple[str, ...]
    first_response: timedelta
    next_response: timedelta
    warn_share: float
    standup: time
    timezone: str
    hours: str | None
    holidays: tuple[str, ...]
    signature: str
    undo: timedelta
    teams: tuple[tuple[str, str], ...]
    accounts: tuple[AccountSettings, ...]
    roles: Mapping[str, tuple[str, ...]]
