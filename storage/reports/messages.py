"""The messages of reports: the daily standup, and what a lead is told with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload


@dataclass(frozen=True, slots=True)
class StandupPayload(Payload):
    """`day` is the local day that the figures are of, in ISO 8601."""

    desk: str
    day: str


def standup(desk: str, channel: str, today: date) -> NewMessage:
    """Build the standup that is due `today`, with the figures of the day before."""
    payload = StandupPayload(desk, (today - timedelta(days=1)).isoformat())
    return NewMessage(MessageKind.STANDUP, f"standup:{desk}:{today.isoformat()}", channel, payload)


def spend(desk: str, lead: str, today: date) -> NewMessage:
    """Build what a lead is told with the standup that is due `today`."""
    payload = StandupPayload(desk, (today - timedelta(days=1)).isoformat())
    return NewMessage(MessageKind.SPEND, f"spend:{desk}:{today.isoformat()}:{lead}", lead, payload)
