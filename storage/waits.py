"""Every wait of every customer: what the figures are made of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Update, update

from bot.domain.thread import Thread
from storage.tables import wait as table


def follow(
    connection: Connection, before: Thread | None, after: Thread, at: datetime, outcome: str, by: str | None
) -> None:
    """Keep the rows in step with a thread that changed.

    A wait begins when a customer who did not wait does, moves when its oldest message changes, and ends with
    `outcome` ("answered", "closed", "withdrawn") when it stops; a reply that leaves a newer message unanswered ends
    one wait and begins the next.
    """
    was = before.waiting_since if before else None
    line = after.deadline
    same = was is not None and line is not None and outcome != "answered"
    if same and line:
        connection.execute(_open(after.id).values(since=after.waiting_since, due_at=line.due_at))
        return
    if was is not None:
        connection.execute(_open(after.id).values(ended_at=at, outcome=outcome, by=by))
    if line is not None:
        connection.execute(
            table.insert().values(
                thread_id=after.id, desk=after.desk, target=line.target, since=after.waiting_since, due_at=line.due_at
            )
        )


def _open(thread_id: int) -> Update:
    return update(table).where(table.c.thread_id == thread_id, table.c.ended_at.is_(None))
