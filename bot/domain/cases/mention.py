"""What a customer said, in words that hold for every network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a post. `handle` is without the @; `followers` is None where the network does not say."""

    id: str
    handle: str
    name: str
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or film that came with a post; `alt` is the customer's own description of it."""

    kind: Literal["photo", "video", "gif"]
    url: str
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """One incoming post.

    `id` is the network's newest id for it and `earlier_ids` those that it had before it was edited; `conversation`
    is the network's name for the exchange that it belongs to. `reply_blocked_reason` is None where the network takes
    our reply, else the reason code: "not_mentioned".
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
