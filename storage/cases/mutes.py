"""Mutes: whose posts make no cards, until when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from bot.domain.cases.mute import Mute
from bot.domain.cases.thread import Thread
from storage.engine import upsert
from storage.rows import record
from storage.tables import mute as table
from storage.tables import post, thread


def begin(connection: Connection, muted: Thread, reason: str, by: str, at: datetime, until: datetime) -> bool:
    """Mute the author of this thread; return False if somebody else just did."""
    row = connection.execute(
        upsert(connection, table)
        .values(
            desk=muted.desk,
            customer_id=muted.customer_id,
            customer_handle=muted.customer_handle,
            thread_id=muted.id,
            reason=reason,
            by=by,
            at=at,
            until=until,
        )
        .on_conflict_do_nothing()
        .returning(table.c.id)
    ).one_or_none()
    return row is not None


def of(connection: Connection, author: Thread, at: datetime) -> Mute | None:
    """Return the mute of this thread's author that holds at that time."""
    row = connection.execute(select(table).where(*_open(author), table.c.until > at)).one_or_none()
    return _mute(row) if row else None


def listed(connection: Connection, at: datetime) -> list[tuple[Mute, int]]:
    """Return every mute that holds, oldest first, each with how many posts it kept from making cards."""
    kept = (
        select(func.count())
        .select_from(post.join(thread, thread.c.id == post.c.thread_id))
        .where(
            post.c.muted,
            post.c.stored_at >= table.c.at,
            thread.c.desk == table.c.desk,
            thread.c.customer_id == table.c.customer_id,
        )
        .scalar_subquery()
        .label("kept")
    )
    query = select(table, kept).where(table.c.ended_at.is_(None), table.c.until > at).order_by(table.c.id)
    return [(_mute(row), row.kept) for row in connection.execute(query)]


def end(connection: Connection, mute: Mute, at: datetime) -> bool:
    """Return True to the one caller who ends it."""
    row = connection.execute(
        update(table).where(table.c.id == mute.id, table.c.ended_at.is_(None)).values(ended_at=at).returning(table.c.id)
    ).one_or_none()
    return row is not None


def end_past(connection: Connection, author: Thread, at: datetime) -> None:
    """Record the end of this author's mute if its time is over, so that there can be another one."""
    connection.execute(update(table).where(*_open(author), table.c.until <= at).values(ended_at=table.c.until))


def holding(connection: Connection, author: Thread) -> list[int]:
    """Return the author's threads in which a mute, of now or of before, keeps posts from counting."""
    rows = connection.execute(
        select(post.c.thread_id)
        .join(thread, thread.c.id == post.c.thread_id)
        .where(
            post.c.muted,
            thread.c.desk == author.desk,
            thread.c.customer_id == author.customer_id,
            thread.c.erased_at.is_(None),
        )
        .distinct()
    )
    return sorted(rows.scalars())


def release(connection: Connection, thread_ids: Collection[int]) -> None:
    """Let every post in these threads count that a mute kept from it."""
    connection.execute(update(post).where(post.c.thread_id.in_(thread_ids), post.c.muted).values(muted=False))


def forget(connection: Connection, customers: Collection[int]) -> None:
    """Forget that these customers were muted."""
    if customers:
        connection.execute(delete(table).where(table.c.customer_id.in_(customers)))


def delete_before(connection: Connection, before: datetime, *, desk: str | None = None) -> None:
    """Delete mutes that were over before that instant; of one desk if given."""
    query = delete(table).where(func.coalesce(table.c.ended_at, table.c.until) < before)
    connection.execute(query if desk is None else query.where(table.c.desk == desk))


def _open(author: Thread) -> tuple[ColumnElement[bool], ...]:
    """Build the conditions for the author's mutes at the thread's desk whose end is not recorded."""
    return table.c.desk == author.desk, table.c.customer_id == author.customer_id, table.c.ended_at.is_(None)


def _mute(row: Row[Any]) -> Mute:
    return record(Mute, row)
