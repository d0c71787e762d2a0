"""Requests for a second pair of eyes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.cases.conversation import Escalation
from storage.due import due as due_rows
from storage.rows import record
from storage.tables import escalation as table
from storage.tables import thread

_OF_THREAD = select(table).where(table.c.thread_id == bindparam("thread")).order_by(table.c.id)


def add(connection: Connection, **values: Any) -> Escalation:
    """Store a request and return it. `values` are columns of the table."""
    return record(Escalation, connection.execute(table.insert().values(**values).returning(table)).one())


def get(connection: Connection, escalation_id: int) -> Escalation | None:
    """Return the request, or None if there is no such id."""
    row = connection.execute(select(table).where(table.c.id == escalation_id)).one_or_none()
    return record(Escalation, row) if row else None


def of_thread(connection: Connection, thread_id: int) -> list[Escalation]:
    """Return the thread's requests, oldest first."""
    return [record(Escalation, row) for row in connection.execute(_OF_THREAD, {"thread": thread_id})]


def answer(connection: Connection, escalation_id: int, by: str, at: datetime) -> None:
    """Record that the request was answered; nobody is reminded of it any more."""
    values = {"answered_by": by, "answered_at": at, "next_nag_at": None}
    connection.execute(update(table).where(table.c.id == escalation_id).values(values))


def due(
    connection: Connection, desks: Iterable[str], at: datetime, limit: int, *, lock: bool = False
) -> list[Escalation]:
    """Return requests of these desks of which somebody is to be reminded; not while their thread is snoozed.

    With `lock`, those that no other process holds.
    """
    query = due_rows(table, at, limit, lock=lock).join(thread, thread.c.id == table.c.thread_id)
    awake = (thread.c.desk.in_(list(desks)), thread.c.snoozed_until.is_(None))
    return [record(Escalation, row) for row in connection.execute(query.where(*awake))]


def nagged(connection: Connection, escalation_id: int, next_at: datetime | None) -> None:
    """Record when somebody is to be reminded next; None for never."""
    connection.execute(update(table).where(table.c.id == escalation_id).values(next_nag_at=next_at))


def settle(connection: Connection, ids: Collection[int], by: str, at: datetime) -> None:
    """Settle these requests, because somebody took the thread over."""
    connection.execute(
        update(table)
        .where(table.c.id.in_(ids), table.c.taken_by.is_(None))
        .values(taken_by=by, taken_at=at, next_nag_at=None)
    )


def erase(connection: Connection, thread_id: int) -> None:
    """Forget why help was asked for, since colleagues quote customers."""
    connection.execute(update(table).where(table.c.thread_id == thread_id).values(why=""))
