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
TO_ACCOUNTS = ("reply", "look_up")  # go to an account of ours, one at a time
OVERVIEWS = ("backlog", "volume_spike")  # show threads of several customers
UPDATES = "chat.update"  # the rate bucket of everything that is in Slack already
LOOKING = "look_up:"  # and an account: the rate bucket of looking whether a reply has arrived there
FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # the place of what the whole desk must know: ahead of every deadline
LAST = datetime(9999, 1, 1, tzinfo=UTC)  # of what holds up no customer

_NEW = {"generation": 1, "delivered_generation": 0, "lease_token": 0, "failures": 0}


@dataclass(frozen=True, slots=True)
class Item:
    """One leased row.

    `message_ts` is None until Slack has the message; `post_started_at` is set while that is not known.
    `bucket_taken_until` says until when its rate bucket was taken for it at the lease; None when it was not.
    """

    id: int
    key: str
    kind: str
    thread_id: int | None
    destination: str
    rate_bucket: str
    payload: dict[str, Any]
    generation: int
    delivered_generation: int
    lease_token: int
    failures: int
    post_started_at: datetime | None
    message_channel: str | None
    message_ts: str | None
    content_hash: str | None
    bucket_taken_until: datetime | None


def want(
    connection: Connection,
    key: str,
    kind: str,
    *,
    destination: str,
    at: datetime,
    order_by: datetime | None = None,
    thread_id: int | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """This thing is to be shown as it is now, not before `at`; said again, it is shown again.

    A row that is just failing keeps its back-off: a new change is no reason to hurry.
    """
    new = {
        "kind": kind,
        "thread_id": thread_id,
        "destination": destination,
        "payload": payload or {},
        "order_by": order_by or at,
        "available_at": at,
    }
    connection.execute(
        upsert(connection, table)
        .values(key=key, rate_bucket=destination, **_NEW, **new)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "generation": table.c.generation + 1,
                "order_by": new["order_by"],
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
        generation=table.c.generation + 1,
        order_by=case((table.c.message_ts.is_(None), table.c.order_by), else_=_NOW),
        available_at=case((table.c.failures > 0, table.c.available_at), else_=_NOW),
    )
)


def refresh(connection: Connection, thread_id: int, *, at: datetime, force: bool = False) -> None:
    """Whatever shows this thread is to show it as it is now: its card, escalations and reminders.

    With `force` also what we believe to be shown already: somebody has just seen something else.
    """
    forgotten: dict[str, object] = {"content_hash": None} if force else {}
    connection.execute(_REFRESH, forgotten | {"this": thread_id, "now": at})


def refresh_overviews(connection: Connection, *, at: datetime) -> None:
    """Messages that may show something of any thread are to show what is so now: something was taken out of one."""
    connection.execute(
        update(table)
        .where(table.c.thread_id.is_(None), table.c.kind.in_(OVERVIEWS))
        .values(
            generation=table.c.generation + 1, available_at=case((table.c.failures > 0, table.c.available_at), else_=at)
        )
    )


def erase(connection: Connection, thread_id: int) -> int:
    """After a thread's data was erased: drop what was not posted yet, and count the messages in Slack that show it.

    The card is posted all the same. What a colleague alone was shown ("tell") Slack keeps for a session and no longer,
    and what tells of colleagues alone ("note") stays. A message that is being posted, or may have been, is shown anew
    like those that are there.
    """
    unposted = (table.c.message_ts.is_(None), table.c.post_started_at.is_(None), table.c.leased_until.is_(None))
    connection.execute(
        update(table)
        .where(table.c.thread_id == thread_id, table.c.kind.notin_(["card", "note"]), *unposted)
        .values(delivered_generation=table.c.generation)
    )
    in_slack = select(func.count()).where(
        table.c.thread_id == thread_id, table.c.kind.in_(LIVING), table.c.message_ts.isnot(None)
    )
    return connection.execute(in_slack).scalar_one()


_WANT_ONCE = {
    dialect: insert(table).on_conflict_do_nothing().returning(table.c.id) for dialect, insert in INSERT.items()
}


def want_once(connection: Connection, key: str, kind: str, *, destination: str, at: datetime, **values: Any) -> bool:
    """State a thing that happens once: False when somebody stated it already."""
    new = {
        "key": key,
        "kind": kind,
        "destination": destination,
        "available_at": at,
        "payload": {},
        "order_by": at,
    } | _NEW
    added = connection.execute(
        _WANT_ONCE[connection.dialect.name], new | {"rate_bucket": destination} | values
    ).one_or_none()
    return added is not None


def want_cards(connection: Connection, threads: Iterable[Thread], *, destination: str, at: datetime) -> None:
    """The cards of new threads, each by its deadline."""
    common = {
        "kind": "card",
        "destination": destination,
        "rate_bucket": destination,
        "available_at": at,
        "payload": {},
    } | _NEW
    connection.execute(
        table.insert(),
        [
            common | {"key": f"card:{thread.id}", "thread_id": thread.id, "order_by": thread.due_at}
            for thread in threads
        ],
    )


def get(connection: Connection, key: str) -> Item | None:
    row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    return record(Item, row, bucket_taken_until=None) if row else None


def place_of_card(connection: Connection, thread_id: int) -> tuple[str, str] | None:
    """Channel and ts of the thread's card, once it is in Slack."""
    return places_of_cards(connection, [thread_id]).get(thread_id)


_PLACES = select(table.c.thread_id, table.c.message_channel, table.c.message_ts).where(
    table.c.thread_id.in_(bindparam("threads", expanding=True)), table.c.kind == "card", table.c.message_ts.isnot(None)
)


def places_of_cards(connection: Connection, thread_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Channel and ts of each thread's card, by the thread's number; none for those that are not in Slack yet."""
    rows = connection.execute(_PLACES, {"threads": list(thread_ids)})
    return {row.thread_id: (row.message_channel, row.message_ts) for row in rows}


def exists(connection: Connection, key: str) -> bool:
    return connection.execute(select(table.c.id).where(table.c.key == key)).one_or_none() is not None


def cancel(connection: Connection, key: str) -> None:
    """Nothing is wanted of this row any more."""
    connection.execute(update(table).where(table.c.key == key).values(delivered_generation=table.c.generation))


def reply_key(reply_id: int) -> str:
    return f"reply:{reply_id}"


def use_bucket(connection: Connection, reply_id: int, *, looking: bool) -> None:
    """The row of a reply waits until its network can be posted to or, with `looking`, until it can be read."""
    rate_bucket = LOOKING + table.c.destination if looking else table.c.destination
    connection.execute(update(table).where(table.c.key == reply_key(reply_id)).values(rate_bucket=rate_bucket))


def backlog(connection: Connection, destination: str, *, kind: str = "card", limit: int | None = None) -> int:
    """How many cards (or messages of another `kind`) are not in Slack yet, counted up to `limit`."""
    waiting = (
        select(table.c.id)
        .where(
            table.c.destination == destination,
            table.c.kind == kind,
            table.c.generation > table.c.delivered_generation,
            table.c.message_ts.is_(None),
        )
        .limit(limit)
    )
    return connection.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()


def follow(connection: Connection, thread_id: int, at: datetime) -> None:
    """The thread's card is in Slack: what was waiting to stand under it can go out."""
    connection.execute(
        update(table)
        .where(table.c.thread_id == thread_id, table.c.kind.in_(UNDER_A_CARD), table.c.message_ts.is_(None))
        .values(available_at=at)
    )
