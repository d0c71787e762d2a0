"""Busy periods: each desk has at most one open, whichever process saw it first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.domain.alerts.backlog import Backlog
from bot.domain.cases.conversation import EventKind
from storage.engine import upsert
from storage.rows import record
from storage.tables import backlog as table
from storage.tables import event, thread


def going_on(connection: Connection, desk: str) -> Backlog | None:
    """Return the desk's backlog that has not ended, or None."""
    row = connection.execute(select(table).where(table.c.desk == desk, table.c.ended_at.is_(None))).one_or_none()
    return record(Backlog, row) if row else None


def get(connection: Connection, backlog_id: int) -> Backlog | None:
    """Return the backlog, or None if there is no such id."""
    row = connection.execute(select(table).where(table.c.id == backlog_id)).one_or_none()
    return record(Backlog, row) if row else None


def begin(connection: Connection, desk: str, at: datetime, cards: int) -> int | None:
    """Begin a busy period; return its id to the one caller who began it, None to all others."""
    row = connection.execute(
        upsert(connection, table)
        .values(desk=desk, started_at=at, shown_at=at, cards_at_start=cards)
        .on_conflict_do_nothing()
        .returning(table.c.id)
    ).one_or_none()
    return row.id if row else None


def show(connection: Connection, backlog: Backlog, at: datetime) -> bool:
    """Return True to the one caller who updates the digest this time."""
    return _changed(connection, backlog, shown_at=at)


def end(connection: Connection, backlog: Backlog, at: datetime) -> bool:
    """Count what came in until `at`; return True to the one caller who ends it."""
    came: int = connection.execute(
        select(func.count())
        .select_from(event.join(thread, thread.c.id == event.c.thread_id))
        .where(
            event.c.at > backlog.started_at,
            event.c.at <= at,
            event.c.kind == EventKind.RECEIVED,
            thread.c.desk == backlog.desk,
        )
    ).scalar_one()
    return _changed(connection, backlog, ended_at=at, mentions=backlog.cards_at_start + came)


def _changed(connection: Connection, backlog: Backlog, **values: Any) -> bool:
    """Compare and set: change the row only if nobody has since it was read."""
    row = connection.execute(
        update(table)
        .where(table.c.id == backlog.id, table.c.shown_at == backlog.shown_at, table.c.ended_at.is_(None))
        .values(**values)
        .returning(table.c.id)
    ).one_or_none()
    return row is not None
