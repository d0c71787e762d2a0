"""How a desk is set up, as those may see it who may see that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """An account that a desk answers for, and how often it asks the network for new posts."""

    network_name: str
    handle: str
    poll_every: timedelta


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """How a desk is set up. People and channels are Slack ids; `standup` is local to `timezone`.

    `teams` are (name, channel) of the other teams to escalate to; `roles` name members and user groups by role, and
    a role that names nobody is everybody's.
    """

    desk: str
    channel: str
    leads: tuple[str, ...]
    first_response: timedelta
    next_response: timedelta
    warn_share: float
    standup: time
    timezone: str
    signature: str
    undo: timedelta
    teams: tuple[tuple[str, str], ...]
    accounts: tuple[AccountSettings, ...]
    roles: Mapping[str, tuple[str, ...]]
