"""Rows of the outbox as earlier versions wrote them, which the present one still has to show."""

from __future__ import annotations

from datetime import datetime

from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage
from storage.reminders.messages import NagPayload, RemindersPayload


def breach(thread_id: int, wait: int, lead: str = "U0LEAD") -> NewMessage:
    """What a lead was told of one missed target, until there were late lists."""
    key = f"lead:{thread_id}:{wait}:{lead}"
    return NewMessage(MessageKind.LEAD, key, lead, NagPayload(wait), thread_id=thread_id)


def reminder(thread_id: int, wait: int, channel: str = "C0SUPPORT") -> NewMessage:
    """The one reminder that a wait had, until there was a ladder."""
    return NewMessage(MessageKind.NAG, f"nag:{thread_id}:{wait}", channel, NagPayload(wait), thread_id=thread_id)


def breaches(waits: list[int], at: datetime, lead: str = "U0LEAD") -> NewMessage:
    """What a lead was told of many at once."""
    payload = RemindersPayload("Support", "", lead=True, waits=waits)
    return NewMessage(MessageKind.REMINDERS, f"reminders:C0SUPPORT:{lead}::99", lead, payload, order_by=at)
