"""The read models of a thread: its card, and everything built from cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.cases.conversation import Escalation, Event, Post, Reply, ReplyState
from bot.domain.cases.thread import Thread


@dataclass(frozen=True, slots=True)
class Card:
    """A thread as it stands at `at`.

    `posts` are the newest ones, oldest first; `customer_posts` counts everything the customer wrote. `reply` is the
    latest one that was not cancelled. `earlier` is the latest one that arrived, if `reply` did not. `network_name` and
    `handle` say which account answers ("X", "acme"); `account_url` is where its own posts can be seen. `closed_by` is
    the Slack id of the agent who closed the thread.
    """

    thread: Thread
    posts: tuple[Post, ...]
    customer_posts: int
    reply: Reply | None
    escalations: tuple[Escalation, ...]
    network_name: str
    handle: str
    at: datetime
    permalink: str | None = None  # of the card in Slack, if known
    account_url: str | None = None
    closed_by: str | None = None
    earlier: Reply | None = None

    @property
    def answer(self) -> Reply | None:
        """The latest reply that reached the customer."""
        return self.reply if self.reply and self.reply.state is ReplyState.SENT else self.earlier

    @property
    def newest(self) -> Post | None:
        """The customer's newest post that is not deleted."""
        return next((post for post in reversed(self.posts) if post.inbound and not post.deleted_at), None)


@dataclass(frozen=True, slots=True)
class Seen:
    """What an agent saw when they opened the reply modal: the newest inbound post and the newest sent reply, by id.

    The send-time check compares it with the present.
    """

    post_id: int
    reply_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """A thread's timeline, and the same customer's other threads, newest first."""

    card: Card
    events: tuple[Event, ...]
    others: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Waiting threads of a desk or of one agent, by deadline: the first of them, and their total number."""

    desk: str
    threads: tuple[Card, ...]
    total: int
    at: datetime
