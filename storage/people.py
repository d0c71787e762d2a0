"""Agents as Slack knows them, kept so that a click needs no question to Slack."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.conversation import Person
from storage.engine import upsert
from storage.rows import record
from storage.tables import person as table


def keep(connection: Connection, person: Person, at: datetime) -> None:
    values = {"name": person.name, "locale": person.locale, "fetched_at": at}
    connection.execute(
        upsert(connection, table)
        .values(id=person.id, **values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )


def get(connection: Connection, ids: Iterable[str]) -> dict[str, Person]:
    rows = connection.execute(select(table).where(table.c.id.in_(list(ids))))
    return {row.id: record(Person, row) for row in rows}


def fresh_since(connection: Connection, person_id: str, since: datetime) -> Person | None:
    """The person, when Slack was asked about them after `since`."""
    row = connection.execute(select(table).where(table.c.id == person_id, table.c.fetched_at >= since)).one_or_none()
    return record(Person, row) if row else None
