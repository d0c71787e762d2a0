"""Names that are taken until an instant; at most one caller gets a free name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, select

from storage.engine import upsert


@dataclass(frozen=True, slots=True)
class FreeAt:
    """The statements for a table with the columns `name` and `free_at`."""

    table: Table

    def take(self, connection: Connection, name: str, at: datetime, until: datetime) -> bool:
        """Take a name until `until`; return True to the one caller who gets it, False to all others."""
        columns = self.table.c
        taken = connection.execute(
            upsert(connection, self.table)
            .values(name=name, free_at=until)
            .on_conflict_do_update(index_elements=["name"], set_={"free_at": until}, where=columns.free_at <= at)
            .returning(columns.name)
        ).one_or_none()
        return taken is not None

    def until(self, connection: Connection, name: str) -> datetime | None:
        """Return until when a name was last taken, which may be over; None if it never was."""
        until: datetime | None = connection.execute(
            select(self.table.c.free_at).where(self.table.c.name == name)
        ).scalar_one_or_none()
        return until

    def opening(self, connection: Connection, name: str, at: datetime) -> datetime | None:
        """Return when a name that is taken at `at` becomes free; None if it is free. Takes no lock."""
        columns = self.table.c
        opens: datetime | None = connection.execute(
            select(columns.free_at).where(columns.name == name, columns.free_at > at)
        ).scalar_one_or_none()
        return opens

    def is_free(self, connection: Connection, name: str, at: datetime) -> bool:
        """Tell whether `take` may succeed."""
        return self.opening(connection, name, at) is None

    def close(self, connection: Connection, name: str, until: datetime) -> None:
        """Keep everybody from taking the name before `until`, whoever holds it now."""
        connection.execute(
            upsert(connection, self.table)
            .values(name=name, free_at=until)
            .on_conflict_do_update(index_elements=["name"], set_={"free_at": until})
        )
