"""The messages of listening: what was found in an hour, and what is to be said of a rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload


@dataclass(frozen=True, slots=True)
class ListeningPayload(Payload):
    """`rule` is a rule's key; `news` is bot.domain.listening.budget.News; `since` and `until` are ISO 8601."""

    rule: str
    desk: str
    news: str
    since: str
    until: str | None
    code: str | None


def listening(
    rule: str, desk: str, to: str, news: str, since: datetime, *, until: datetime | None = None, code: str | None = None
) -> NewMessage:
    """Build what `to`, a lead or a channel, is told of a rule; `code` is bot.networks.base.NetworkError's."""
    end = until.isoformat() if until else None
    payload = ListeningPayload(rule, desk, news, since.isoformat(), end, code)
    key = f"listening:{rule}:{news}:{since.isoformat()}:{to}"
    return NewMessage(MessageKind.LISTENING, key, to, payload)


@dataclass(frozen=True, slots=True)
class FoundPayload(Payload):
    found_list: int


def found(list_id: int, channel: str) -> NewMessage:
    return NewMessage(MessageKind.FOUND, f"found:{list_id}", channel, FoundPayload(list_id))
