"""Labels: what the team says that a thread is about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.at_desk import at_desks
from storage.engine import upsert
from storage.tables import label as table
from storage.tables import post, thread

DESKS = 5  # that share the latest labels


def of_thread(connection: Connection, thread_id: int) -> tuple[str, ...]:
    """Return the thread's labels, the first one that was set first."""
    return of_threads(connection, [thread_id]).get(thread_id, ())


def of_threads(connection: Connection, thread_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the labels of these threads by number; threads without any are left out."""
    if not thread_ids:
        return {}
    rows = connection.execute(
        select(table.c.thread_id, table.c.name)
        .where(table.c.thread_id.in_(thread_ids))
        .order_by(table.c.at, table.c.name)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row.thread_id] = (*found.get(row.thread_id, ()), row.name)
    return found


def latest(connection: Connection, desk: str, but: int, limit: int) -> list[tuple[str, str]]:
    """Return the labels that were set last at a desk, each with what a customer wrote in that thread.

    The thread `but` is left out, and so is what customers deleted or were erased with. Costs the same however many
    threads are labelled, so that a busy desk may leave a quiet one fewer than `limit`.
    """
    newest = select(table).order_by(table.c.at.desc()).limit(limit * DESKS).subquery()
    rows = connection.execute(
        select(newest.c.name, post.c.text)
        .join(thread, thread.c.id == newest.c.thread_id)
        .join(post, post.c.thread_id == newest.c.thread_id)
        .where(at_desks([desk]), thread.c.id != but, post.c.inbound, post.c.text != "")
        .order_by(newest.c.at.desc())
        .limit(limit)
    )
    return [(row.name, row.text) for row in rows]


def add(connection: Connection, thread_id: int, name: str, by: str, at: datetime) -> None:
    """Label a thread that does not have this label yet."""
    connection.execute(table.insert().values(thread_id=thread_id, name=name, by=by, at=at))


def remove(connection: Connection, thread_ids: Collection[int], name: str) -> None:
    """Take a label off these threads."""
    connection.execute(delete(table).where(table.c.thread_id.in_(thread_ids), table.c.name == name))


def move(connection: Connection, from_: int, into: int) -> None:
    """Let a thread have the labels of the one that was merged into it as well.

    That one keeps those of its own, to have them again after a split; what it had by a merge goes on.
    """
    theirs = connection.execute(select(table).where(table.c.thread_id == from_)).all()
    if not theirs:
        return
    values = [
        {"thread_id": into, "name": row.name, "by": row.by, "at": row.at, "moved_from": row.moved_from or from_}
        for row in theirs
    ]
    connection.execute(upsert(connection, table).on_conflict_do_nothing(), values)
    connection.execute(delete(table).where(table.c.thread_id == from_, table.c.moved_from.isnot(None)))


def move_back(connection: Connection, from_: int, into: int, others: Collection[int]) -> None:
    """Undo that; `others` are still merged into the same thread, which keeps their labels."""
    connection.execute(delete(table).where(table.c.thread_id == into, table.c.moved_from == from_))
    for other in others:
        move(connection, other, into)
