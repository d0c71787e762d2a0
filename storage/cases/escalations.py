"""Requests for a second pair of eyes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.cases.conversation import Escalation
from storage.rows import record
from storage.tables import escalation as table

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


def settle(connection: Connection, ids: Collection[int], by: str, at: datetime) -> None:
    """Settle these requests, because somebody took the thread over."""
    connection.execute(
        update(table).where(table.c.id.in_(ids), table.c.taken_by.is_(None)).values(taken_by=by, taken_at=at)
    )


def erase(connection: Connection, thread_id: int) -> None:
    """Forget why help was asked for, since colleagues quote customers."""
    connection.execute(update(table).where(table.c.thread_id == thread_id).values(why=""))
