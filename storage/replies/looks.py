"""Drafts that a colleague was asked to look at, and what they suggested."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain.replies.look import Look
from storage.rows import record
from storage.tables import look as table

_FORGOTTEN = {"text": "", "suggestion": ""}


def add(connection: Connection, **values: Any) -> Look:
    """Store what a colleague is shown and return it. `values` are columns of the table."""
    return record(Look, connection.execute(table.insert().values(**values).returning(table)).one())


def get(connection: Connection, look_id: int) -> Look | None:
    """Return it, or None if there is no such id."""
    row = connection.execute(select(table).where(table.c.id == look_id)).one_or_none()
    return record(Look, row) if row else None


def suggest(connection: Connection, look_id: int, text: str, by: str, at: datetime) -> None:
    """Store what a colleague suggests, in place of what was suggested before."""
    values = {"suggestion": text, "suggested_by": by, "suggested_at": at, "taken_at": None}
    connection.execute(update(table).where(table.c.id == look_id).values(values))


def take(connection: Connection, look_id: int, at: datetime) -> None:
    """Record that the owner took the suggestion."""
    connection.execute(update(table).where(table.c.id == look_id).values(taken_at=at))


def erase(connection: Connection, thread_id: int) -> None:
    """Forget the words of a thread's looks."""
    connection.execute(update(table).where(table.c.thread_id == thread_id).values(_FORGOTTEN))


def forget(connection: Connection, thread_id: int, owner: str) -> None:
    """Forget the words of an agent's looks in a thread, because their draft was sent."""
    connection.execute(update(table).where(table.c.thread_id == thread_id, table.c.owner == owner).values(_FORGOTTEN))


def forget_before(connection: Connection, at: datetime) -> list[int]:
    """Forget the words of all that are older; return the threads that they were about."""
    old = (table.c.at < at, table.c.text != "")
    rows = connection.execute(update(table).where(*old).values(_FORGOTTEN).returning(table.c.thread_id))
    return sorted(set(rows.scalars()))
