"""The outbox: what is still to be shown in Slack or sent to a network.

A use case states in its own transaction what it wants; delivery leases rows, does the work, and records it. A row is
one thing (a card, a reply), however often it changes: `wanted` counts the changes, `done` the last one that was
delivered, so that several become one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, or_, select, update

from bot.domain.cases.thread import Thread
from storage.engine import INSERT, upsert
from storage.rows import record
from storage.tables import outbox as table

LIVING = ("card", "escalation", "nag", "lead")  # edited as long as their thread changes
UNDER_A_CARD = ("nag", "note")
OVERVIEWS = ("surge", "crisis")  # show threads of several customers
UPDATES = "chat.update"  # the lane of everything that is in Slack already
LOOKING = "look_up:"  # and an account: the lane of looking whether a reply has arrived there
FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # the priority of what the whole desk must know: ahead of every deadline
LAST = datetime(9999, 1, 1, tzinfo=UTC)  # of what holds up no customer

_NEW = {"wanted": 1, "done": 0, "attempts": 0, "failures": 0}


@dataclass(frozen=True, slots=True)
class Item:
    """One leased row. `ts` is None until Slack has the message; `tried_at` is set when that is not known.

    `lane_until` is how long its lane was taken for it when it was leased, None when it was not.
    """

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
    lane_until: datetime | None


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
    return record(Item, row, lane_until=None) if row else None


def place_of_card(connection: Connection, thread_id: int) -> tuple[str, str] | None:
    """Channel and ts of the thread's card, once it is in Slack."""
    card = get(connection, f"card:{thread_id}")
    return (card.posted_in, card.ts) if card and card.posted_in and card.ts else None


def stated(connection: Connection, key: str) -> bool:
    return connection.execute(select(table.c.id).where(table.c.key == key)).one_or_none() is not None


def cancel(connection: Connection, key: str) -> None:
    """Nothing is wanted of this row any more."""
    connection.execute(update(table).where(table.c.key == key).values(done=table.c.wanted))


def reply_key(reply_id: int) -> str:
    return f"reply:{reply_id}"


def change_lane(connection: Connection, reply_id: int, *, looking: bool) -> None:
    """The row of a reply waits until its network can be posted to or, with `looking`, until it can be read."""
    lane = LOOKING + table.c.channel if looking else table.c.channel
    connection.execute(update(table).where(table.c.key == reply_key(reply_id)).values(lane=lane))


def backlog(connection: Connection, channel: str, *, kind: str = "card", limit: int | None = None) -> int:
    """How many cards (or messages of another `kind`) are not in Slack yet, counted up to `limit`."""
    waiting = (
        select(table.c.id)
        .where(table.c.channel == channel, table.c.kind == kind, table.c.wanted > table.c.done, table.c.ts.is_(None))
        .limit(limit)
    )
    return connection.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()


def follow(connection: Connection, thread_id: int, at: datetime) -> None:
    """The thread's card is in Slack: what was waiting to stand under it can go out."""
    connection.execute(
        update(table)
        .where(table.c.thread_id == thread_id, table.c.kind.in_(UNDER_A_CARD), table.c.ts.is_(None))
        .values(available_at=at)
    )
