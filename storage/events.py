"""The append-only timeline."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.conversation import Event
from bot.domain.errors import Refused
from storage.engine import upsert
from storage.tables import event as table


def add(
    connection: Connection,
    thread_id: int,
    at: datetime,
    kind: str,
    actor: str,
    via: str,
    *,
    request: str | None = None,
    **facts: str | int | None,
) -> None:
    """Write a line. Raises Refused("repeated") when `request` has written one already: Slack or somebody else sent
    the same thing twice, and the whole transaction is to be undone."""
    values = {"thread_id": thread_id, "at": at, "kind": kind, "actor": actor, "via": via, "facts": facts}
    added = connection.execute(
        upsert(connection, table)
        .values(request=request, **values)
        .on_conflict_do_nothing(index_elements=["request"])
        .returning(table.c.id)
    ).one_or_none()
    if added is None:
        raise Refused("repeated", thread=thread_id)


def of_thread(connection: Connection, thread_id: int) -> list[Event]:
    """The thread's timeline, oldest first."""
    rows = connection.execute(select(table).where(table.c.thread_id == thread_id).order_by(table.c.at, table.c.id))
    return [Event(row.thread_id, row.at, row.kind, row.actor, row.via, row.facts) for row in rows]
