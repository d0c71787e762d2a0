"""Customers write, agents act, and tests look at the result, all through the use cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import RowMapping, bindparam, text, update

from bot.domain.cases.conversation import Event, Post, Reply
from bot.domain.cases.mention import Author, Mention, Reference
from bot.domain.cases.thread import Thread
from bot.domain.reports.spend import Billed
from bot.networks.base import (
    Account,
    Count,
    Deed,
    Fetched,
    LookedUp,
    NetworkError,
    Outgoing,
    OwnPost,
    OwnPosts,
    Search,
    Sent,
    Upload,
)
from bot.networks.x.client import XAccount
from bot.networks.x.spec import SPEC
from bot.sandbox.server import Sandbox
from bot.usecases.desk.context import Actor, Context
from bot.usecases.intake import ingest, recheck
from bot.usecases.replies import reply, reply_outcome
from storage.cases import events, posts, threads
from storage.engine import reading, transaction
from storage.replies import replies
from storage.tables import post
from tests.support.cast import ANNA, X
from tests.support.clock import TurnedClock

_NO_LINES = {
    "sqlite": "CREATE TRIGGER no_lines BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no lines'); END",
    "postgresql": """
        CREATE FUNCTION no_lines() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no lines'; END $$;
        CREATE TRIGGER no_lines BEFORE INSERT ON event EXECUTE FUNCTION no_lines()""",
}


def x_arguments(sandbox: Sandbox) -> dict[str, str]:
    """Return the keys and `api_url` of the desk's account on the sandbox's X, by an account's argument."""
    variables = sandbox.environment.items()
    return {name.removeprefix("X_").lower(): value for name, value in variables if name.startswith("X_")}


def x_account(sandbox: Sandbox, now: Callable[[], datetime], **changes: Any) -> XAccount:
    """Build the desk's account on the sandbox's X; `changes` are arguments of XAccount's."""
    arguments: dict[str, Any] = {"handle": "acme", "now": now, **x_arguments(sandbox), **changes}
    return XAccount(**arguments)


def lonely_x(clock: TurnedClock) -> XAccount:
    """Build an account that counts characters as X does and reaches no server."""
    keys: dict[str, Any] = dict.fromkeys((key.name for key in SPEC.keys), "unused")
    return XAccount("acme", api_url="http://127.0.0.1:9", now=clock.now, **keys)


def billed(account: Account) -> Counter[str]:
    """Return how many of each thing the network has billed since the last time."""
    found: list[Billed] = []
    account.settle(found.extend)
    return Counter(one.what for one in found)


class Served:
    """An account that answers with what a test laid ready, and counts a text as `counted` does."""

    handle = "acme"
    url = "https://x.com/acme"

    def __init__(self, counted: Account) -> None:
        self._counted = counted
        self.fetches: list[tuple[str | None, datetime]] = []
        self.fetched: Fetched | Exception = Fetched((), None)
        self.searches: list[tuple[Search, str | None, int]] = []
        self.found_posts: Fetched | Exception = Fetched((), None)
        self.looked_up: LookedUp | NetworkError = LookedUp(frozenset(), ())
        self.asked_after: list[tuple[str, ...]] = []
        self.sent: Sent | NetworkError | None = None
        self.found: Sent | NetworkError | None = None
        self.own: OwnPosts | Exception = OwnPosts((), None)
        self.sends: list[tuple[str, str | None]] = []
        self.uploads: list[Upload] = []
        self.done: list[tuple[Deed, str]] = []

    def settle(self, store: Callable[[Sequence[Billed]], None]) -> None:
        """Bill nothing."""

    def fetch(self, cursor: str | None, since: datetime) -> Fetched:
        self.fetches.append((cursor, since))
        return _answer(self.fetched)

    def upload(self, picture: Upload) -> str:
        self.uploads.append(picture)
        return f"m{len(self.uploads)}"

    def search(self, wanted: Search, cursor: str | None, since: datetime, most: int) -> Fetched:
        self.searches.append((wanted, cursor, most))
        return _answer(self.found_posts)

    def send(self, out: Outgoing) -> Sent:
        self.sends.append((out.text, out.in_reply_to))
        return _answer(self.sent or Sent(f"r{len(self.sends)}", "https://x.com/acme/status/1"))

    def do(self, deed: Deed, post_id: str) -> None:
        self.done.append((deed, post_id))

    def edit(self, post_id: str, text: str) -> None:
        raise AssertionError(post_id, text)

    def find_sent(self, out: Outgoing, after: datetime) -> Sent | None:
        return None if self.found is None else _answer(self.found)

    def fetch_again(self, since: datetime) -> Fetched:
        return _answer(self.fetched)

    def own_posts(self, cursor: str | None, since: datetime) -> OwnPosts:
        return _answer(self.own)

    def shows(self, post: OwnPost, text: str) -> bool:
        return post.text == text

    def look_up(self, ids: tuple[str, ...], whole: frozenset[str] = frozenset()) -> LookedUp:
        self.asked_after.append(ids)
        found = _answer(self.looked_up)
        return replace(found, gone=found.gone & frozenset(ids))

    def referred_to(self, references: tuple[Reference, ...]) -> tuple[Reference, ...]:
        return references

    def clock_ahead(self) -> timedelta | None:
        return None

    def verify(self) -> str:
        return self.handle

    def count(self, out: Outgoing) -> Count:
        return self._counted.count(out)


T = TypeVar("T")


def _answer(answer: T | Exception) -> T:
    if isinstance(answer, Exception):
        raise answer
    return answer


class Odd(Served):
    """An account whose next deed goes wrong once."""

    error: NetworkError | None = None

    def do(self, deed: Deed, post_id: str) -> None:
        super().do(deed, post_id)
        error, self.error = self.error, None
        if error is not None:
            raise error


@dataclass
class Team:
    """What tests do to the desk and look up in its tables, one line each."""

    ctx: Context
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _requests: count[int] = field(default_factory=lambda: count(1))

    def mention(self, words: str = "Mijn pakket is weg", **changes: Any) -> Mention:
        """Build a post that the customer @klant writes now in the conversation c1."""
        id_ = str(next(self._numbers))
        values: dict[str, Any] = {
            "id": id_,
            "conversation": "c1",
            "author": Author("7", "klant", "Klant", 12),
            "text": words,
            "posted_at": self.ctx.clock.now(),
            "url": f"https://x.com/klant/status/{id_}",
            "language": "nl",
        }
        return Mention(**values | changes)

    def receive(self, *mentions: Mention) -> int:
        """Store fetched mentions; return how many were new."""
        return ingest.receive(self.ctx, *self.ctx.settings.accounts()[0], Fetched(mentions, None))

    def write(self, words: str = "Mijn pakket is weg", **changes: Any) -> int:
        """Store a new post; return its thread's number."""
        mention = self.mention(words, **changes)
        self.receive(mention)
        with reading(self.ctx.engine) as connection:
            return posts.known(connection, X, [mention.id])[mention.id].thread_id

    def edited(self, mention: Mention, words: str, id_: str) -> Mention:
        return replace(mention, id=id_, text=words, earlier_ids=(*mention.earlier_ids, mention.id))

    def recheck(self, account: Served) -> int:
        ctx = replace(self.ctx, accounts={X: account})
        return recheck.tick(ctx, ctx.settings.desks[0].networks[0])

    def delete(self, *ids: str) -> int:
        """Delete posts at the network and look twice; return how many posts changed."""
        self.miss(*ids)
        return self.look_again(*ids)

    def miss(self, *ids: str) -> None:
        """Delete posts at the network and look once, which is not believed; the second look is due at once."""
        self.look_again(*ids)
        with transaction(self.ctx.engine) as connection:
            now = {"now": self.ctx.clock.now()}
            due = update(post).where(post.c.missing_since.isnot(None)).values(recheck_at=bindparam("now"))
            connection.execute(due, now)

    def look_again(self, *ids: str) -> int:
        """Run a recheck that does not find these posts; return how many posts changed."""
        account = Served(self.ctx.accounts[X])
        account.looked_up = LookedUp(frozenset(ids), ())
        return self.recheck(account)

    def answer(self, thread: int, words: str = "Wij zoeken het uit", by: Actor = ANNA, **options: Any) -> Reply:
        request = f"request {next(self._requests)}"
        return reply.submit(self.ctx, by, thread, words, **{"seen": None, "idempotency_key": request} | options)

    def arrive(self, answer: Reply, id_: str | None = None, at: datetime | None = None) -> None:
        """Send the reply; the network accepts it."""
        reply_outcome.begin(self.ctx, answer.id)
        reply_outcome.arrived(self.ctx, answer.id, Sent(id_ or f"r{answer.id}", "https://x.com/acme/status/9", at))

    def lose(self, answer: Reply) -> None:
        """Send the reply, lose the answer, and look for it in vain."""
        reply_outcome.begin(self.ctx, answer.id)
        reply_outcome.checking(self.ctx, answer.id)
        reply_outcome.unknown(self.ctx, answer.id)

    def refuse(self, answer: Reply, code: str = "duplicate") -> None:
        """Send the reply; the network refuses it."""
        reply_outcome.begin(self.ctx, answer.id)
        reply_outcome.refused(self.ctx, answer.id, code)

    def owner_told(self, number: int) -> str | None:
        """Return the owner according to the timeline."""
        owner: str | None = None
        for line in self.events(number):
            match line.kind:
                case "claimed" | "taken_over":
                    owner = line.actor
                case "handed_over":
                    owner = str(line.data["to"])
                case "released" | "let_go":
                    owner = None
        return owner

    def thread(self, number: int) -> Thread:
        with reading(self.ctx.engine) as connection:
            thread = threads.get(connection, number)
        assert thread is not None
        return thread

    def reply(self, number: int) -> Reply:
        with reading(self.ctx.engine) as connection:
            found = replies.get(connection, number)
        assert found is not None
        return found

    def messages(self, thread: int) -> list[Post]:
        with reading(self.ctx.engine) as connection:
            return posts.of_thread(connection, thread)

    def events(self, thread: int) -> list[Event]:
        with reading(self.ctx.engine) as connection:
            return events.of_thread(connection, thread)

    def kinds(self, thread: int) -> list[str]:
        return [event.kind for event in self.events(thread)]

    def rows(self, query: str, **values: Any) -> list[RowMapping]:
        """Return the rows of a query in SQL."""
        with reading(self.ctx.engine) as connection:
            return list(connection.execute(text(query), values).mappings())

    def allow_no_lines(self) -> None:
        """Have the database refuse every further timeline line with the error "no lines"."""
        kind = self.ctx.engine.dialect.name
        with transaction(self.ctx.engine) as connection:
            connection.execute(text(_NO_LINES[kind]))

    def wanted(self, kind: str) -> list[str]:
        """Return the keys of undelivered outbox rows of one kind."""
        rows = self.rows(
            "SELECT key FROM outbox WHERE kind = :kind AND generation > delivered_generation ORDER BY id", kind=kind
        )
        return [row["key"] for row in rows]
