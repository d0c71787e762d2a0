"""Copies everything from one database to another, of either kind."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, Table, func, select

from storage import migrate
from storage.engine import reading, transaction
from storage.tables import metadata

BATCH = 1000


class NotCopied(Exception):
    """Nothing was copied; the message says why and what to do."""


def copy(source: Engine, target: Engine) -> Iterator[tuple[str, int]]:
    """Migrate `target` and copy every table in one transaction; yield each table's name and row count when done.

    New rows get numbers after the copied ones. Raises NotCopied, and leaves the target empty, if the target holds
    anything, if the source lacks migrations, or if it was written to meanwhile.
    """
    if not migrate.is_current(source):
        raise NotCopied("the database to copy from lacks migrations: run `webcare migrate` first")
    with reading(source) as from_:
        migrate.upgrade(target)
        with transaction(target) as to:
            full = [table.name for table in metadata.sorted_tables if _count(to, table)]
            if full:
                raise NotCopied(f"the database to copy to holds {', '.join(full)} already: name an empty one")
            for table in metadata.sorted_tables:
                yield table.name, _copy(from_, to, table)
            with reading(source) as now:
                changed = [table.name for table in metadata.sorted_tables if _count(now, table) != _count(to, table)]
            if changed:
                raise NotCopied(f"{', '.join(changed)} changed meanwhile: stop the desk, then copy again")


def _copy(from_: Connection, to: Connection, table: Table) -> int:
    rows = from_.execution_options(yield_per=BATCH).execute(select(table))
    for batch in rows.mappings().partitions():
        to.execute(table.insert(), [dict(row) for row in batch])
    count = _count(to, table)
    counter = table.autoincrement_column
    if count and counter is not None and to.dialect.name == "postgresql":
        to.execute(select(func.setval(func.pg_get_serial_sequence(table.name, counter.name), func.max(counter))))
    return count


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
