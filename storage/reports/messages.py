"""The messages of reports: the daily standup with what a lead is told then, and the weekly feedback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from storage import outbox
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


@dataclass(frozen=True, slots=True)
class FeedbackPayload(Payload):
    """`week` is the Monday of the week that it tells, in ISO 8601."""

    desk: str
    week: str


def feedback(desk: str, channel: str, week: date) -> NewMessage:
    """Build what customers said in the week that began on that Monday."""
    payload = FeedbackPayload(desk, week.isoformat())
    return NewMessage(MessageKind.FEEDBACK, f"feedback:{desk}:{week.isoformat()}", channel, payload)


def standup(desk: str, channel: str, today: date, first_day: date | None = None) -> NewMessage:
    """Build the standup that is due `today`, with the figures of the day before, or of all days since `first_day`."""
    payload = _payload(desk, today, first_day)
    return NewMessage(MessageKind.STANDUP, _key(desk, today), channel, payload)


def last_standup(connection: Connection, desk: str, since: date, before: date) -> date | None:
    """Return the last day, from `since` to the one `before`, whose standup this desk had; None if it had none then."""
    days = {_key(desk, since + timedelta(days=number)): number for number in range((before - since).days)}
    last = max((days[key] for key in outbox.stated(connection, days)), default=None)
    return None if last is None else since + timedelta(days=last)


def spend(desk: str, lead: str, today: date, first_day: date | None = None) -> NewMessage:
    """Build what a lead is told with the standup that is due `today`."""
    payload = _payload(desk, today, first_day)
    return NewMessage(MessageKind.SPEND, f"spend:{desk}:{today.isoformat()}:{lead}", lead, payload)


def _key(desk: str, day: date) -> str:
    return f"standup:{desk}:{day.isoformat()}"


def _payload(desk: str, today: date, first_day: date | None) -> StandupPayload:
    yesterday = (today - timedelta(days=1)).isoformat()
    return StandupPayload(desk, yesterday, first_day.isoformat() if first_day else None)


@dataclass(frozen=True, slots=True)
class WebhookPayload(Payload):
    """`happened` is a HookEvent; `event` the line of the timeline that tells it."""

    happened: str
    event: int


def webhook(hook: str, happened: str, event_id: int, thread_id: int, subject: str, at: datetime) -> NewMessage:
    """Build what a hook is told of `subject`, such as one event or one wait, once."""
    payload = WebhookPayload(happened, event_id)
    key = f"webhook:{hook}:{happened}:{subject}"
    return NewMessage(MessageKind.WEBHOOK, key, hook, payload, thread_id, order_by=at, rate_bucket=f"webhook:{hook}")
