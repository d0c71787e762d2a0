"""The messages of alerts. They go ahead of everything else."""

from __future__ import annotations

from dataclasses import dataclass

from storage import outbox
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload


@dataclass(frozen=True, slots=True)
class BacklogPayload(Payload):
    backlog: int


def backlog(backlog_id: int, channel: str) -> NewMessage:
    payload = BacklogPayload(backlog_id)
    return NewMessage(MessageKind.BACKLOG, f"backlog:{backlog_id}", channel, payload, order_by=outbox.FIRST)


@dataclass(frozen=True, slots=True)
class SpikePayload(Payload):
    spike: int


def volume_spike(spike_id: int, lead: str) -> NewMessage:
    key = f"volume_spike:{spike_id}:{lead}"
    return NewMessage(MessageKind.VOLUME_SPIKE, key, lead, SpikePayload(spike_id), order_by=outbox.FIRST)
