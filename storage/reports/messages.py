"""The messages of reports: the daily standup, and what a lead is told with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload


@dataclass(frozen=True, slots=True)
class StandupPayload(Payload):
    """`day` is the local day that the figures are of, in ISO 8601; with `first_day`, all days from then to `day`."""

    desk: str
    day: str
    first_day: str | None = None

    def to_json(self) -> dict[str, Any]:
        several = {"first_day": self.first_day} if self.first_day else {}
        return {"desk": self.desk, "day": self.day, **several}


def standup(desk: str, channel: str, today: date, first_day: date | None = None) -> NewMessage:
    """Build the standup that is due `today`, with the figures of the day before, or of all days since `first_day`."""
    payload = _payload(desk, today, first_day)
    return NewMessage(MessageKind.STANDUP, f"standup:{desk}:{today.isoformat()}", channel, payload)


def spend(desk: str, lead: str, today: date, first_day: date | None = None) -> NewMessage:
    """Build what a lead is told with the standup that is due `today`."""
    payload = _payload(desk, today, first_day)
    return NewMessage(MessageKind.SPEND, f"spend:{desk}:{today.isoformat()}:{lead}", lead, payload)


def _payload(desk: str, today: date, first_day: date | None) -> StandupPayload:
    yesterday = (today - timedelta(days=1)).isoformat()
    return StandupPayload(desk, yesterday, first_day.isoformat() if first_day else None)
