"""Rate buckets: what limits the pace of deliveries and look-ups, such as a channel or an account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from storage.free_at import FreeAt
from storage.tables import rate_bucket as table

_buckets = FreeAt(table)
take = _buckets.take
opening = _buckets.opening
close = _buckets.close

_NEXT_OPENING = select(func.min(table.c.free_at)).where(table.c.free_at > bindparam("at"))


def give_back(connection: Connection, name: str, until: datetime, at: datetime) -> None:
    """Free what `take` took until `until` and nobody used, unless the bucket was extended or closed since."""
    connection.execute(update(table).where(table.c.name == name, table.c.free_at == until).values(free_at=at))


def extend(connection: Connection, name: str, until: datetime) -> None:
    """Keep a bucket taken until `until`; one that is closed for longer stays so."""
    connection.execute(update(table).where(table.c.name == name, table.c.free_at < until).values(free_at=until))


def next_opening(connection: Connection, at: datetime) -> datetime | None:
    """Return when the first of the buckets that are closed at `at` opens."""
    opens: datetime | None = connection.execute(_NEXT_OPENING, {"at": at}).scalar_one()
    return opens
