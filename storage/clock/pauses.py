"""Every snooze: one row for each wait that it pauses, or one for a thread in which nobody waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, case, func, select, update

from bot.domain.clock.pauses import Pause
from storage.rows import record
from storage.tables import pause as table

_GOING_ON = (table.c.thread_id == bindparam("this"), table.c.ended_at.is_(None))
_AT = bindparam("at", type_=table.c.ended_at.type)
_WITHIN = case((table.c.started_at > _AT, table.c.started_at), (table.c.until < _AT, table.c.until), else_=_AT)


def begin(
    connection: Connection, thread_id: int, waits: Iterable[int], at: datetime, until: datetime, why: str, by: str
) -> None:
    """Begin a snooze of the thread, which pauses these waits."""
    values = {"thread_id": thread_id, "started_at": at, "until": until, "why": why, "by": by}
    rows = [values | {"wait_id": wait} for wait in waits] or [values | {"wait_id": None}]
    connection.execute(table.insert(), rows)


def end(connection: Connection, thread_id: int, at: datetime) -> None:
    """End the thread's snooze, at the latest when it was to end."""
    connection.execute(update(table).where(*_GOING_ON).values(ended_at=_WITHIN), {"this": thread_id, "at": at})


def going_on(connection: Connection, thread_ids: Iterable[int]) -> dict[int, Pause]:
    """Return the snooze of each of these threads, by number; threads that are awake are left out."""
    first = select(func.min(table.c.id)).where(table.c.thread_id.in_(list(thread_ids)), table.c.ended_at.is_(None))
    rows = connection.execute(select(table).where(table.c.id.in_(first.group_by(table.c.thread_id))))
    return {row.thread_id: _pause(row) for row in rows}


def get(connection: Connection, pause_id: int) -> Pause | None:
    """Return the snooze, or None if there is no such id."""
    row = connection.execute(select(table).where(table.c.id == pause_id)).one_or_none()
    return _pause(row) if row else None


def of_waits(connection: Connection, waits: Iterable[int]) -> dict[int, tuple[Pause, ...]]:
    """Return the pauses of each of these waits, oldest first; waits without any are left out."""
    query = select(table).where(table.c.wait_id.in_(list(waits))).order_by(table.c.started_at, table.c.id)
    found: dict[int, tuple[Pause, ...]] = {}
    for row in connection.execute(query):
        found[row.wait_id] = (*found.get(row.wait_id, ()), _pause(row))
    return found


def move(connection: Connection, wait_id: int, to: int) -> None:
    """Let what paused one wait pause another one, of which it has become a part."""
    connection.execute(update(table).where(table.c.wait_id == wait_id).values(wait_id=to))


def erase(connection: Connection, thread_id: int) -> None:
    """Forget what colleagues wrote about the thread's customer; the times stay."""
    connection.execute(update(table).where(table.c.thread_id == thread_id).values(why=None))


def _pause(row: Row[tuple[object, ...]]) -> Pause:
    return record(Pause, row)
