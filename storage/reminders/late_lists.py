"""Late lists: each desk has at most one for each lead that goes on, whichever process saw first that one is needed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain.reminders.late_list import LateList
from storage.engine import upsert
from storage.rows import record
from storage.tables import late_list as table


def going_on(connection: Connection) -> list[LateList]:
    """Return all lists that have not ended."""
    rows = connection.execute(select(table).where(table.c.ended_at.is_(None)).order_by(table.c.id))
    return [record(LateList, row) for row in rows]


def get(connection: Connection, list_id: int) -> LateList | None:
    """Return the list, or None if there is no such id."""
    row = connection.execute(select(table).where(table.c.id == list_id)).one_or_none()
    return record(LateList, row) if row else None


def begin(connection: Connection, desk: str, lead: str, at: datetime, shown: str) -> int | None:
    """Begin a list; return its id to the one caller who began it, None to all others."""
    row = connection.execute(
        upsert(connection, table)
        .values(desk=desk, lead=lead, started_at=at, shown_at=at, shown=shown)
        .on_conflict_do_nothing()
        .returning(table.c.id)
    ).one_or_none()
    return row.id if row else None


def show(connection: Connection, late: LateList, at: datetime, shown: str) -> bool:
    """Return True to the one caller who brings the message up to date this time."""
    return _changed(connection, late, shown_at=at, shown=shown)


def end(connection: Connection, late: LateList, at: datetime) -> bool:
    """Return True to the one caller who ends the list."""
    return _changed(connection, late, ended_at=at)


def renew(connection: Connection, late: LateList, at: datetime, shown: str) -> int | None:
    """End the list and begin another one in its place; return its id to the one caller who did, None to all others."""
    return begin(connection, late.desk, late.lead, at, shown) if end(connection, late, at) else None


def goes_on(connection: Connection, late: LateList) -> bool:
    """Tell whether another list took the place of one that has ended."""
    place = (table.c.desk == late.desk, table.c.lead == late.lead, table.c.started_at == late.ended_at)
    return connection.execute(select(table.c.id).where(table.c.id > late.id, *place)).first() is not None


def _changed(connection: Connection, late: LateList, **values: Any) -> bool:
    """Compare and set: change the row only if nobody has since it was read."""
    row = connection.execute(
        update(table)
        .where(table.c.id == late.id, table.c.shown_at == late.shown_at, table.c.ended_at.is_(None))
        .values(**values)
        .returning(table.c.id)
    ).one_or_none()
    return row is not None
