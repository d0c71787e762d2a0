"""The append-only timeline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.conversation import Event
from storage.tables import event as table


def add(
    connection: Connection, thread_id: int, at: datetime, kind: str, actor: str, via: str, **facts: str | int | None
) -> None:
    connection.execute(table.insert().values(thread_id=thread_id, at=at, kind=kind, actor=actor, via=via, facts=facts))


def of_thread(connection: Connection, thread_id: int) -> list[Event]:
    """The thread's timeline, oldest first."""
    rows = connection.execute(select(table).where(table.c.thread_id == thread_id).order_by(table.c.at, table.c.id))
    return [Event(row.thread_id, row.at, row.kind, row.actor, row.via, row.facts) for row in rows]
