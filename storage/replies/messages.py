"""The messages of replies: the reply itself, look-ups of it, and what its author is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, update

from bot.domain.cases.conversation import Reply
from bot.domain.cases.thread import Thread
from bot.domain.replies.look import Look
from storage import outbox
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload
from storage.tables import outbox as table

_DELAYED = "tell_delayed:"
_LOOK_UP = "look_up:"  # and an account: the rate bucket of look-ups there


@dataclass(frozen=True, slots=True)
class ReplyPayload(Payload):
    reply: int


def reply(reply_id: int, thread: Thread) -> NewMessage:
    return NewMessage(
        MessageKind.REPLY,
        _reply_key(reply_id),
        thread.account,
        ReplyPayload(reply_id),
        thread_id=thread.id,
        order_by=thread.due_at,
    )


def cancel(connection: Connection, reply_id: int) -> None:
    """Do not send the reply any more."""
    outbox.cancel(connection, _reply_key(reply_id))


def use_bucket(connection: Connection, reply_id: int, *, looking: bool) -> None:
    """Have a reply's row wait until its network takes posts or, with `looking`, until it can be read."""
    rate_bucket = _LOOK_UP + table.c.destination if looking else table.c.destination
    connection.execute(update(table).where(table.c.key == _reply_key(reply_id)).values(rate_bucket=rate_bucket))


def look_up(reply_id: int, thread: Thread, at: datetime) -> NewMessage:
    """Build the message that looks a reply up once more; `at` is when its outcome became unknown this time."""
    return NewMessage(
        MessageKind.LOOK_UP,
        f"look_up:{reply_id}:{at.timestamp()}",
        thread.account,
        ReplyPayload(reply_id),
        thread_id=thread.id,
        order_by=outbox.LAST,
        rate_bucket=_LOOK_UP + thread.account,
    )


@dataclass(frozen=True, slots=True)
class TellPayload(Payload):
    reply: int
    to: str


def tell(reply: Reply, channel: str, at: datetime) -> NewMessage:
    return _to_author(reply, channel, f"tell:{reply.id}:{reply.state}:{at.timestamp()}")


def delayed(reply: Reply, channel: str) -> NewMessage:
    """Build what its author is told once of a reply that a network does not take."""
    return _to_author(reply, channel, f"{_DELAYED}{reply.id}:{reply.error}")


def is_delay(key: str) -> bool:
    """Tell whether the message says that a reply is held up, which is true for a while only."""
    return key.startswith(_DELAYED)


@dataclass(frozen=True, slots=True)
class ApprovalPayload(Payload):
    """`to` are those whom it rings in the channel; nobody in a direct message."""

    reply: int
    to: Sequence[str] = ()


def approval(reply_id: int, thread: Thread, agent: str) -> NewMessage:
    """Build the direct message that asks a colleague to look at a reply."""
    return NewMessage(
        MessageKind.APPROVAL,
        f"approval:{reply_id}:{agent}",
        agent,
        ApprovalPayload(reply_id),
        thread_id=thread.id,
        order_by=thread.due_at,
    )


def approval_here(reply_id: int, thread: Thread, channel: str, to: Sequence[str]) -> NewMessage:
    """Build the same for under the card, where nobody who could look at it hears a direct message."""
    return NewMessage(
        MessageKind.APPROVAL_HERE,
        f"approval_here:{reply_id}",
        channel,
        ApprovalPayload(reply_id, list(to)),
        thread_id=thread.id,
        order_by=thread.due_at,
    )


@dataclass(frozen=True, slots=True)
class LookPayload(Payload):
    look: int


def look(look: Look, channel: str) -> NewMessage:
    """Build the note that shows a draft to a colleague."""
    return NewMessage(MessageKind.LOOK, f"look:{look.id}", channel, LookPayload(look.id), thread_id=look.thread_id)


def edited(reply: Reply, channel: str) -> NewMessage:
    """Build what shows a reply's author how a colleague changed it before letting it go."""
    return NewMessage(
        MessageKind.TELL_EDITED,
        f"tell_edited:{reply.id}",
        channel,
        TellPayload(reply.id, reply.author),
        thread_id=reply.thread_id,
        rate_bucket="chat.postEphemeral",
    )


def _reply_key(reply_id: int) -> str:
    return f"reply:{reply_id}"


def _to_author(reply: Reply, channel: str, key: str) -> NewMessage:
    """Build a message that only the reply's author sees."""
    return NewMessage(
        MessageKind.TELL,
        key,
        channel,
        TellPayload(reply.id, reply.author),
        thread_id=reply.thread_id,
        rate_bucket="chat.postEphemeral",
    )
