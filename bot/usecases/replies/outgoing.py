"""What goes out, as a network wants it."""

from __future__ import annotations

from bot.domain.cases.conversation import Reply
from bot.domain.cases.thread import Thread
from bot.networks.base import Outgoing


def to_customer(thread: Thread, text: str) -> Outgoing:
    """Return a text for the thread's customer, to be counted."""
    return Outgoing(text, to=thread.customer_handle)


def of_reply(thread: Thread, reply: Reply) -> Outgoing:
    """Return a reply, to be sent or looked for."""
    key = f"reply-{reply.id}-{reply.created_at.timestamp():.0f}"
    return Outgoing(reply.text, reply.in_reply_to, to=thread.customer_handle, key=key, at=reply.created_at)
