"""How far what each of our accounts has itself posted was read."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage.engine import upsert
from storage.tables import own_timeline as table


def cursor(connection: Connection, account: str) -> str | None:
    """Return how far the account's own posts were read; None if they never were."""
    read: str | None = connection.execute(select(table.c.cursor).where(table.c.account == account)).scalar_one_or_none()
    return read


def keep(connection: Connection, account: str, cursor: str | None) -> None:
    """Store how far they were read; None keeps what is known."""
    if cursor is not None:
        values = {"cursor": cursor}
        connection.execute(
            upsert(connection, table)
            .values(account=account, **values)
            .on_conflict_do_update(index_elements=["account"], set_=values)
        )
