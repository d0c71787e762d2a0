"""What was said in a thread, and what we are about to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.cases.mention import Media


class ReplyState(StrEnum):
    """The states of a reply.

    QUEUED can still be undone. SENDING leads to SENT, to REJECTED by the network, or to VERIFYING while nobody knows
    whether the reply arrived. VERIFYING leads to SENT or UNKNOWN. An agent settles UNKNOWN: they mark it SENT or ask
    for RETRY_REQUESTED, and then the reply is looked up once more before it is SENDING again. CANCELLED is final and
    certain: a reply that was ever tried cannot be cancelled.
    """

    QUEUED = "queued"
    CANCELLED = "cancelled"
    SENDING = "sending"
    VERIFYING = "verifying"
    SENT = "sent"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    RETRY_REQUESTED = "retry_requested"


@dataclass(frozen=True, slots=True)
class Post:
    """One post in a thread, by the customer or by us. `author` is a handle, or a Slack id for our own posts."""

    id: int
    thread_id: int
    account: str
    external_id: str
    inbound: bool
    author: str
    text: str
    url: str
    media: tuple[Media, ...]
    posted_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    answered_by: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, on its way or delivered. `text` is exactly what the customer reads, signature included."""

    id: int
    thread_id: int
    author: str
    text: str
    in_reply_to: str
    answers_through_post_id: int
    state: ReplyState
    created_at: datetime
    send_at: datetime
    tried_at: datetime | None = None
    sent_at: datetime | None = None
    external_id: str | None = None
    error: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a thread's timeline; never changed and never removed."""

    thread_id: int
    at: datetime
    kind: str
    actor: str
    via: str
    data: dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Escalation:
    """A request for a second pair of eyes, open until a colleague takes over the thread or it is answered."""

    id: int
    thread_id: int
    target: str
    channel: str
    why: str
    by: str
    at: datetime
    taken_by: str | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as Slack knows them. `locale` is Slack's notation, such as nl-NL."""

    id: str
    name: str
    locale: str


def initials(name: str) -> str:
    """Return the first letters of the first and last name: "Anna Bakker" gives "AB"."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
