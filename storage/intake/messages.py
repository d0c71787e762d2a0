"""The messages of intake: of an account that cannot be read or is silent, and of a post that could not be stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.intake.feed_health import FeedProblem
from storage import outbox
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload


@dataclass(frozen=True, slots=True)
class FeedPayload(Payload):
    """`key` is the account's; `since` and `over_at` are ISO 8601."""

    key: str
    desk: str
    alarm: str
    since: str
    code: str | None
    over_at: str | None


def feed(
    account: str, desk: str, channel: str, problem: FeedProblem, over_at: datetime | None, *, lead: str | None = None
) -> NewMessage:
    """Build the message for the problem, or with `over_at` that it is over; for a `lead` instead of the channel."""
    since = problem.since.isoformat()
    over = over_at.isoformat() if over_at else None
    key = f"feed:{account}:{problem.alarm}:{since}{':over' if over else ''}"
    return NewMessage(
        MessageKind.FEED,
        f"{key}:{lead}" if lead else key,
        lead or channel,
        FeedPayload(account, desk, problem.alarm, since, problem.code, over),
        order_by=outbox.FIRST,
    )


@dataclass(frozen=True, slots=True)
class SetAsidePayload(Payload):
    set_aside: int


def set_aside(number: int, channel: str) -> NewMessage:
    payload = SetAsidePayload(number)
    return NewMessage(MessageKind.SET_ASIDE, set_aside_key(number), channel, payload)


def set_aside_key(number: int) -> str:
    return f"set_aside:{number}"
