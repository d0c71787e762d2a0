"""The messages of alerts. They go ahead of everything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.domain.common.destinations import DestinationFault
from storage import outbox
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload
from storage.tables import outbox as table


@dataclass(frozen=True, slots=True)
class BacklogPayload(Payload):
    """`turn` counts how often the digest was posted again, so that it is not buried."""

    backlog: int
    turn: int = 0

    def to_json(self) -> dict[str, Any]:
        return {"backlog": self.backlog} | ({"turn": self.turn} if self.turn else {})


def backlog(backlog_id: int, channel: str, turn: int = 0) -> NewMessage:
    payload = BacklogPayload(backlog_id, turn)
    key = f"backlog:{backlog_id}:{turn}" if turn else f"backlog:{backlog_id}"
    return NewMessage(MessageKind.BACKLOG, key, channel, payload, order_by=outbox.FIRST)


@dataclass(frozen=True, slots=True)
class SpikePayload(Payload):
    spike: int


def volume_spike(spike_id: int, lead: str) -> NewMessage:
    key = f"volume_spike:{spike_id}:{lead}"
    return NewMessage(MessageKind.VOLUME_SPIKE, key, lead, SpikePayload(spike_id), order_by=outbox.FIRST)


@dataclass(frozen=True, slots=True)
class DestinationPayload(Payload):
    """The fault of a destination; `since` and `over_at` are ISO 8601."""

    desk: str
    destination: str
    code: str
    since: str
    over_at: str | None

    @property
    def fault(self) -> DestinationFault:
        return DestinationFault(self.destination, self.code, datetime.fromisoformat(self.since))


def destination(fault: DestinationFault, desk: str, to: str, over_at: datetime | None) -> NewMessage:
    """Build the message about the fault, or with `over_at` that it is over."""
    over = over_at.isoformat() if over_at else None
    payload = DestinationPayload(desk, fault.destination, fault.code, fault.since.isoformat(), over)
    key = f"{_of_fault(fault)}{to}{':over' if over else ''}"
    return NewMessage(MessageKind.DESTINATION, key, to, payload, order_by=outbox.FIRST)


def told(connection: Connection, fault: DestinationFault) -> list[str]:
    """Return who was told of the fault."""
    about = table.c.key.startswith(_of_fault(fault), autoescape=True)
    return list(connection.execute(select(table.c.destination).where(about).distinct()).scalars())


def _of_fault(fault: DestinationFault) -> str:
    return f"destination:{fault.destination}:{fault.since.isoformat()}:"
