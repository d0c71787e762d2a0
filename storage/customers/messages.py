"""The messages and slow work of customers: what the CRM is asked, and that it does not answer."""

from __future__ import annotations

from dataclasses import dataclass

from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload
from storage.outbox.tasks import task


@dataclass(frozen=True, slots=True)
class CrmPayload(Payload):
    """Why the CRM does not do what it is asked since then, or that this is over. Instants are ISO 8601."""

    desk: str
    since: str
    code: str = ""
    detail: str = ""
    over_at: str = ""


def crm(payload: CrmPayload, recipient: str) -> NewMessage:
    """Build what a lead or a channel is told."""
    about = "over" if payload.over_at else "failing"
    return NewMessage(MessageKind.CRM, f"crm:{payload.desk}:{about}:{payload.since}:{recipient}", recipient, payload)


def crm_look_up(thread_id: int) -> NewMessage:
    """Build the question who the customer of a thread is."""
    return task("crm_look_up", thread_id, {"thread": thread_id}, thread_id=thread_id)


def crm_contact(reply_id: int, thread_id: int) -> NewMessage:
    """Build what tells the CRM that a reply was sent."""
    return task("crm_contact", reply_id, {"reply": reply_id}, thread_id=thread_id)


def crm_ticket(thread_id: int, by: str = "") -> NewMessage:
    """Build the wish for a ticket about a thread; there is one of them at most."""
    return task("crm_ticket", thread_id, {"thread": thread_id, "by": by}, thread_id=thread_id)
