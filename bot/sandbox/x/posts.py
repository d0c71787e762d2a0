"""What X stores: accounts and posts. All are frozen, so a test may keep one while the service moves on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CROWD = "crowd"
"""The kind of those who write in a storm: too many to choose one from."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account on X. `handle` has no @; `kind` is the sort of sample customer, and `website` their own, or empty."""

    id: str
    handle: str
    name: str
    followers: int = 100
    language: str = "en"
    kind: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or film. `url` may be a path on the sandbox's own server, such as "/x/media/parcel.png"."""

    key: str
    type: Literal["photo", "video", "animated_gif"]
    url: str
    alt_text: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a post; each edit gets its own id."""

    id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """A post with its whole history.

    Texts are complete and unescaped, with links as typed. `handles` is what X puts in front of a reply ("@acme @anna
    "), which does not count towards the 280. `in_reply_to`, `quotes` and `reposts` are ids.
    """

    author: Account
    versions: tuple[Version, ...]
    conversation_id: str
    handles: str = ""
    in_reply_to: str | None = None
    in_reply_to_author: str | None = None
    quotes: str | None = None
    reposts: str | None = None
    media: tuple[Media, ...] = ()
    language: str = "en"
    deleted: bool = False

    @property
    def id(self) -> str:
        return self.versions[-1].id

    @property
    def text(self) -> str:
        """The newest wording, including the handles that X put in front."""
        return self.handles + self.versions[-1].text

    @property
    def created_at(self) -> datetime:
        return self.versions[-1].at

    @property
    def edited(self) -> bool:
        return len(self.versions) > 1
