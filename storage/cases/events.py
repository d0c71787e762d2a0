"""The append-only timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.domain.cases.conversation import Event, EventKind
from bot.domain.clock.calendar import FOR_EVER
from bot.domain.common.errors import RefusalCode, Refused
from storage.engine import INSERT
from storage.newest import newest_of_each
from storage.rows import record
from storage.tables import event as table
from storage.tables import thread

IMPERSONAL = frozenset(
    {"reply", "level", "step", "error", "to", "from", "owner", "ts", "posted_at", "thread", "into", "until", "due"}
    | {"label", "incident", "ended", "score"}
)
"""Keys of data that is neither a customer's nor typed by a colleague. An erasure removes all others."""

_BY_US = (EventKind.SENT, EventKind.OUTSIDE)

_ADD = {
    dialect: insert(table).on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(table.c.id)
    for dialect, insert in INSERT.items()
}
_LATEST = select(table).where(
    table.c.id.in_(newest_of_each(table, table.c.kind == bindparam("kind"), by=(table.c.at, table.c.id)))
)


def add(
    connection: Connection,
    thread_id: int,
    at: datetime,
    kind: EventKind,
    actor: str,
    via: str,
    *,
    idempotency_key: str | None = None,
    **data: str | int | None,
) -> int:
    """Write an event and return its id.

    Raises Refused("repeated") if `idempotency_key` has already written one: the same request came twice, and the whole
    transaction must be rolled back.
    """
    values = {"thread_id": thread_id, "at": at, "kind": kind, "actor": actor, "via": via, "data": data}
    added = connection.execute(
        _ADD[connection.dialect.name], values | {"idempotency_key": idempotency_key}
    ).one_or_none()
    if added is None:
        raise Refused(RefusalCode.REPEATED, thread=thread_id)
    return int(added.id)


def advice(connection: Connection, thread_ids: Iterable[int], limit: int) -> dict[int, Event]:
    """Return the newest answers of colleagues who were asked for help in these threads, newest first, by number."""
    rows = connection.execute(
        select(table)
        .where(table.c.thread_id.in_(list(thread_ids)), table.c.kind == EventKind.ADVISED)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return {row.id: _event(row) for row in rows}


def get(connection: Connection, event_id: int) -> Event | None:
    """Return the event, or None if there is no such id."""
    row = connection.execute(select(table).where(table.c.id == event_id)).one_or_none()
    return _event(row) if row else None


def written(connection: Connection, idempotency_key: str) -> bool:
    """Tell whether this request has written an event; if so, a second one is a repeat."""
    return (
        connection.execute(select(table.c.id).where(table.c.idempotency_key == idempotency_key)).one_or_none()
        is not None
    )


def notes(connection: Connection, customer_id: int, desks: Iterable[str], limit: int) -> list[Event]:
    """Return the newest notes about a customer in their threads at these desks, newest first."""
    rows = connection.execute(
        select(table)
        .join(thread)
        .where(thread.c.customer_id == customer_id, thread.c.desk.in_(list(desks)), table.c.kind == EventKind.NOTED)
        .order_by(table.c.at.desc(), table.c.id.desc())
        .limit(limit)
    )
    return [_event(row) for row in rows]


_NO_DEED = (EventKind.CLAIMED, EventKind.TAKEN_OVER)
"""To become the owner is not to do anything about it yet."""


def acted(connection: Connection, owners: Mapping[int, tuple[str, datetime]]) -> set[int]:
    """Return the threads of which the owner has a line in the timeline since; `owners` are by number, with since when.

    The line with which they became the owner is none.
    """
    rows = connection.execute(
        select(table.c.thread_id, table.c.actor, table.c.at).where(
            table.c.thread_id.in_(list(owners)),
            table.c.actor.in_({owner for owner, _ in owners.values()}),
            table.c.kind.notin_(_NO_DEED),
        )
    )
    since = {(number, owner): since for number, (owner, since) in owners.items()}
    return {row.thread_id for row in rows if row.at >= since.get((row.thread_id, row.actor), FOR_EVER)}


def add_all(
    connection: Connection, at: datetime, kind: EventKind, via: str, lines: Iterable[tuple[int, str, Mapping[str, str]]]
) -> None:
    """Write the same kind of event for several threads, each as (thread, actor, data)."""
    common = {"at": at, "kind": kind, "via": via}
    connection.execute(
        table.insert(),
        [common | {"thread_id": thread, "actor": actor, "data": data} for thread, actor, data in lines],
    )


def of_thread(connection: Connection, *thread_ids: int) -> list[Event]:
    """Return the timeline of the thread, or of several as one, oldest first."""
    rows = connection.execute(select(table).where(table.c.thread_id.in_(thread_ids)).order_by(table.c.at, table.c.id))
    return [_event(row) for row in rows]


def latest(connection: Connection, thread_ids: Iterable[int], kind: EventKind) -> dict[int, Event]:
    """Return each thread's newest event of one kind, by number; threads without one are left out."""
    rows = connection.execute(_LATEST, {"threads": list(thread_ids), "kind": kind})
    return {row.thread_id: _event(row) for row in rows}


def erase(connection: Connection, thread_id: int) -> None:
    """Forget who the thread's customer was and what was written about them; the events stay with their times."""
    lines = [
        {
            "this": row.id,
            "actor": "" if row.via == "network" and row.kind not in _BY_US else row.actor,
            "data": {name: value if name in IMPERSONAL else None for name, value in row.data.items()},
        }
        for row in connection.execute(select(table).where(table.c.thread_id == thread_id))
    ]
    if lines:
        connection.execute(update(table).where(table.c.id == bindparam("this")), lines)


def _event(row: Row[Any]) -> Event:
    return record(Event, row, kind=EventKind(row.kind))
