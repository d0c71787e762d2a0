"""What alerts show."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.alerts.backlog import Backlog
from bot.domain.alerts.volume_spike import Said, VolumeSpike, Word
from bot.views.cases.models import Overview


@dataclass(frozen=True, slots=True)
class BacklogDigest:
    """What the digest says: `waiting` cards are not in Slack yet, `unowned` are the nearest of those nobody owns."""

    backlog: Backlog
    waiting: int
    unowned: Overview


@dataclass(frozen=True, slots=True)
class SpikeSignal:
    """What the leads are told. `examples` are the first threads of the spike in which its words are found."""

    spike: VolumeSpike
    words: tuple[Word, ...]
    examples: tuple[Said, ...]
