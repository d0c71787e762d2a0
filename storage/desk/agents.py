"""Agents as Slack knows them, kept so that a click needs no question to Slack."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.cases.conversation import Person
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


def told(connection: Connection, person_id: str) -> tuple[Person, datetime] | None:
    """The person, and when Slack told so."""
    row = connection.execute(select(table).where(table.c.id == person_id)).one_or_none()
    return (record(Person, row), row.fetched_at) if row else None
