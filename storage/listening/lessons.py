"""What colleagues taught a desk by saying that something was not for us."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from bot.domain.customers.customer import Identity
from bot.domain.listening.lesson import Lesson
from storage.engine import upsert
from storage.rows import record
from storage.tables import lesson as table


def add(
    connection: Connection,
    found_id: int,
    *,
    desk: str,
    network: str,
    author_id: str,
    author_handle: str,
    words: str,
    by: str,
    at: datetime,
) -> None:
    """Remember that what was found was not for us, as `by` said; `words` are digests."""
    values = {
        "found_id": found_id,
        "desk": desk,
        "network": network,
        "author_id": author_id,
        "author_handle": author_handle,
        "words": words,
        "by": by,
        "at": at,
    }
    connection.execute(upsert(connection, table).values(**values).on_conflict_do_nothing())


def take_back(connection: Connection, found_id: int) -> None:
    """Forget what was learned from something that was found."""
    connection.execute(delete(table).where(table.c.found_id == found_id))


def of_desk(connection: Connection, desk: str, network: str | None = None) -> list[Lesson]:
    """Return what a desk was taught, on one network if that is given, newest first."""
    query = select(table).where(table.c.desk == desk).order_by(table.c.id.desc())
    rows = connection.execute(query if network is None else query.where(table.c.network == network))
    return [record(Lesson, row) for row in rows]


def delete_before(connection: Connection, before: datetime) -> None:
    """Forget what was taught before that instant."""
    connection.execute(delete(table).where(table.c.at < before))


def erase(connection: Connection, identities: Iterable[Identity]) -> None:
    """Forget what was learned from what these people wrote."""
    theirs = [(one.network, one.author_id) for one in identities]
    connection.execute(delete(table).where(tuple_(table.c.network, table.c.author_id).in_(theirs)))
