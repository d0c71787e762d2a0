"""What people are shown of a thread: its card, and all that is made of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.cases.conversation import Escalation, Event, Post, Reply, ReplyState
from bot.domain.cases.thread import Thread


@dataclass(frozen=True, slots=True)
class Card:
    """A thread as it is at `at`.

    `messages` are the newest ones, oldest first; `customer_messages` counts all that the customer wrote. `reply` is
    the latest one that was not undone, and `earlier` the latest that arrived where that one did not. `network_name`
    and `handle` say which account answers ("X", "acme"), and `account_url` where its own posts can be seen.
    `closed_by` is the Slack id of who closed the thread.
    """

    thread: Thread
    messages: tuple[Post, ...]
    customer_messages: int
    reply: Reply | None
    escalations: tuple[Escalation, ...]
    network_name: str
    handle: str
    at: datetime
    permalink: str | None = None  # of the card in Slack, where one is known
    account_url: str | None = None
    closed_by: str | None = None
    earlier: Reply | None = None

    @property
    def answer(self) -> Reply | None:
        """The latest reply that reached the customer."""
        return self.reply if self.reply and self.reply.state is ReplyState.SENT else self.earlier

    @property
    def newest(self) -> Post | None:
        """The customer's newest message that still stands."""
        return next(
            (message for message in reversed(self.messages) if message.inbound and not message.deleted_at), None
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """What an agent had before them when they opened the reply modal; the send-time check compares with it."""

    message: int
    reply: int
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """A thread's timeline and the same customer's other threads, the newest first."""

    card: Card
    events: tuple[Event, ...]
    others: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Waiting threads by deadline, all of a desk's or one agent's: the first of them, and how many there are in all."""

    desk: str
    threads: tuple[Card, ...]
    total: int
    at: datetime
