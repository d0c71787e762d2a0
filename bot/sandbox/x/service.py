"""The local X: its accounts, its posts, and what people do on it. The modules beside it hold the rules for apps."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.sandbox.changes import Changes
from bot.sandbox.faults import Faults
from bot.sandbox.x.auth import Asked, Credentials, Gate
from bot.sandbox.x.ids import Ids
from bot.sandbox.x.limits import Allowance, Who, Windows
from bot.sandbox.x.pace import Pace
from bot.sandbox.x.params import HANDLE, FieldNames
from bot.sandbox.x.posts import Account, Media, Post, Version
from bot.sandbox.x.problems import Problem, unauthorized
from bot.sandbox.x.text import handles_in

if TYPE_CHECKING:
    from bot.sandbox.x.uploads import Upload

OWN = Account("1000", "acme", "Acme", followers=48_213, language="nl")
REPOST_LENGTH = 140
"""Length of a repost's own text in characters: the beginning of the reposted text."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request by an app: when (sandbox time), whether an account signed it, and the status it got."""

    method: str
    path: str
    params: Mapping[str, str]
    at: datetime
    user_context: bool
    status: int


class XService:
    """Everything that this X knows. Any thread may call the public methods; they return at once.

    `now` is the sandbox's clock, used for posts; signatures and rate limits use real time. Tests may set these
    attributes: `field_names` ("tweet", or "post" for the names of August 2026); `out_of_credit`; `enterprise` (the
    plan that may like posts) and `likes`, accounts by post; `hidden`, ids of posts; `uploads`, pictures by number;
    `troubles`, faults of the account or the app by the pattern of what they stop, or "*" for all, such as
    {"POST /2/tweets": "locked"} (problems.TROUBLES names them); `limits`, requests per
    window by pattern, such as {"GET /2/users/:id/mentions": 2}; `timeline_lag`, how late an account's timeline shows a
    post; `late`, ids of posts that no mentions show yet; `unseen`, ids of posts that look-ups do not find for now;
    `unexpanded`, ids of posts that no answer brings along with those that refer to them; `protected`, handles whose
    posts are not shown.
    """

    def __init__(self, now: Callable[[], datetime], changes: Changes, faults: Faults) -> None:
        self.own = OWN
        self.faults = faults
        self.field_names: FieldNames = "tweet"
        self.out_of_credit = False
        self.enterprise = False
        self.likes: dict[str, set[str]] = {}
        self.hidden: set[str] = set()
        self.uploads: dict[str, Upload] = {}
        self.troubles: dict[str, str] = {}
        self.timeline_lag = timedelta()
        self.late: set[str] = set()
        self.unseen: set[str] = set()
        self.unexpanded: set[str] = set()
        self.protected: set[str] = set()
        self.limits: dict[str, int] = {}
        self.spent = Decimal(0)
        self._billed: set[tuple[date, str, str]] = set()
        self.gate = Gate(Credentials(), time.time)
        self.lock = threading.RLock()
        self._now = now
        self._changes = changes
        self._ids = Ids()
        self._windows = Windows(time.time)
        self.pace = Pace()
        self._gates: dict[str, Gate] = {}
        self._accounts = {OWN.handle: OWN}
        self._by_id = {OWN.id: OWN}
        self._written: Counter[str] = Counter()
        self._newest_first: tuple[Post, ...] | None = None
        self._posts: dict[str, Post] = {}
        self._first_ids: dict[str, str] = {}
        self._calls: list[Call] = []

    # What people do

    def add_account(
        self, handle: str, name: str, followers: int = 100, language: str = "en", kind: str = ""
    ) -> Account:
        """Sign somebody up; an existing account keeps its id. Raises ValueError for a malformed handle."""
        if not HANDLE.fullmatch(handle):
            raise ValueError(f"{handle!r} is no handle: at most 15 letters, digits and underscores, without the @")
        with self.lock:
            old = self._accounts.get(handle.lower())
            account = Account(
                old.id if old else str(2000 + len(self._accounts)), handle, name, followers, language, kind
            )
            self._accounts[handle.lower()] = self._by_id[account.id] = account
            self._changes.publish("x")
            return account

    def names_website(self, handle: str, website: str) -> None:
        """Have an account name an address as its website, which its profile shows."""
        with self.lock:
            account = replace(self._accounts[handle.lower()], website=website)
            self._accounts[handle.lower()] = self._by_id[account.id] = account

    def rename(self, handle: str, to: str) -> Account:
        """Give an account another handle. The one of before is free for anybody from now on."""
        with self.lock:
            account = replace(self._accounts.pop(handle.lower()), handle=to)
            self._accounts[to.lower()] = self._by_id[account.id] = account
            self._changes.publish("x")
            return account

    def let_in(self, handle: str, name: str, credentials: Credentials) -> Account:
        """Make an account one of ours beside `own`: an app acts for it with these credentials."""
        with self.lock:
            account = self.add_account(handle, name)
            self._gates[account.id] = Gate(credentials, time.time)
            return account

    def post(
        self,
        handle: str,
        text: str,
        in_reply_to: str | None = None,
        media: Iterable[Media] = (),
        quotes: str | None = None,
        language: str | None = None,
    ) -> Post:
        """Post as anyone, bound only by the rules of X's own page; an unknown handle is signed up first.

        A reply starts with the handles of those it answers, as on X. Raises KeyError if the answered or quoted post is
        unknown or deleted.
        """
        with self.lock:
            author = self._accounts.get(handle.lower()) or self.add_account(handle, handle)
            parent = self.standing(in_reply_to) if in_reply_to else None
            return self._keep(
                author,
                text,
                handles=self._handles_for(author, parent, text) if parent else "",
                in_reply_to=in_reply_to,
                in_reply_to_author=parent.author.id if parent else None,
                quotes=self.standing(quotes).id if quotes else None,
                media=tuple(media),
                language=language or author.language,
                conversation_id=parent.conversation_id if parent else None,
            )

    def repost(self, handle: str, post_id: str) -> Post:
        """Repost as anyone; X shows it as "RT @handle: ...", cut to 140 characters."""
        with self.lock:
            author = self._accounts.get(handle.lower()) or self.add_account(handle, handle)
            original = self.standing(post_id)
            text = f"RT @{original.author.handle}: {original.text}"
            text = text if len(text) <= REPOST_LENGTH else text[: REPOST_LENGTH - 1] + "…"
            return self._keep(author, text, reposts=original.id, language=original.language)

    def quote(self, handle: str, post_id: str, text: str) -> Post:
        return self.post(handle, text, quotes=post_id)

    def edit(self, post_id: str, text: str) -> Post:
        """Give a post a new wording and thereby a new id. Raises KeyError if it is unknown or deleted."""
        with self.lock:
            old = self.standing(post_id)
            at = self._now().astimezone(UTC)
            version = Version(self._ids.next(at), text.removeprefix(old.handles), at)
            return self._put(replace(old, versions=(*old.versions, version)))

    def delete(self, post_id: str) -> Post:
        """Delete a post and its reposts. Raises KeyError if it is unknown or already deleted."""
        with self.lock:
            post = self._put(replace(self.standing(post_id), deleted=True))
            ids = {version.id for version in post.versions}
            for copy in [other for other in self._posts.values() if other.reposts in ids]:
                self._put(replace(copy, deleted=True))
            return post

    def set_pace(self, seconds: float) -> None:
        """Set the real seconds between two sample posts; 0 means silence. Raises ValueError for a negative number."""
        self.pace.set(seconds)
        self._changes.publish("x")

    # What can be inspected

    @property
    def posts(self) -> tuple[Post, ...]:
        """Every post ever made, deleted ones included, newest first."""
        with self.lock:
            if self._newest_first is None:
                self._newest_first = tuple(sorted(self._posts.values(), key=lambda post: int(post.id), reverse=True))
            return self._newest_first

    @property
    def accounts(self) -> tuple[Account, ...]:
        with self.lock:
            return tuple(self._accounts.values())

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every request that an app made and this X answered, oldest first."""
        with self.lock:
            return tuple(self._calls)

    def replies_to(self, post_id: str) -> tuple[Post, ...]:
        """Return the undeleted replies to any wording of a post, oldest first."""
        with self.lock:
            ids = {version.id for version in self._posts[self._first_ids[post_id]].versions}
            return tuple(post for post in reversed(self.posts) if post.in_reply_to in ids and not post.deleted)

    def standing(self, post_id: str) -> Post:
        """Return the post that has, or had, this id. Raises KeyError if it is unknown or deleted."""
        with self.lock:
            post = self._posts[self._first_ids[post_id]]
            if post.deleted:
                raise KeyError(post_id)
            return post

    def account(self, key: str) -> Account | None:
        """Find an account by handle or id."""
        with self.lock:
            return self._by_id.get(key) or self._accounts.get(key.lower())

    def written_by(self, account: Account) -> int:
        """Count the posts that an account ever made."""
        with self.lock:
            return self._written[account.id]

    def is_ours(self, account: Account) -> bool:
        """Tell whether an app acts for the account."""
        return account.id == self.own.id or account.id in self._gates

    def names(self, post: Post, account: Account) -> bool:
        """Tell whether a post names the account, in its own words or in the handles that X put in front of a reply."""
        return account.handle.lower() in handles_in(post.text)

    def now(self) -> datetime:
        return self._now().astimezone(UTC)

    # What the API's front door keeps

    def identify(self, asked: Asked) -> tuple[Who, Account]:
        """Tell who asks, and for which account. Raises Problem 401 for a token or signature that none of ours has."""
        with self.lock:
            others = [(gate, self._by_id[id_]) for id_, gate in self._gates.items()]
            for gate, account in ((self.gate, self.own), *others):
                with suppress(Problem):
                    return gate.identify(asked), account
        raise unauthorized()

    def take(self, pattern: str, who: str, limit: int) -> Allowance:
        with self.lock:
            return self._windows.take(pattern, who, self.limits.get(pattern, limit))

    def refused_for(self, seconds: int) -> Allowance:
        """Return the allowance of a full window that opens again in that many seconds."""
        return Allowance(0, 0, int(time.time() + seconds), allowed=False)

    def forget_limits(self) -> None:
        """Start every rate window afresh."""
        with self.lock:
            self._windows.forget()

    def charge(self, dollars: Decimal) -> None:
        with self.lock:
            self.spent += dollars

    def charge_for(self, kind: str, ids: Iterable[str], price: Decimal) -> None:
        """Charge for what an answer holds: each thing once a day of UTC."""
        with self.lock:
            day = self.now().date()
            new = {(day, kind, id_) for id_ in ids} - self._billed
            self._billed |= new
            self.spent += price * len(new)

    def log(self, call: Call) -> None:
        with self.lock:
            self._calls.append(call)

    def _handles_for(self, author: Account, parent: Post, text: str) -> str:
        wanted = [parent.author.handle.lower(), *handles_in(parent.text)]
        known = {handle for handle in wanted if handle in self._accounts}
        skip = {author.handle.lower(), *handles_in(text)}
        names = [self._accounts[handle].handle for handle in dict.fromkeys(wanted) if handle in known - skip]
        return "".join(f"@{name} " for name in names)

    def _keep(self, author: Account, text: str, conversation_id: str | None = None, **rest: Any) -> Post:
        at = self.now()
        post_id = self._ids.next(at)
        return self._put(Post(author, (Version(post_id, text, at),), conversation_id or post_id, **rest))

    def _put(self, post: Post) -> Post:
        first = post.versions[0].id
        self._written[post.author.id] += first not in self._posts
        self._newest_first = None
        self._posts[first] = post
        self._first_ids.update((version.id, first) for version in post.versions)
        self._changes.publish("x")
        return post
