"""What the desk asks of any network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.cases.mention import Mention, Reference
from bot.domain.common.plain import FromNetwork
from bot.domain.reports.spend import Billed


@dataclass(frozen=True, slots=True)
class Gap(FromNetwork):
    """A span of time in which mentions may be missing, because the network lists no more of them."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Fetched(FromNetwork):
    """New mentions, oldest first, and the cursor to store once all of them are stored (None: keep the old one)."""

    mentions: tuple[Mention, ...]
    cursor: str | None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Sent(FromNetwork):
    """A reply as the network has it."""

    id: str
    url: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnPost(FromNetwork):
    """A reply that our own account has posted, through the desk or by other means.

    `earlier_ids` are the ids that it had before it was edited; `in_reply_to` is the post that it answers.
    """

    id: str
    in_reply_to: str
    text: str
    at: datetime
    url: str
    earlier_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnPosts(FromNetwork):
    """Our account's new replies, oldest first, and the cursor to store once they are (None: keep the old one)."""

    posts: tuple[OwnPost, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What became of posts that we hold.

    `gone` are the ids that the network does not find, `unchanged` those that still stand in the wording that they name,
    and `standing` the posts that it was asked to give whole, or that were edited, as they read now.
    """

    gone: frozenset[str]
    standing: tuple[Mention, ...]
    unchanged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Count:
    """The length of a text as the network counts it, and the first character that the network refuses ("" if none)."""

    used: int
    limit: int
    invalid: str = ""


class NetworkError(Exception):
    """The network did not do what was asked; it is to be left alone for `retry_after` seconds.

    `detail` is for the log; it holds no token and no customer's words.
    """

    code = "not_reached"
    retry_after: float = 60

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotDone(NetworkError):
    """Certainly not done, and worth another try.

    `code` is "rate_limited", "spending_cap", "not_reached" or "unreadable".
    """

    def __init__(self, detail: str, retry_after: float, code: str = "not_reached") -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        self.code = code


class Ambiguous(NetworkError):
    """Perhaps done: a time-out, a dropped connection or a server error after the request was sent."""


OF_THE_ACCOUNT = frozenset({"credentials", "permissions", "suspended", "locked"})
"""Codes of Rejected that are true of everything that the account would do, until its keys or the account are mended."""

OF_THE_APP = frozenset({"app_suspended", "not_enrolled", "credits"})
"""Codes of Rejected that are true of all accounts which use the same app."""

OF_THE_POST = frozenset({"not_mentioned", "limited", "gone"})
"""Codes of Rejected that are true of one post that we would answer."""


class Rejected(NetworkError):
    """Refused for good.

    `code` is one of those above, or "duplicate", "too_long", "invalid", or "forbidden" where the network gives no
    reason that we know. `keys` names the spec's keys that are to blame, if known.
    """

    def __init__(self, code: str, detail: str, keys: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.code = code
        self.keys = keys


class Account(Protocol):
    """One account on one network. Every call blocks, and raises only NetworkError."""

    handle: str  # "acme", without the @
    url: str  # the account's own page, where its posts can be seen

    def fetch(self, cursor: str | None, since: datetime) -> Fetched:
        """Return everything new after `cursor`; if there is none or it is refused, everything posted after `since`."""
        ...

    def fetch_again(self, since: datetime) -> Fetched:
        """Return what the network lists of everything posted after `since`, for what it had listed late."""
        ...

    def send(self, text: str, in_reply_to: str | None) -> Sent:
        """Post `text` as a public reply to the post `in_reply_to`, or with None as a post that answers nobody."""
        ...

    def like(self, post_id: str) -> None:
        """Have our account like a post, where the spec says that it can."""
        ...

    def find_sent(self, text: str, in_reply_to: str | None, after: datetime) -> Sent | None:
        """Look in our own timeline for what `send` may have posted since `after`; None if it is not there."""
        ...

    def own_posts(self, cursor: str | None, since: datetime) -> OwnPosts:
        """Return what our account has answered after `cursor`; if there is none or it is refused, after `since`."""
        ...

    def shows(self, post: OwnPost, text: str) -> bool:
        """Tell whether the post reads as `text` does once `send` has posted it."""
        ...

    def look_up(self, ids: tuple[str, ...], whole: frozenset[str] = frozenset()) -> LookedUp:
        """Look up stored posts, at most the spec's `lookup_limit` at once; those in `whole` with all that is shown."""
        ...

    def referred_to(self, references: tuple[Reference, ...]) -> tuple[Reference, ...]:
        """Look up posts that others refer to, at most the spec's `lookup_limit`; return them with what is shown."""
        ...

    def clock_ahead(self) -> timedelta | None:
        """Return how far this machine's clock is ahead of the network's, by its last answer; None if it said nothing.

        A network refuses what is signed at another time, so `webcare check` compares both.
        """
        ...

    def verify(self) -> str:
        """Try the credentials, for `webcare check`; return the account's handle.

        Raises Rejected if they belong to another account.
        """
        ...

    def count(self, text: str) -> Count: ...

    def settle(self, store: Callable[[Sequence[Billed]], None]) -> None:
        """Hand `store` what the network has billed since the last time; what it fails to take is handed over again."""
        ...
