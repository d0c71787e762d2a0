"""The read models behind the standup and the weekly feedback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.incidents.incident import Incident, Standing
from bot.domain.reports.feedback import Improvement, Quote
from bot.domain.reports.month import MonthSoFar
from bot.domain.reports.spend import Month
from bot.domain.reports.standup import Figures


@dataclass(frozen=True, slots=True)
class Standup:
    """A desk's day. `names` maps Slack ids to agents' names: a mention would notify them of a mere figure."""

    desk: str
    figures: Figures
    names: Mapping[str, str] = field(default_factory=dict)
    month: MonthSoFar = field(default_factory=MonthSoFar)
    incidents: tuple[tuple[Incident, Standing], ...] = ()  # that were open that day, as they stand now


@dataclass(frozen=True, slots=True)
class AccountSpend:
    """What an account costs this month; `counts` has how many of each thing its network has billed."""

    network_name: str
    handle: str
    month: Month
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Heard:
    """How many threads got one label in a week and in the week before, and what was done about it."""

    label: str
    count: int
    before: int
    quotes: tuple[Quote, ...] = ()
    done: Improvement | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What customers of a desk said in the week that began on the Monday `week`; `others` has rarer labels."""

    desk_key: str
    desk: str
    week: date
    heard: tuple[Heard, ...]
    others: Mapping[str, int]
