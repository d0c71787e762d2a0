"""Finds our own messages in Slack by the key that each carries.

This tells what became of a call whose answer was lost, and finds the extra one if a message is there twice. Nothing
else is ever read back from Slack.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.platform import slack
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload

PAGE = 200
CLOCKS_APART = timedelta(minutes=1)
_UNTIL_0_1 = {"surge": "backlog", "crisis": "volume_spike"}  # what the keys of messages in Slack began with


@dataclass(frozen=True, slots=True)
class SweepPayload(Payload):
    """`key` is that of the message that may be there twice.

    `after` is the earliest instant at which it was posted, `at` when this was noticed; both are ISO 8601.
    """

    key: str
    after: str
    at: str


def sweep(item: Item, at: datetime, after: datetime) -> NewMessage:
    """Build the outbox message that looks for a message that may be in Slack twice, and removes the extra one."""
    return NewMessage(
        MessageKind.SWEEP,
        f"sweep:{item.key}:{item.lease_token}",
        item.destination,
        SweepPayload(item.key, after.isoformat(), at.isoformat()),
        thread_id=item.thread_id,
        rate_bucket="chat.delete",
    )


def mark(key: str) -> dict[str, Any]:
    """Build the metadata by which a message can be found again."""
    return {"event_type": "webcare_message", "event_payload": {"key": key}}


def find(client: WebClient, key: str, channel: str, *, thread_ts: str | None, after: datetime) -> list[tuple[str, str]]:
    """Return channel and ts of every message with this key posted since `after`, earliest first.

    `channel` may be a member's id, for a direct message. `thread_ts` is the message under which it would be. Raises
    SlackError.
    """
    if channel[:1] in "UW":
        channel = slack.call(client, "conversations.open", users=channel)["channel"]["id"]
    method = "conversations.replies" if thread_ts else "conversations.history"
    arguments: dict[str, Any] = {"ts": thread_ts} if thread_ts else {}
    arguments |= {"oldest": f"{(after - CLOCKS_APART).timestamp():.6f}", "include_all_metadata": True, "limit": PAGE}
    found: list[tuple[str, str]] = []
    cursor: str | None = None
    while True:
        page = slack.call(client, method, channel=channel, cursor=cursor, **arguments)
        found += [(channel, message["ts"]) for message in page["messages"] if _key(message) == key]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return sorted(found, key=lambda place: float(place[1]))


def _key(message: dict[str, Any]) -> str:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    kind, colon, rest = str(payload.get("key") or "").partition(":")
    return f"{_UNTIL_0_1.get(kind, kind)}{colon}{rest}"
