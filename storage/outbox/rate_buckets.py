"""Lanes: what limits the pace of deliveries and of look-ups, such as a channel or an account, and when each is free."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from storage.engine import upsert
from storage.tables import lane as table

_NEXT_OPENING = select(func.min(table.c.free_at)).where(table.c.free_at > bindparam("at"))


def take(connection: Connection, name: str, at: datetime, until: datetime) -> bool:
    """Use a lane: True for the one caller who got it; nobody else does before `until`."""
    taken = connection.execute(
        upsert(connection, table)
        .values(name=name, free_at=until)
        .on_conflict_do_update(index_elements=["name"], set_={"free_at": until}, where=table.c.free_at <= at)
        .returning(table.c.name)
    ).one_or_none()
    return taken is not None


def give_back(connection: Connection, name: str, until: datetime, at: datetime) -> None:
    """What `take` took until then was not used; nothing happens when it has been extended or closed since."""
    connection.execute(update(table).where(table.c.name == name, table.c.free_at == until).values(free_at=at))


def opening(connection: Connection, name: str, at: datetime) -> datetime | None:
    """When a lane opens that is closed at `at`; None for one that is free. Asked without taking a lock."""
    opens: datetime | None = connection.execute(
        select(table.c.free_at).where(table.c.name == name, table.c.free_at > at)
    ).scalar_one_or_none()
    return opens


def is_free(connection: Connection, name: str, at: datetime) -> bool:
    """Whether `take` may succeed."""
    return opening(connection, name, at) is None


def close(connection: Connection, name: str, until: datetime) -> None:
    """Slack or the network asked us to wait."""
    connection.execute(
        upsert(connection, table)
        .values(name=name, free_at=until)
        .on_conflict_do_update(index_elements=["name"], set_={"free_at": until})
    )


def extend(connection: Connection, name: str, until: datetime) -> None:
    """It was used for longer than was thought; one that is closed for longer still stays so."""
    connection.execute(update(table).where(table.c.name == name, table.c.free_at < until).values(free_at=until))


def next_opening(connection: Connection, at: datetime) -> datetime | None:
    """When the first of the lanes opens that are closed at `at`."""
    opens: datetime | None = connection.execute(_NEXT_OPENING, {"at": at}).scalar_one()
    return opens
