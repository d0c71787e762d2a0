"""What goes out, as a network wants it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cases.conversation import Reply
from bot.domain.cases.thread import Thread
from bot.networks.base import Outgoing


def to_customer(thread: Thread, text: str) -> Outgoing:
    """Return a text for the thread's customer, to be counted."""
    return Outgoing(text, to=thread.customer_handle, private=thread.private)


def of_reply(thread: Thread, reply: Reply, address: str = "") -> Outgoing:
    """Return a reply, to be sent or looked for; `address` is where answers to its post go."""
    out = to_customer(thread, reply.text)
    return replace(out, in_reply_to=reply.in_reply_to, key=reply.key, at=reply.created_at, address=address)
