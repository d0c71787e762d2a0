"""The read models behind alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.backlog import Backlog
from bot.domain.alerts.volume_spike import Said, VolumeSpike, Word
from bot.domain.common.destinations import DestinationFault
from bot.views.cases.models import Overview


@dataclass(frozen=True, slots=True)
class BacklogDigest:
    """The content of the digest: `waiting` cards are not in Slack yet; `unowned` are the unowned threads due first.

    `recent` mentions came in the last ten minutes; `normal` is how many usually do, None if that is not known yet;
    `words` stand out among them. `below` says that the digest was posted again further down.
    """

    backlog: Backlog
    waiting: int
    unowned: Overview
    recent: int = 0
    normal: float | None = None
    words: tuple[Word, ...] = ()
    below: bool = False


@dataclass(frozen=True, slots=True)
class SpikeSignal:
    """What the leads are told. `examples` are the first threads of the spike that contain one of its words.

    The address of an example is that of its card, or of the post where the card is not in Slack yet.
    """

    spike: VolumeSpike
    words: tuple[Word, ...]
    examples: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class DestinationNotice:
    """What is told at `at` of a destination that takes nothing, or with `over_at` that it does again.

    `escalated` are number and address of the first threads whose escalation has not arrived there.
    """

    fault: DestinationFault
    at: datetime
    escalated: tuple[tuple[int, str | None], ...] = ()
    over_at: datetime | None = None
