"""The messages of incidents: one in the desk's channel, edited in place, and what goes to the networks."""

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


@dataclass(frozen=True, slots=True)
class PublicUpdatePayload(Payload):
    update: int


def public_update(update_id: int, account: str) -> NewMessage:
    """Build what an account posts; it goes ahead of replies, since everybody waits for it."""
    payload = PublicUpdatePayload(update_id)
    return NewMessage(MessageKind.PUBLIC_UPDATE, f"public_update:{update_id}", account, payload, order_by=outbox.FIRST)


@dataclass(frozen=True, slots=True)
class ApprovalPayload(Payload):
    """What a lead is to approve: the line that `proposal` names, or the public update of that number."""

    incident: int
    proposal: str = ""
    update: int = 0


def approval(payload: ApprovalPayload, lead: str) -> NewMessage:
    key = f"incident_approval:{payload.incident}:{payload.proposal or payload.update}:{lead}"
    return NewMessage(MessageKind.INCIDENT_APPROVAL, key, lead, payload, order_by=outbox.FIRST)
