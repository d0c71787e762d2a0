"""How far each network was read, and whether it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from storage.engine import upsert
from storage.tables import feed as table


@dataclass(frozen=True, slots=True)
class Feed:
    network: str
    cursor: str | None
    fetched_at: datetime | None
    failing_since: datetime | None
    error: str | None


def take(connection: Connection, network: str, at: datetime, until: datetime) -> Feed | None:
    """The feed, for this process alone until `until`; None while another one reads it."""
    connection.execute(upsert(connection, table).values(network=network).on_conflict_do_nothing())
    row = connection.execute(
        update(table)
        .where(table.c.network == network, or_(table.c.leased_until.is_(None), table.c.leased_until <= at))
        .values(leased_until=until)
        .returning(table)
    ).one_or_none()
    return Feed(row.network, row.cursor, row.fetched_at, row.failing_since, row.error) if row else None


def get(connection: Connection, network: str) -> Feed | None:
    row = connection.execute(select(table).where(table.c.network == network)).one_or_none()
    return Feed(row.network, row.cursor, row.fetched_at, row.failing_since, row.error) if row else None


def read(connection: Connection, network: str, cursor: str | None, at: datetime, next_at: datetime) -> None:
    """The network answered: keep the cursor (None keeps the old one), and leave it alone until `next_at`."""
    values: dict[str, object] = {"fetched_at": at, "failing_since": None, "error": None, "leased_until": next_at}
    if cursor is not None:
        values["cursor"] = cursor
    connection.execute(update(table).where(table.c.network == network).values(**values))


def failed(connection: Connection, feed: Feed, error: str, at: datetime, next_at: datetime) -> None:
    connection.execute(
        update(table)
        .where(table.c.network == feed.network)
        .values(failing_since=feed.failing_since or at, error=error, leased_until=next_at)
    )
