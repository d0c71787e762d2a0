"""What was set in Slack: a row a change, never altered and never removed, so that it can be told and undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.domain.desk.setting import SettingChange
from storage.engine import upsert
from storage.rows import record
from storage.tables import setting as table

_COUNT = select(func.count()).select_from(table)
_NEWEST = select(table).where(table.c.id.in_(select(func.max(table.c.id)).group_by(table.c.desk, table.c.key)))


def count(connection: Connection) -> int:
    """Count the changes; the number has grown when something was set, whichever process set it.

    The highest id would not do: of two changes at once, the one with the lower id may be committed last.
    """
    return connection.execute(_COUNT).scalar_one()


def newest(connection: Connection) -> list[SettingChange]:
    """Return the change that counts of every desk and key."""
    return [record(SettingChange, row) for row in connection.execute(_NEWEST.order_by(table.c.desk, table.c.key))]


def of_key(connection: Connection, key: str) -> list[SettingChange]:
    """Return every change of this setting, at all desks."""
    return [record(SettingChange, row) for row in connection.execute(select(table).where(table.c.key == key))]


def by_id(connection: Connection, ids: Iterable[int]) -> dict[int, SettingChange]:
    """Return these changes by id; unknown ids are left out."""
    rows = connection.execute(select(table).where(table.c.id.in_(list(ids))))
    return {row.id: record(SettingChange, row) for row in rows}


def after(connection: Connection, desk: str, key: str, follows: int) -> SettingChange | None:
    """Return the change of this key that follows the given one, if there is any."""
    found = select(table).where(table.c.desk == desk, table.c.key == key, table.c.follows == follows)
    row = connection.execute(found).one_or_none()
    return record(SettingChange, row) if row else None


def latest(connection: Connection, desk: str, limit: int) -> list[SettingChange]:
    """Return the desk's last changes, newest first."""
    rows = connection.execute(select(table).where(table.c.desk == desk).order_by(table.c.id.desc()).limit(limit))
    return [record(SettingChange, row) for row in rows]


def add(
    connection: Connection, desk: str, key: str, value: Any, *, follows: int, by: str, at: datetime, applied: bool
) -> int | None:
    """Store a change that follows another one; return its id, or None if something else follows that one already."""
    values = {"desk": desk, "key": key, "value": value, "follows": follows, "by": by, "at": at, "applied": applied}
    added = upsert(connection, table).values(values).on_conflict_do_nothing().returning(table.c.id)
    return connection.execute(added).scalar_one_or_none()
