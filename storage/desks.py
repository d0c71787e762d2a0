"""Since when each desk has been running here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from storage.engine import upsert
from storage.tables import desk as table


def since(connection: Connection, name: str, at: datetime) -> datetime:
    """When the desk first ran here, which is `at` if it never did."""
    connection.execute(upsert(connection, table).values(name=name, since=at).on_conflict_do_nothing())
    first: datetime = connection.execute(select(table.c.since).where(table.c.name == name)).scalar_one()
    return first
