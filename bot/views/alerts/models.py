"""The read models behind alerts."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.alerts.backlog import Backlog
from bot.domain.alerts.volume_spike import Said, VolumeSpike, Word
from bot.views.cases.models import Overview


@dataclass(frozen=True, slots=True)
class BacklogDigest:
    """The content of the digest: `waiting` cards are not in Slack yet; `unowned` are the unowned threads due first."""

    backlog: Backlog
    waiting: int
    unowned: Overview


@dataclass(frozen=True, slots=True)
class SpikeSignal:
    """What the leads are told. `examples` are the first threads of the spike that contain one of its words."""

    spike: VolumeSpike
    words: tuple[Word, ...]
    examples: tuple[Said, ...]
