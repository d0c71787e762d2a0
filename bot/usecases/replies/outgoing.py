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
    """Return a reply, or its part whose turn it is, to be sent or looked for.

    `address` is where answers to its post go.
    """
    out = to_customer(thread, reply.going)
    key, answers = reply.key, reply.in_reply_to
    if reply.parts_done:  # each part has a key of its own, and is below the one before
        key, answers = f"{key}-{reply.parts_done + 1}", reply.external_id or reply.in_reply_to
    return replace(out, in_reply_to=answers, key=key, at=reply.created_at, address=address)
