"""Every wait of every customer: what the figures are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update, select, update

from bot.domain.standup import Wait
from bot.domain.targets import Target
from bot.domain.thread import Thread
from storage.tables import wait as table


def follow(connection: Connection, before: Thread, after: Thread, at: datetime, outcome: str | None, by: str) -> None:
    """Keep the rows in step with a thread that changed.

    A wait begins when a customer who did not wait does, moves when its oldest message changes, and ends with
    `outcome` ("answered", "closed", "withdrawn") when it stops; a reply that leaves a newer message unanswered ends
    one wait and begins the next.
    """
    line = after.deadline
    if line is not None and before.waiting_since is not None and outcome is None:
        connection.execute(_open(after.id).values(since=after.waiting_since, due_at=line.due_at))
        return
    if before.waiting_since is not None:
        connection.execute(_open(after.id).values(ended_at=at, outcome=outcome, by=by))
    if line is not None:
        connection.execute(
            table.insert().values(
                thread_id=after.id, desk=after.desk, target=line.target, since=after.waiting_since, due_at=line.due_at
            )
        )


def get(connection: Connection, thread_id: int, since: datetime) -> Wait | None:
    """The thread's newest wait that began at `since`."""
    row = connection.execute(
        select(table).where(table.c.thread_id == thread_id, table.c.since == since).order_by(table.c.id.desc()).limit(1)
    ).one_or_none()
    return wait_of(row) if row else None


def wait_of(row: Row[Any]) -> Wait:
    return Wait(Target(row.target), row.since, row.due_at, row.ended_at, row.outcome, row.by)


def _open(thread_id: int) -> Update:
    return update(table).where(table.c.thread_id == thread_id, table.c.ended_at.is_(None))
