"""What the desk asks of any network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.cases.mention import Mention, Reference
from bot.domain.common.plain import FromNetwork
from bot.domain.reports.spend import Billed


class Deed(StrEnum):
    """What our account may do, most of it with a customer's post."""

    REPLY = "reply"
    POST = "post"  # what answers nobody
    LIKE = "like"
    HIDE = "hide"
    UNHIDE = "unhide"
    TAKE_BACK = "take_back"  # delete what our account posted
    EDIT = "edit"  # give what our account posted other words, which all its readers then see


@dataclass(frozen=True, slots=True)
class Pictures:
    """What pictures a network takes, as JPEG and PNG: of at most so many bytes, described in so many characters."""

    most_bytes: int
    most_alt: int


@dataclass(frozen=True, slots=True)
class Can:
    """What a network lets our account do at all.

    `looks_up` is the most posts in one call of `Account.look_up`; with 0 it cannot be asked. For as long as
    `sends_once` after the first try, what has the same key is not posted twice. `certain` says that what
    `Account.find_sent` does not find was not posted. `be_joined` says whether its terms allow to record which of its
    people is the same person on another network, and `ask` whether customers may be asked there what they thought of an
    answer. `pictures` are those that a post can show; None if it shows none. With `searches` it finds posts that
    are not addressed to us.
    """

    deeds: frozenset[Deed] = frozenset({Deed.REPLY})
    looks_up: int = 0
    sends_once: timedelta | None = None
    certain: bool = False
    be_joined: bool = True
    ask: bool = False
    pictures: Pictures | None = None
    searches: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture for a network, `kind` being its media type; `alt` says what it shows. Its sides are in pixels."""

    data: bytes
    kind: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What our account is to post.

    `in_reply_to` is the network's id of the post that it answers, None if it answers nobody. `to` is the handle of the
    customer who wrote that, without the @; only they may read what is `private`. `key` names it for good: it is stored
    before the first try and the same at every try. `at` is when it was written. `address` is where it goes, if what it
    answers had an address of its own for that. `picture` is what `Account.upload` returned.
    """

    text: str
    in_reply_to: str | None = None
    to: str = field(default="", kw_only=True)
    private: bool = field(default=False, kw_only=True)
    key: str = field(default="", kw_only=True)
    address: str = field(default="", kw_only=True)
    at: datetime | None = field(default=None, kw_only=True)
    picture: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Gap(FromNetwork):
    """A span of time in which mentions may be missing, because the network lists no more of them."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Returned(FromNetwork):
    """That an answer of ours did not reach its customer after all, although the network had taken it.

    `id` is the network's, or the `key` under which we sent it; `reason` is said by the network.
    """

    id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fetched(FromNetwork):
    """New mentions, oldest first, and the cursor to store once all of them are stored (None: keep the old one).

    A cursor is the network's own, of any shape; a network that is read in several streams keeps all of them in it.
    `returned` are answers of ours that came back since.
    """

    mentions: tuple[Mention, ...]
    cursor: str | None
    gap: Gap | None = None
    returned: tuple[Returned, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent(FromNetwork):
    """A reply as the network has it."""

    id: str
    url: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnPost(FromNetwork):
    """A reply that our own account has posted, through the desk or by other means.

    `earlier_ids` are the ids that it had before it was edited; `in_reply_to` is the post that it answers. That is a
    guess unless it is `certain`: some networks tell the conversation alone.
    """

    id: str
    in_reply_to: str
    text: str
    at: datetime
    url: str
    earlier_ids: tuple[str, ...] = ()
    certain: bool = True


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


@dataclass(frozen=True, slots=True)
class Search:
    """What a rule listens for: posts with one of the `words` and none of `not_words`, in one of these `languages`.

    A word is one or several words, a hashtag or a name with its @. Without languages, any will do. Whoever is in
    `not_from`, handles without the @, is not looked for. A network that cannot tell one of these things lists more than
    is wanted, never less.
    """

    words: tuple[str, ...]
    not_words: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    not_from: tuple[str, ...] = ()


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

OF_THE_POST = frozenset({"not_mentioned", "limited", "gone", "answer_there", "window"})
"""Codes of Rejected that are true of one post that we would answer."""


class Rejected(NetworkError):
    """Refused for good.

    `code` is one of those above, or "duplicate", "too_long", "invalid", "picture", or "forbidden" where the network
    gives no reason that we know. `keys` names the spec's keys that are to blame, if known.
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

    def upload(self, picture: Upload) -> str:
        """Bring a picture there; nobody sees it until it is posted. Return what `Outgoing.picture` names it by.

        Never raises Ambiguous: what nobody sees may be brought there twice. Of Rejected only "picture" and what is true
        of the account or the app.
        """
        ...

    def search(self, wanted: Search, cursor: str | None, since: datetime, most: int) -> Fetched:
        """Return posts by others that a rule listens for, new after `cursor` or, without one, posted after `since`.

        Reposts are left out. No more than about `most` posts are read, the newest ones; what was passed over then is
        the `gap`. Only asked of a network that `searches`.
        """
        ...

    def send(self, out: Outgoing) -> Sent:
        """Post it, where only those can read it who can read what it answers."""
        ...

    def do(self, deed: Deed, post_id: str) -> None:
        """Do something else than reply with a post; only what the spec's `can` has is ever asked for.

        What is taken back is our own post; asked twice it is gone, or refused as "gone".
        """
        ...

    def edit(self, post_id: str, text: str) -> None:
        """Give our own post, which answers nobody, these words; all else about it stays.

        Looks first what it says, so that asked twice it is edited once. Only asked where the spec's `can` has
        Deed.EDIT.
        """
        ...

    def find_sent(self, out: Outgoing, after: datetime) -> Sent | None:
        """Look on the network for what `send` may have posted since `after`; None if it is not there."""
        ...

    def own_posts(self, cursor: str | None, since: datetime) -> OwnPosts:
        """Return what our account has answered after `cursor`; if there is none or it is refused, after `since`."""
        ...

    def shows(self, post: OwnPost, text: str) -> bool:
        """Tell whether the post reads as `text` does once `send` has posted it."""
        ...

    def look_up(self, ids: tuple[str, ...], whole: frozenset[str] = frozenset()) -> LookedUp:
        """Look up stored posts, at most as many at once as the network `looks_up`; those in `whole` with all shown."""
        ...

    def referred_to(self, references: tuple[Reference, ...]) -> tuple[Reference, ...]:
        """Look up posts that others refer to, at most as many as it `looks_up`; return them with what is shown."""
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

    def count(self, out: Outgoing) -> Count: ...

    def settle(self, store: Callable[[Sequence[Billed]], None]) -> None:
        """Hand `store` what the network has billed since the last time; what it fails to take is handed over again."""
        ...
