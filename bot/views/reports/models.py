"""What the standup shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.reports.standup import Figures


@dataclass(frozen=True, slots=True)
class Standup:
    """A desk's day. `names` are agents' names by Slack id: a figure must ring nobody's phone, as a mention would."""

    desk: str
    figures: Figures
    names: Mapping[str, str] = field(default_factory=dict)
