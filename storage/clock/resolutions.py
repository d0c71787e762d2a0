"""Cases with a resolution target: how long each has taken, and when somebody is to be reminded of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.domain.cases.thread import Thread
from bot.domain.clock.resolution import Resolution
from bot.domain.clock.targets import NagLevel
from storage.due import due as due_rows
from storage.rows import names, record
from storage.tables import resolution as table
from storage.tables import thread as of_thread

_LATEST = select(table).where(table.c.thread_id == bindparam("thread")).order_by(table.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Due:
    """A case of which somebody is to be reminded."""

    id: int
    thread_id: int
    case: Resolution


def add(connection: Connection, cases: Iterable[tuple[int, str, Resolution]]) -> None:
    """Store new cases, each with the number of its thread and the key of its desk."""
    rows = [{"thread_id": thread, "desk": desk} | _values(case) for thread, desk, case in cases]
    if rows:
        connection.execute(table.insert(), rows)


def move_desk(connection: Connection, thread_id: int, desk: str) -> None:
    """Give the case that goes on in the thread to another desk."""
    connection.execute(
        update(table).where(table.c.thread_id == thread_id, table.c.ended_at.is_(None)).values(desk=desk)
    )


def get(connection: Connection, case_id: int) -> Resolution | None:
    """Return the case, or None if there is no such id."""
    row = connection.execute(select(table).where(table.c.id == case_id)).one_or_none()
    return _case(row) if row else None


def latest(connection: Connection, thread_id: int) -> Resolution | None:
    """Return the thread's latest case, or None if none was stored."""
    row = connection.execute(_LATEST, {"thread": thread_id}).one_or_none()
    return _case(row) if row else None


def reminders_of(connection: Connection, thread: Thread, started_at: datetime) -> list[NagLevel]:
    """Return the reminders of the case that began then, in whichever thread of the customer it was."""
    theirs = (of_thread.c.customer_id == thread.customer_id, of_thread.c.desk == thread.desk)
    customers = select(of_thread.c.id).where(*theirs)
    levels = select(table.c.nag_level).where(table.c.thread_id.in_(customers), table.c.started_at == started_at)
    return [NagLevel(level) for level in connection.execute(levels).scalars()]


def keep(connection: Connection, thread_id: int, desk: str, case: Resolution) -> None:
    """Store how the thread's case that began at that time stands now."""
    this = (table.c.thread_id == thread_id, table.c.started_at == case.started_at)
    if not connection.execute(update(table).where(*this).values(_values(case))).rowcount:
        add(connection, [(thread_id, desk, case)])


def due(connection: Connection, desks: Iterable[str], at: datetime, limit: int, *, lock: bool = False) -> list[Due]:
    """Return cases of these desks of which somebody is to be reminded; with `lock`, those that nobody else holds."""
    rows = connection.execute(due_rows(table, at, limit, lock=lock).where(table.c.desk.in_(list(desks))))
    return [Due(row.id, row.thread_id, _case(row)) for row in rows]


def nagged(connection: Connection, due: Due, level: NagLevel) -> None:
    """Record that somebody was reminded; after a breach nobody is any more."""
    next_at = due.case.due_at if level is NagLevel.WARNING else None
    connection.execute(update(table).where(table.c.id == due.id).values(nag_level=level, next_nag_at=next_at))


def _values(case: Resolution) -> dict[str, Any]:
    seconds = {name: round(getattr(case, name).total_seconds()) for name in ("target", "spent")}
    return {name: getattr(case, name) for name in names(Resolution)} | seconds


def _case(row: Row[Any]) -> Resolution:
    lengths = {name: timedelta(seconds=getattr(row, name)) for name in ("target", "spent")}
    return record(Resolution, row, nag_level=NagLevel(row.nag_level), **lengths)
