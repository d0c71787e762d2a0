"""The outbox: what is still to be shown in Slack or sent to a network.

A use case states in its own transaction what it wants; delivery leases rows, does the work, and records it. A row is
one thing (a card, a reply), however often it changes: `wanted` counts the changes, `done` the last one that was
delivered, so that several become one. Only the last lessee may complete a row (`attempts`), and once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, or_, select, update

from bot.domain.thread import Thread
from storage.engine import INSERT, upsert
from storage.rows import record
from storage.tables import lane as lanes
from storage.tables import outbox as table

LIVING = ("card", "escalation", "nag", "lead")  # edited as long as their thread changes
UNDER_A_CARD = ("nag", "note")
OVERVIEWS = ("surge", "crisis")  # show threads of several customers
UPDATES = "chat.update"  # the lane of everything that is in Slack already
FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # the priority of what the whole desk must know: ahead of every deadline


_NEW = {"wanted": 1, "done": 0, "attempts": 0, "failures": 0}


@dataclass(frozen=True, slots=True)
class Item:
    """One leased row. `ts` is None until Slack has the message; `tried_at` is set when that is not known."""

    id: int
    key: str
    kind: str
    thread_id: int | None
    channel: str
    lane: str
    payload: dict[str, Any]
    wanted: int
    done: int
    attempts: int
    failures: int
    tried_at: datetime | None
    posted_in: str | None
    ts: str | None
    shown: str | None


def want(
    connection: Connection,
    key: str,
    kind: str,
    *,
    channel: str,
    at: datetime,
    priority: datetime | None = None,
    thread_id: int | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """This thing is to be shown as it is now, not before `at`; said again, it is shown again.

    A row that is just failing keeps its back-off: a new change is no reason to hurry.
    """
    new = {
        "kind": kind,
        "thread_id": thread_id,
        "channel": channel,
        "payload": payload or {},
        "priority": priority or at,
        "available_at": at,
    }
    connection.execute(
        upsert(connection, table)
        .values(key=key, lane=channel, **_NEW, **new)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "wanted": table.c.wanted + 1,
                "priority": new["priority"],
                "payload": new["payload"],
                "available_at": case((table.c.failures > 0, table.c.available_at), else_=at),
            },
        )
    )


_NOW = bindparam("now", type_=table.c.available_at.type)
_REFRESH = (  # no IN, which would be put together anew at every click
    update(table)
    .where(table.c.thread_id == bindparam("this"), or_(*(table.c.kind == kind for kind in LIVING)))
    .values(
        wanted=table.c.wanted + 1,
        priority=case((table.c.ts.is_(None), table.c.priority), else_=_NOW),
        available_at=case((table.c.failures > 0, table.c.available_at), else_=_NOW),
    )
)


def refresh(connection: Connection, thread_id: int, *, at: datetime, mistrust: bool = False) -> None:
    """Whatever shows this thread is to show it as it is now: its card, escalations and reminders.

    With `mistrust` also what we believe to be shown already: somebody has just seen something else.
    """
    forgotten: dict[str, object] = {"shown": None} if mistrust else {}
    connection.execute(_REFRESH, forgotten | {"this": thread_id, "now": at})


def refresh_overviews(connection: Connection, *, at: datetime) -> None:
    """Messages that may show something of any thread are to show what is so now: something was taken out of one."""
    connection.execute(
        update(table)
        .where(table.c.thread_id.is_(None), table.c.kind.in_(OVERVIEWS))
        .values(wanted=table.c.wanted + 1, available_at=case((table.c.failures > 0, table.c.available_at), else_=at))
    )


def erase(connection: Connection, thread_id: int) -> int:
    """After a thread's data was erased: drop what was not posted yet, and count the messages in Slack that show it.

    The card is posted all the same. What a colleague alone was shown ("tell") Slack keeps for a session and no longer,
    and what tells of colleagues alone ("note") stays. A message that is being posted, or may have been, is shown anew
    like those that are there.
    """
    unposted = (table.c.ts.is_(None), table.c.tried_at.is_(None), table.c.leased_until.is_(None))
    connection.execute(
        update(table)
        .where(table.c.thread_id == thread_id, table.c.kind.notin_(["card", "note"]), *unposted)
        .values(done=table.c.wanted)
    )
    in_slack = select(func.count()).where(
        table.c.thread_id == thread_id, table.c.kind.in_(LIVING), table.c.ts.isnot(None)
    )
    return connection.execute(in_slack).scalar_one()


_WANT_ONCE = {
    dialect: insert(table).on_conflict_do_nothing().returning(table.c.id) for dialect, insert in INSERT.items()
}


def want_once(connection: Connection, key: str, kind: str, *, channel: str, at: datetime, **values: Any) -> bool:
    """State a thing that happens once: False when somebody stated it already."""
    new = {"key": key, "kind": kind, "channel": channel, "available_at": at, "payload": {}, "priority": at} | _NEW
    added = connection.execute(_WANT_ONCE[connection.dialect.name], new | {"lane": channel} | values).one_or_none()
    return added is not None


def want_cards(connection: Connection, threads: Iterable[Thread], *, channel: str, at: datetime) -> None:
    """The cards of new threads, each by its deadline."""
    common = {"kind": "card", "channel": channel, "lane": channel, "available_at": at, "payload": {}} | _NEW
    connection.execute(
        table.insert(),
        [
            common | {"key": f"card:{thread.id}", "thread_id": thread.id, "priority": thread.due_at}
            for thread in threads
        ],
    )


def get(connection: Connection, key: str) -> Item | None:
    row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    return record(Item, row) if row else None


def place_of_card(connection: Connection, thread_id: int) -> tuple[str, str] | None:
    """Channel and ts of the thread's card, once it is in Slack."""
    card = get(connection, f"card:{thread_id}")
    return (card.posted_in, card.ts) if card and card.posted_in and card.ts else None


def stated(connection: Connection, key: str) -> bool:
    return connection.execute(select(table.c.id).where(table.c.key == key)).one_or_none() is not None


def cancel(connection: Connection, key: str) -> None:
    """Nothing is wanted of this row any more."""
    connection.execute(update(table).where(table.c.key == key).values(done=table.c.wanted))


def backlog(connection: Connection, channel: str, *, kind: str = "card", limit: int | None = None) -> int:
    """How many cards (or messages of another `kind`) are not in Slack yet, counted up to `limit`."""
    waiting = (
        select(table.c.id)
        .where(table.c.channel == channel, table.c.kind == kind, table.c.wanted > table.c.done, table.c.ts.is_(None))
        .limit(limit)
    )
    return connection.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()


_NEXT = (
    select(table.c.id, table.c.lane)
    .outerjoin(lanes, lanes.c.name == table.c.lane)
    .where(
        table.c.wanted > table.c.done,
        table.c.available_at <= bindparam("at"),
        or_(table.c.leased_until.is_(None), table.c.leased_until <= bindparam("at")),
        table.c.kind.in_(bindparam("kinds", expanding=True)),
        or_(lanes.c.free_at.is_(None), lanes.c.free_at <= bindparam("at")),
    )
    .order_by(table.c.priority, table.c.id)
    .limit(1)
)
_CANDIDATE = _NEXT.with_only_columns(table.c.id)
_ITS_LANE = (
    select(lanes.c.name)
    .where(lanes.c.name == _NEXT.with_only_columns(table.c.lane).scalar_subquery())
    .with_for_update()
)
_LEASE = (
    update(table)
    .where(table.c.id == _CANDIDATE.with_for_update(skip_locked=True, of=table).scalar_subquery())
    .values(attempts=table.c.attempts + 1)
    .returning(table)
)


def lease(connection: Connection, kinds: Iterable[str], at: datetime, length: timedelta) -> Item | None:
    """The most urgent thing to do now, for this caller alone until `length` has passed; None when there is none.

    Rows whose lane is not free yet are passed over, so that one busy channel holds up no other.
    """
    row = connection.execute(_LEASE, {"kinds": list(kinds), "at": at, "leased_until": at + length}).one_or_none()
    return record(Item, row) if row else None


def queue(connection: Connection, kinds: Iterable[str], at: datetime) -> None:
    """Wait for whoever is just leasing the most urgent thing in the lane of the next one, so that who leases after this
    knows whether the lane is still free, and does not take it for something less urgent."""
    connection.execute(_ITS_LANE, {"kinds": list(kinds), "at": at})


def ready(connection: Connection, kinds: Iterable[str], at: datetime) -> bool:
    """Whether anything can be leased now, asked without taking a lock."""
    return connection.execute(_CANDIDATE, {"kinds": list(kinds), "at": at}).one_or_none() is not None


def trying(connection: Connection, item: Item, at: datetime) -> bool:
    """A first posting begins: from here to `done` its outcome is not known. False when the lease was lost."""
    return _mine(connection, item, tried_at=at)


def done(
    connection: Connection,
    item: Item,
    *,
    posted_in: str | None = None,
    ts: str | None = None,
    shown: str | None = None,
) -> bool:
    """Delivered as it was wanted when it was leased. False when the lease was lost to somebody else."""
    values: dict[str, Any] = {"done": item.wanted, "leased_until": None, "failures": 0, "tried_at": None, "error": None}
    if shown is not None:
        values["shown"] = shown
    if ts is not None:
        values |= {"posted_in": posted_in, "ts": ts, "lane": UPDATES}
    return _mine(connection, item, **values)


def found(connection: Connection, item: Item, *, posted_in: str, ts: str, at: datetime) -> bool:
    """A posting whose outcome was not known is in Slack after all; whether it shows the latest is still to be seen."""
    return _mine(
        connection,
        item,
        posted_in=posted_in,
        ts=ts,
        lane=UPDATES,
        tried_at=None,
        failures=0,
        leased_until=None,
        available_at=at,
    )


def follow(connection: Connection, thread_id: int, at: datetime) -> None:
    """The thread's card is in Slack: what was waiting to stand under it can go out."""
    connection.execute(
        update(table)
        .where(table.c.thread_id == thread_id, table.c.kind.in_(UNDER_A_CARD), table.c.ts.is_(None))
        .values(available_at=at)
    )


def postpone(
    connection: Connection, item: Item, until: datetime, *, error: str | None = None, unknown: bool = False
) -> bool:
    """Not delivered; again at `until`. An `error` counts as a failure; `unknown` keeps open whether it arrived."""
    values: dict[str, Any] = {"leased_until": None, "available_at": until, "error": error}
    if error is not None:
        values["failures"] = item.failures + 1
    if not unknown:
        values["tried_at"] = None
    return _mine(connection, item, **values)


def move(connection: Connection, item: Item, channel: str) -> bool:
    """Not in Slack yet, and to appear in another channel."""
    return _mine(connection, item, channel=channel, lane=channel, leased_until=None)


def gone(connection: Connection, item: Item) -> bool:
    """The message is no longer in Slack: post it anew."""
    return _mine(connection, item, ts=None, posted_in=None, shown=None, lane=item.channel, leased_until=None)


def overwritten(connection: Connection, item: Item, *, at: datetime) -> None:
    """Somebody who had lost the lease has shown what was true when they had it: show what is true now.

    Whoever has the lease loses it too, for it may be their words that were written over.
    """
    connection.execute(
        update(table)
        .where(table.c.id == item.id)
        .values(
            wanted=table.c.wanted + 1,
            attempts=table.c.attempts + 1,
            leased_until=None,
            shown=None,
            available_at=case((table.c.failures > 0, table.c.available_at), else_=at),
        )
    )


_MINE = (
    update(table)
    .where(
        table.c.id == bindparam("this"),
        table.c.attempts == bindparam("mine"),
        table.c.leased_until.isnot(None),  # a commit whose answer was lost is made again, and must count once
    )
    .returning(table.c.id)
)


def _mine(connection: Connection, item: Item, **values: Any) -> bool:
    row = connection.execute(_MINE, values | {"this": item.id, "mine": item.attempts}).one_or_none()
    return row is not None
