"""Threads: find, lock, save."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, or_, select, tuple_, union_all, update

from bot.domain.cases.thread import State, Thread
from bot.domain.clock.targets import NagLevel
from storage.engine import INSERT
from storage.rows import names, record
from storage.tables import post
from storage.tables import thread as table

REMEMBERED = 10

_BEGIN = {
    dialect: insert(table).on_conflict_do_nothing().returning(table.c.id, table.c.conversation, table.c.customer_id)
    for dialect, insert in INSERT.items()
}
_GET = select(table).where(table.c.id == bindparam("this"))
_LOCK = _GET.with_for_update(key_share=True)  # else a new row of its timeline, which refers to it, would wait
_LOCK_CONVERSATION = (
    select(table)
    .where(
        table.c.account == bindparam("account"),
        table.c.conversation == bindparam("conversation"),
        table.c.customer_id == bindparam("customer_id"),
    )
    .with_for_update(key_share=True)
)
_SAVE = update(table).where(table.c.id == bindparam("this"))
_NAG_DUE = (
    select(table.c.id)
    .where(table.c.next_nag_at <= bindparam("at"), table.c.desk.in_(bindparam("desks", expanding=True)))
    .limit(1)
)


def begin(connection: Connection, account: str, new: Iterable[Thread]) -> list[Thread]:
    """Store new threads of one account, whatever their ids say, and give them their numbers.

    A customer has one thread in a conversation: those that are there already, or that somebody else just stored, are
    left out.
    """
    values = {(one.conversation, one.customer_id): one for one in new}
    known = select(table.c.conversation, table.c.customer_id).where(
        table.c.account == account, table.c.conversation.in_({conversation for conversation, _ in values})
    )
    # Asked first, for an INSERT that meets a conflict uses a number up on PostgreSQL.
    for row in connection.execute(known):
        values.pop((row.conversation, row.customer_id), None)
    if not values:
        return []
    added = connection.execute(
        _BEGIN[connection.dialect.name],
        [{name: getattr(one, name) for name in names(Thread) if name != "id"} for one in values.values()],
    )
    return [replace(values[row.conversation, row.customer_id], id=row.id) for row in added]


def get(connection: Connection, thread_id: int) -> Thread | None:
    row = connection.execute(_GET, {"this": thread_id}).one_or_none()
    return _thread(row) if row else None


def lock(connection: Connection, thread_id: int) -> Thread | None:
    """The thread, with everybody else kept from changing it until this transaction ends."""
    row = connection.execute(_LOCK, {"this": thread_id}).one_or_none()
    return _thread(row) if row else None


def lock_conversation(connection: Connection, account: str, conversation: str, customer_id: str) -> Thread | None:
    """The thread of one customer in one conversation, locked."""
    key = {"account": account, "conversation": conversation, "customer_id": customer_id}
    row = connection.execute(_LOCK_CONVERSATION, key).one_or_none()
    return _thread(row) if row else None


def save(connection: Connection, before: Thread, after: Thread) -> None:
    """Write what changed."""
    changed = {name: getattr(after, name) for name in names(Thread) if getattr(after, name) != getattr(before, name)}
    if changed:
        connection.execute(_SAVE, changed | {"this": after.id})


def some(connection: Connection, thread_ids: Iterable[int]) -> dict[int, Thread]:
    """These threads, by number; numbers that are nobody's are left out."""
    rows = connection.execute(select(table).where(table.c.id.in_(list(thread_ids))))
    return {row.id: _thread(row) for row in rows}


def waiting(connection: Connection, desks: Iterable[str], *, owner: str | None, limit: int) -> dict[str, list[Thread]]:
    """Each desk's first `limit` threads whose customers wait, the nearest deadline first; of one owner when given."""
    first = (
        select(table.c.id).where(_waiting(desk, owner)).order_by(table.c.due_at, table.c.id).limit(limit).subquery()
        for desk in desks
    )
    query = select(table).where(table.c.id.in_(union_all(*(select(each) for each in first))))
    found: dict[str, list[Thread]] = {}
    for row in connection.execute(query.order_by(table.c.due_at, table.c.id)):
        found.setdefault(row.desk, []).append(_thread(row))
    return found


def count_waiting(connection: Connection, desks: Iterable[str], *, owner: str | None) -> dict[str, int]:
    """How many threads wait at each of these desks, only one owner's when given; none where no customer waits."""
    query = select(table.c.desk, func.count().label("waiting")).group_by(table.c.desk)
    query = query.where(table.c.desk.in_(list(desks)), table.c.due_at.isnot(None))
    rows = connection.execute(query if owner is None else query.where(table.c.owner == owner))
    return {row.desk: row.waiting for row in rows}


def unowned(connection: Connection, desk: str, limit: int, *, lock: bool = False) -> list[Thread]:
    """Threads that wait and that nobody owns, the nearest deadline first.

    With `lock` they are this transaction's to claim, and those that another one is just claiming are left out.
    """
    query = select(table).where(_unowned(desk)).order_by(table.c.due_at, table.c.id).limit(limit)
    rows = connection.execute(query.with_for_update(skip_locked=True, key_share=True) if lock else query)
    return [_thread(row) for row in rows]


def count_unowned(connection: Connection, desk: str) -> int:
    return connection.execute(select(func.count()).where(_unowned(desk))).scalar_one()


def of_customer(connection: Connection, handle: str, desks: Iterable[str]) -> list[Thread]:
    """A customer's newest 10 threads at these desks, the newest first; `handle` with or without the @."""
    rows = connection.execute(
        select(table)
        .where(
            func.lower(table.c.customer_handle) == handle.removeprefix("@").lower(),
            table.c.desk.in_(list(desks)),
            table.c.erased_at.is_(None),
        )
        .order_by(table.c.received_at.desc())
        .limit(REMEMBERED)
    )
    return [_thread(row) for row in rows]


def of_customers_called(connection: Connection, handle: str, account: str | None) -> list[Thread]:
    """Every thread of everybody who uses or used this handle, under whichever handle; oldest first.

    `handle` is without the @; a `account` such as "x:acme" leaves the others out.
    """
    called = or_(func.lower(table.c.customer_handle) == handle.lower(), func.lower(post.c.author) == handle.lower())
    customers = (
        select(table.c.account, table.c.customer_id)
        .join(post, post.c.thread_id == table.c.id)
        .where(called, post.c.inbound, table.c.erased_at.is_(None))
    )
    query = select(table).where(tuple_(table.c.account, table.c.customer_id).in_(customers)).order_by(table.c.id)
    if account is not None:
        query = query.where(table.c.account == account)
    return [_thread(row) for row in connection.execute(query)]


def nag_due(connection: Connection, desks: Iterable[str], at: datetime) -> bool:
    """Whether any reminder has fallen due; costs the same however many threads are open."""
    return connection.execute(_NAG_DUE, {"at": at, "desks": list(desks)}).one_or_none() is not None


def due_nags(connection: Connection, desks: Iterable[str], at: datetime, limit: int) -> list[Thread]:
    """These desks' threads whose reminder has fallen due, locked, but those that another process is reminding of."""
    rows = connection.execute(
        select(table)
        .where(table.c.next_nag_at <= at, table.c.desk.in_(list(desks)))
        .order_by(table.c.next_nag_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [_thread(row) for row in rows]


def _waiting(desk: str, owner: str | None) -> ColumnElement[bool]:
    anybodys = and_(table.c.desk == desk, table.c.due_at.isnot(None))
    return anybodys if owner is None else and_(anybodys, table.c.owner == owner)


def _unowned(desk: str) -> ColumnElement[bool]:
    return and_(_waiting(desk, None), table.c.owner.is_(None))


def _thread(row: Row[Any]) -> Thread:
    return record(Thread, row, state=State(row.state), nag_level=NagLevel(row.nag_level))
