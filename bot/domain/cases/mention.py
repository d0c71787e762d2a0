"""What a customer said, in terms that hold for every network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.domain.common.plain import FromNetwork


@dataclass(frozen=True, slots=True)
class Author(FromNetwork):
    """Who wrote a post.

    `handle` has no @; `followers` is None if the network does not give it. `links` are the addresses in their profile,
    as far as the network shows it beside a post. `automated` are those who say that they are a program.
    """

    id: str
    handle: str
    name: str
    followers: int | None = None
    links: tuple[str, ...] = ()
    automated: bool = False


@dataclass(frozen=True, slots=True)
class Media(FromNetwork):
    """A picture or film attached to a post; `alt` is the customer's own description of it."""

    kind: Literal["photo", "video", "gif"]
    url: str
    alt: str | None = None


class ReferenceKind(StrEnum):
    """How a post refers to another one. The values are stored."""

    ANSWERS = "answers"
    QUOTES = "quotes"


@dataclass(frozen=True, slots=True)
class Reference(FromNetwork):
    """A post by anybody that a customer's post answers or quotes, as far as the network has told.

    `id` is the network's. `author_id` and `handle`, without the @, are empty if they are unknown. `text` is None if the
    network did not give the post; `gone` says that it cannot be seen: deleted, or its author is protected.
    """

    kind: ReferenceKind
    id: str
    url: str
    author_id: str = ""
    handle: str = ""
    text: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Mention(FromNetwork):
    """One incoming post.

    `id` is the network's current id; `earlier_ids` are the ids it had before it was edited. `conversation` is the
    network's id of the exchange that the post belongs to. `reply_blocked_reason` is None if the network accepts our
    reply, else the reason code, such as "not_mentioned". `references` are of different kinds. What is `private` the
    customer wrote to us alone, in a conversation of its own. `answer_url` is where the answer to it goes, if that is an
    address of its own. After `answer_until` the network takes none, if it says so. One that is not addressed to us has
    in `found_by` the word by which a rule found it. `waits_since` is since when the customer waits, if not since they
    wrote.
    """

    id: str
    conversation: str
    author: Author
    text: str
    posted_at: datetime
    url: str
    language: str | None = None
    in_reply_to: str | None = None
    media: tuple[Media, ...] = ()
    earlier_ids: tuple[str, ...] = ()
    reply_blocked_reason: str | None = None
    references: tuple[Reference, ...] = ()
    private: bool = False
    answer_url: str = ""
    found_by: str | None = None
    waits_since: datetime | None = None
    answer_until: datetime | None = None
