"""The read models behind the standup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.reports.spend import Month
from bot.domain.reports.standup import Figures


@dataclass(frozen=True, slots=True)
class Standup:
    """A desk's day. `names` maps Slack ids to agents' names: a mention would notify them of a mere figure."""

    desk: str
    figures: Figures
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountSpend:
    """What an account costs this month; `counts` has how many of each thing its network has billed."""

    network_name: str
    handle: str
    month: Month
    counts: Mapping[str, int]
