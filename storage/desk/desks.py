"""Which desks have threads here, since when each has been running, and what one leaves to another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, select, update

from storage.engine import upsert
from storage.outbox.kinds import MessageKind
from storage.tables import backlog, bank_entry, late_list, outbox, set_aside, thread, volume_spike, wait
from storage.tables import desk as table

_NEXT = select(func.min(thread.c.desk)).where(thread.c.desk > bindparam("after"))


def since(connection: Connection, name: str, at: datetime) -> datetime:
    """Return when the desk first ran here; if it never did, record `at` and return it."""
    connection.execute(upsert(connection, table).values(name=name, since=at).on_conflict_do_nothing())
    first: datetime = connection.execute(select(table.c.since).where(table.c.name == name)).scalar_one()
    return first


def with_threads(connection: Connection) -> list[str]:
    """List every desk that has threads, including those that left the config.

    Steps from one name to the next by the index, because a DISTINCT would read an index entry for every thread.
    """
    found: list[str] = []
    following: str | None = ""
    while (following := connection.execute(_NEXT, {"after": following}).scalar_one()) is not None:
        found.append(following)
    return found


def with_set_asides(connection: Connection) -> list[str]:
    """List every desk that has posts which could not be stored."""
    return list(connection.execute(select(set_aside.c.desk).distinct()).scalars())


def waiting(connection: Connection) -> dict[tuple[str, str], int]:
    """Count the waiting customers by desk and account; pairs without any are left out."""
    by = (thread.c.desk, thread.c.account)
    rows = connection.execute(select(*by, func.count()).where(thread.c.due_at.isnot(None)).group_by(*by))
    return {(name, account): count for name, account, count in rows}


def pass_on(connection: Connection, from_: str, account: str, to: str) -> int:
    """Give one desk's threads and set asides on an account to another desk, with their figures; return how many."""
    moved = update(thread).where(thread.c.desk == from_, thread.c.account == account).values(desk=to)
    ids = list(connection.execute(moved.returning(thread.c.id)).scalars())
    if ids:
        theirs = select(thread.c.id).where(thread.c.desk == to, thread.c.account == account)
        connection.execute(update(wait).where(wait.c.desk == from_, wait.c.thread_id.in_(theirs)).values(desk=to))
    aside = update(set_aside).where(set_aside.c.desk == from_, set_aside.c.account == account).values(desk=to)
    return len(ids) + connection.execute(aside).rowcount


def pass_on_overviews(connection: Connection, from_: str, to: str, at: datetime) -> None:
    """Give one desk's digest, spike, late lists, standups that are not posted yet and knowledge to another desk.

    Where that one has its own, this desk's ends.
    """
    for table_ in (backlog, volume_spike):
        going_on = and_(table_.c.desk == from_, table_.c.ended_at.is_(None))
        own = select(table_.c.id).where(table_.c.desk == to, table_.c.ended_at.is_(None)).exists()
        connection.execute(update(table_).where(going_on, own).values(ended_at=at))
        connection.execute(update(table_).where(table_.c.desk == from_).values(desk=to))
    heirs = late_list.alias()
    own_list = (
        select(heirs.c.id).where(heirs.c.desk == to, heirs.c.lead == late_list.c.lead, heirs.c.ended_at.is_(None))
    ).exists()
    going_on = and_(late_list.c.desk == from_, late_list.c.ended_at.is_(None))
    connection.execute(update(late_list).where(going_on, own_list).values(ended_at=at))
    connection.execute(update(late_list).where(late_list.c.desk == from_).values(desk=to))
    connection.execute(update(bank_entry).where(bank_entry.c.desk == from_).values(desk=to))
    standups = select(outbox.c.id, outbox.c.payload).where(
        outbox.c.kind == MessageKind.STANDUP, outbox.c.generation > outbox.c.delivered_generation
    )
    for row in connection.execute(standups).all():
        if row.payload["desk"] == from_:
            moved = update(outbox).where(outbox.c.id == row.id)
            connection.execute(moved.values(payload=row.payload | {"desk": to}))
