"""The message of an incident: one in its desk's channel, edited in place."""

from __future__ import annotations

from dataclasses import dataclass

from storage import outbox
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload


@dataclass(frozen=True, slots=True)
class IncidentPayload(Payload):
    incident: int


def incident(incident_id: int, channel: str) -> NewMessage:
    """Build the message; it goes ahead of the cards that it stands for."""
    payload = IncidentPayload(incident_id)
    return NewMessage(MessageKind.INCIDENT, f"incident:{incident_id}", channel, payload, order_by=outbox.FIRST)
