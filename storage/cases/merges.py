"""Merged threads: what was said and waited for moves, and can move back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.domain.cases.thread import Thread
from storage.cases import threads
from storage.tables import post, thread, wait


def move(connection: Connection, from_: int, into: int) -> None:
    """Move the thread's posts, and the wait that goes on in it. Each row keeps everything but its thread."""
    for table, rows in ((post, ()), (wait, (wait.c.ended_at.is_(None),))):
        came_from = func.coalesce(table.c.moved_from, from_)
        theirs = update(table).where(table.c.thread_id == from_, *rows)
        connection.execute(theirs.values(thread_id=into, moved_from=came_from))


def bring(connection: Connection, from_: int, into: int, wait_ids: Iterable[int]) -> None:
    """Move waits after their thread which had ended when that was merged, and go on."""
    theirs = update(wait).where(wait.c.id.in_(list(wait_ids)))
    connection.execute(theirs.values(thread_id=into, moved_from=func.coalesce(wait.c.moved_from, from_)))


def move_back(connection: Connection, from_: int, into: int) -> None:
    """Undo that, also for what came in since."""
    for table in (post, wait):
        connection.execute(
            update(table)
            .where(table.c.thread_id == into, table.c.moved_from == from_)
            .values(thread_id=from_, moved_from=None)
        )


def move_open_wait(connection: Connection, from_: int, into: int) -> None:
    """Give the wait that goes on in a thread to another one."""
    connection.execute(update(wait).where(wait.c.thread_id == from_, wait.c.ended_at.is_(None)).values(thread_id=into))


def follow(connection: Connection, from_: int, into: int) -> None:
    """Have what was merged into the one thread be merged into the other."""
    connection.execute(update(thread).where(thread.c.merged_into == from_).values(merged_into=into))


def merged(connection: Connection, thread_id: int) -> dict[int, Thread]:
    """Return the threads that go on in this one, by number."""
    return threads.by_number(connection, merged_into(connection, [thread_id]))


def merged_within(connection: Connection, after: datetime, until: datetime) -> set[int]:
    """Return the threads that were merged after the one instant and by the other, and those that they went into."""
    rows = connection.execute(
        select(thread.c.id, thread.c.merged_into).where(
            thread.c.merged_into.isnot(None), thread.c.merged_at > after, thread.c.merged_at <= until
        )
    )
    return {number for row in rows for number in row}


def merged_into(connection: Connection, thread_ids: Iterable[int]) -> list[int]:
    """Return the numbers of the threads that these go on with."""
    query = select(thread.c.id).where(thread.c.merged_into.in_(list(thread_ids))).order_by(thread.c.id)
    return list(connection.execute(query).scalars())
