"""Threads: find, lock and save."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    union,
    union_all,
    update,
)

from bot.domain.cases.thread import State, Thread
from bot.domain.clock.calendar import FOR_EVER
from bot.domain.clock.targets import NagLevel
from bot.domain.customers.customer import network_of
from storage.clock import calendars
from storage.engine import INSERT
from storage.rows import names, record
from storage.same_customer import also_open_with, is_another_of
from storage.tables import calendar, label, promise, wait
from storage.tables import thread as table

MAX_OF_CUSTOMER = 10


@dataclass(frozen=True, slots=True)
class Contacts:
    """How many threads of a customer began before one of theirs, at all and `since` a time; in `waiting` they wait."""

    earlier: int
    since: int
    waiting: int


_BEGIN = {
    dialect: insert(table).on_conflict_do_nothing().returning(table.c.id, table.c.conversation, table.c.author_id)
    for dialect, insert in INSERT.items()
}
_ROWS = select(table, *calendars.COLUMNS).outerjoin(calendar, calendar.c.id == table.c.calendar_id)
_GET = _ROWS.where(table.c.id == bindparam("this"))
# KEY SHARE, else a new event, which refers to the thread, would have to wait.
_LOCK = _GET.with_for_update(key_share=True, of=table)
_THIS = bindparam("this", type_=Integer)
_LOCK_WITH_OPEN = (
    _ROWS.where(table.c.id.in_(union_all(select(_THIS), select(also_open_with(_THIS).subquery()))))
    .order_by(table.c.id)
    .with_for_update(key_share=True, of=table)
)
_LOCK_CONVERSATION = _ROWS.where(
    table.c.account == bindparam("account"),
    table.c.conversation == bindparam("conversation"),
    table.c.author_id == bindparam("author_id"),
).with_for_update(key_share=True, of=table)
_SOONER = table.c.promised_for < func.coalesce(table.c.due_at, FOR_EVER)
# Of the answer and the promise, what is due first.
_NEAREST = case((_SOONER, table.c.promised_for), else_=table.c.due_at)
_SAVE = update(table).where(table.c.id == bindparam("this"))
_NAG_DUE = (
    select(table.c.id)
    .where(table.c.next_nag_at <= bindparam("at"), table.c.desk.in_(bindparam("desks", expanding=True)))
    .limit(1)
)


def begin(connection: Connection, account: str, new: Iterable[Thread]) -> list[Thread]:
    """Store new threads of one account, whatever their ids say, and return them with their numbers.

    An author has one thread in a conversation. Threads that exist already, or that somebody else has just stored, are
    left out.
    """
    values = {(thread.conversation, thread.author_id): thread for thread in new}
    known = select(table.c.conversation, table.c.author_id).where(
        table.c.account == account, table.c.conversation.in_({conversation for conversation, _ in values})
    )
    # Asked first, because on PostgreSQL an INSERT that meets a conflict uses up a number.
    for row in connection.execute(known):
        values.pop((row.conversation, row.author_id), None)
    if not values:
        return []
    added = connection.execute(
        _BEGIN[connection.dialect.name],
        [{name: value for name, value in columns(thread).items() if name != "id"} for thread in values.values()],
    )
    return [replace(values[row.conversation, row.author_id], id=row.id) for row in added]


def get(connection: Connection, thread_id: int) -> Thread | None:
    """Return the thread, or None if the number does not exist."""
    row = connection.execute(_GET, {"this": thread_id}).one_or_none()
    return _thread(row) if row else None


def lock(connection: Connection, thread_id: int) -> Thread | None:
    """Return the thread, and keep everybody else from changing it until this transaction ends."""
    row = connection.execute(_LOCK, {"this": thread_id}).one_or_none()
    return _thread(row) if row else None


def lock_with_open(connection: Connection, thread_id: int) -> Thread | None:
    """Lock the thread and the customer's other open ones, in the order of their numbers; return the thread.

    Two agents who answer two threads of one customer at once then take turns, and the second one sees the first.
    """
    rows = connection.execute(_LOCK_WITH_OPEN, {"this": thread_id})
    return next((_thread(row) for row in rows if row.id == thread_id), None)


def lock_conversation(connection: Connection, account: str, conversation: str, author_id: str) -> Thread | None:
    """Return the thread of one author in one conversation, locked."""
    key = {"account": account, "conversation": conversation, "author_id": author_id}
    row = connection.execute(_LOCK_CONVERSATION, key).one_or_none()
    return _thread(row) if row else None


def save(connection: Connection, before: Thread, after: Thread) -> None:
    """Write the fields that changed."""
    old = columns(before)
    changed = {name: value for name, value in columns(after).items() if value != old[name]}
    if changed:
        connection.execute(_SAVE, changed | {"this": after.id})


def by_number(connection: Connection, thread_ids: Iterable[int]) -> dict[int, Thread]:
    """Return these threads by number; unknown numbers are left out."""
    rows = connection.execute(_ROWS.where(table.c.id.in_(list(thread_ids))))
    return {row.id: _thread(row) for row in rows}


def waiting(connection: Connection, desks: Iterable[str], *, owner: str | None, limit: int) -> dict[str, list[Thread]]:
    """Return each desk's first `limit` waiting threads, nearest deadline first; only those of `owner` if given.

    Theirs are also those in which nobody waits and something was promised, by whichever deadline is nearer, and those
    that come back from a snooze. Snoozed ones come last, in the order in which they come back.
    """
    asleep = table.c.snoozed_until.isnot(None)
    first = [
        select(table.c.id).where(_waiting(desk, owner), rest).order_by(by, table.c.id).limit(limit)
        for desk in desks
        for rest, by in ((~asleep, table.c.due_at), (asleep, table.c.snoozed_until))
    ]
    if owner is not None:
        mine = table.c.desk.in_(list(desks)), table.c.owner == owner
        first += [select(table.c.id).where(*mine, rest) for rest in (table.c.promised_for.isnot(None), asleep)]
    query = _ROWS.where(table.c.id.in_(union_all(*(select(each.subquery()) for each in first))))
    found: dict[str, list[Thread]] = {}
    for row in connection.execute(query.order_by(asleep, table.c.snoozed_until, _NEAREST, table.c.id)):
        of_desk = found.setdefault(row.desk, [])
        if len(of_desk) < limit:
            of_desk.append(_thread(row))
    return found


def waiting_with_label(connection: Connection, desk: str, name: str) -> list[Thread]:
    """Return the desk's waiting threads with that label, nearest deadline first and snoozed ones last."""
    labelled = select(label.c.thread_id).where(label.c.name == name)
    query = _ROWS.where(_waiting(desk, None), table.c.id.in_(labelled))
    asleep = table.c.snoozed_until.isnot(None)
    rows = connection.execute(query.order_by(asleep, table.c.snoozed_until, table.c.due_at, table.c.id))
    return [_thread(row) for row in rows]


def all_waiting(connection: Connection, desk: str) -> list[Thread]:
    """Return every waiting thread of the desk, nearest deadline first."""
    query = _ROWS.where(_waiting(desk, None)).order_by(table.c.due_at, table.c.id)
    return [_thread(row) for row in connection.execute(query)]


def count_waiting(connection: Connection, desks: Iterable[str], *, owner: str | None) -> dict[str, int]:
    """Count the waiting threads of each desk, only those of `owner` if given; desks without any are left out."""
    query = select(table.c.desk, func.count().label("waiting")).group_by(table.c.desk)
    query = query.where(table.c.desk.in_(list(desks)), table.c.due_at.isnot(None))
    rows = connection.execute(query if owner is None else query.where(table.c.owner == owner))
    return {row.desk: row.waiting for row in rows}


def count_resting(connection: Connection, desks: Iterable[str], owner: str) -> dict[str, int]:
    """Count the agent's threads at each desk in which nobody waits, and something was promised or they are snoozed."""
    rests = or_(table.c.promised_for.isnot(None), table.c.snoozed_until.isnot(None))
    query = select(table.c.desk, func.count().label("resting")).group_by(table.c.desk)
    rows = connection.execute(
        query.where(table.c.desk.in_(list(desks)), table.c.owner == owner, table.c.due_at.is_(None), rests)
    )
    return {row.desk: row.resting for row in rows}


def late(connection: Connection, desk: str, at: datetime, limit: int) -> list[Thread]:
    """Return the desk's first `limit` threads that are late, beginning with the one that has been for longest.

    A promise that is broken and still owed makes a thread late too. Those that are snoozed come last.
    """
    rests = and_(~_awake(at), or_(table.c.promised_for.is_(None), table.c.promised_for > at))
    query = _ROWS.where(table.c.id.in_(_late(desk, at))).order_by(rests, _NEAREST, table.c.id).limit(limit)
    return [_thread(row) for row in connection.execute(query)]


def count_late(connection: Connection, desk: str, at: datetime) -> int:
    """Count the desk's threads that are late, like `late`."""
    return connection.execute(select(func.count()).select_from(_late(desk, at).subquery())).scalar_one()


def any_breach(connection: Connection, desk: str, at: datetime) -> bool:
    """Tell whether the leads are to know of a thread of the desk that it is late, or that its promise is broken.

    What is snoozed rings nobody, but for the promise.
    """
    late = select(table.c.id).where(_late_awake(desk, at), table.c.leads_told).limit(1)
    said = exists().where(
        promise.c.thread_id == table.c.id, promise.c.ended_at.is_(None), promise.c.broken_at.isnot(None)
    )
    broken = select(table.c.id).where(_broken(desk, at), said).limit(1)
    return any(connection.execute(query).one_or_none() is not None for query in (late, broken))


def all_rested(connection: Connection, desk: str, at: datetime, since: datetime) -> bool:
    """Tell whether all late threads of the desk were snoozed at `since`, without those that became late after that.

    A thread that was late before its snooze does not become late by waking up.
    """
    before = exists().where(wait.c.thread_id == table.c.id, wait.c.ended_at.is_(None), wait.c.missed_at.isnot(None))
    known = and_(_late_awake(desk, at), or_(table.c.due_at <= since, before))
    owed = and_(table.c.desk == desk, table.c.promised_for <= since)
    awake = select(table.c.id).where(or_(known, owed)).limit(1)
    asleep = select(table.c.id).where(_late_asleep(desk, at)).limit(1)
    return connection.execute(awake).first() is None and connection.execute(asleep).first() is not None


def due_within(connection: Connection, desk: str, windows: Iterable[tuple[datetime, datetime]]) -> list[int]:
    """Return the numbers of the desk's waiting threads with a deadline in one of the windows (after, until).

    Snoozed ones are left out: their time stands still.
    """
    within = (and_(table.c.desk == desk, table.c.due_at > after, table.c.due_at <= until) for after, until in windows)
    awake = table.c.snoozed_until.is_(None)
    return list(connection.execute(select(table.c.id).where(or_(false(), *within), awake)).scalars())


def figures(connection: Connection, at: datetime, soon: Mapping[str, datetime]) -> dict[str, Row[Any]]:
    """Count each desk's waiting threads that are late, due by its instant in `soon`, and unclaimed.

    Of those that are snoozed only the late ones count. Desks without any are left out.
    """
    due_soon = or_(false(), *(and_(table.c.desk == desk, table.c.due_at <= by) for desk, by in soon.items()))
    awake = _awake(at)
    rows = connection.execute(
        select(
            table.c.desk,
            func.count().filter(is_late(at)).label("late"),
            func.count().filter(table.c.due_at > at, due_soon, awake).label("soon"),
            func.count().filter(table.c.owner.is_(None), awake).label("unclaimed"),
        )
        .where(table.c.desk.in_(list(soon)), table.c.due_at.isnot(None))
        .group_by(table.c.desk)
    )
    return {row.desk: row for row in rows}


def workloads(connection: Connection, desks: Iterable[str], at: datetime) -> list[Row[Any]]:
    """Count the waiting threads (`open`) of each owner at each desk, and how many of these are `late`, most first."""
    number = func.count().label("open")
    return list(
        connection.execute(
            select(table.c.desk, table.c.owner, number, func.count().filter(is_late(at)).label("late"))
            .where(table.c.desk.in_(list(desks)), table.c.due_at.isnot(None), table.c.owner.isnot(None))
            .group_by(table.c.desk, table.c.owner)
            .order_by(number.desc(), table.c.owner)
        )
    )


def unowned(connection: Connection, desk: str, limit: int, *, lock: bool = False) -> list[Thread]:
    """Return waiting threads without an owner that are not snoozed, nearest deadline first.

    With `lock`, this transaction may claim them; threads that another one is just claiming are left out.
    """
    query = _ROWS.where(_unowned(desk)).order_by(table.c.due_at, table.c.id).limit(limit)
    rows = connection.execute(query.with_for_update(skip_locked=True, key_share=True, of=table) if lock else query)
    return [_thread(row) for row in rows]


def count_unowned(connection: Connection, desk: str) -> int:
    """Count the desk's waiting threads that nobody owns and that are not snoozed."""
    return connection.execute(select(func.count()).where(_unowned(desk))).scalar_one()


def also_open(connection: Connection, this: Thread, *, limit: int | None = None) -> list[Thread]:
    """Return the customer's other threads at the same desk in which they wait, oldest first; at most `limit`."""
    query = _ROWS.where(is_another_of(this), table.c.state == State.WAITING).order_by(table.c.id).limit(limit)
    return [_thread(row) for row in connection.execute(query)]


def contacts(connection: Connection, this: Thread, since: datetime) -> Contacts:
    """Count the customer's other threads at the same desk; what was merged counts once."""
    before = and_(table.c.id < this.id, table.c.merged_into.is_(None))
    row = connection.execute(
        select(
            func.count().filter(before).label("earlier"),
            func.count().filter(before, table.c.received_at >= since).label("since"),
            func.count().filter(table.c.state == State.WAITING).label("waiting"),
        ).where(is_another_of(this))
    ).one()
    return Contacts(row.earlier, row.since, row.waiting)


def of_customer(
    connection: Connection, customer_id: int, desks: Iterable[str], *, limit: int = MAX_OF_CUSTOMER, offset: int = 0
) -> list[Thread]:
    """Return a customer's newest threads at these desks, newest first, without the first `offset` of them."""
    rows = connection.execute(
        _ROWS.where(table.c.customer_id == customer_id, table.c.desk.in_(list(desks)))
        .order_by(table.c.received_at.desc(), table.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_thread(row) for row in rows]


def owing(connection: Connection, customer_id: int, desks: Iterable[str], *, limit: int) -> list[Thread]:
    """Return a customer's threads at these desks in which something is promised to them, nearest first."""
    rows = connection.execute(
        _ROWS.where(table.c.customer_id == customer_id, table.c.desk.in_(list(desks)), table.c.promised_for.isnot(None))
        .order_by(table.c.promised_for, table.c.id)
        .limit(limit)
    )
    return [_thread(row) for row in rows]


def written_as(connection: Connection, customer_id: int, desks: Iterable[str]) -> dict[tuple[str, str], int]:
    """Count a customer's threads at these desks by the identity, network and author, under which they wrote."""
    rows = connection.execute(
        select(table.c.account, table.c.author_id, func.count().label("threads"))
        .where(table.c.customer_id == customer_id, table.c.desk.in_(list(desks)))
        .group_by(table.c.account, table.c.author_id)
    )
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        identity = (network_of(row.account), row.author_id)
        found[identity] = found.get(identity, 0) + row.threads
    return found


def of_customers(connection: Connection, customers: Collection[int], account: str | None) -> list[Thread]:
    """Return every thread of these customers, oldest first; an `account` such as "x:acme" leaves out all others."""
    query = _ROWS.where(table.c.customer_id.in_(customers)).order_by(table.c.id)
    if account is not None:
        query = query.where(table.c.account == account)
    return [_thread(row) for row in connection.execute(query)]


def alive(connection: Connection, thread_id: int, agent: str, at: datetime) -> bool:
    """Record the first time that this owner did something about the thread; return True if they were asked to.

    Nothing happens if the thread is not this agent's.
    """
    first = or_(table.c.alive_at.is_(None), table.c.alive_at < table.c.owner_since)
    row = connection.execute(
        update(table)
        .where(table.c.id == thread_id, table.c.owner == agent, first)
        .values(alive_at=at)
        .returning(table.c.nag_asked)
    ).one_or_none()
    return row is not None and row.nag_asked == agent


def asked(connection: Connection, thread_id: int, owner: str) -> None:
    """Record that this owner was asked to keep the thread or let go.

    Nothing happens if the thread is no longer theirs, or no reminder of the present wait was due yet.
    """
    asked_now = (table.c.id == thread_id, table.c.owner == owner, table.c.nag_step > 0)
    connection.execute(update(table).where(*asked_now).values(nag_asked=owner))


def owners_to_remind(connection: Connection, desks: Iterable[str], until: datetime) -> list[str]:
    """Return the owners of these desks' threads with a reminder due by then, in the order of their ids."""
    query = select(table.c.owner).distinct().where(table.c.next_nag_at <= until, table.c.desk.in_(list(desks)))
    return list(connection.execute(query.where(table.c.owner.isnot(None)).order_by(table.c.owner)).scalars())


def nag_due(connection: Connection, desks: Iterable[str], at: datetime) -> bool:
    """Tell whether any reminder is due; costs the same however many threads are open."""
    return connection.execute(_NAG_DUE, {"at": at, "desks": list(desks)}).one_or_none() is not None


def due_nags(connection: Connection, desks: Iterable[str], at: datetime, limit: int) -> list[Thread]:
    """Return these desks' threads with a reminder due, locked; threads that another process handles are left out."""
    rows = connection.execute(
        _ROWS.where(table.c.next_nag_at <= at, table.c.desk.in_(list(desks)))
        .order_by(table.c.next_nag_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=table)
    )
    return [_thread(row) for row in rows]


def snoozes_over(connection: Connection, desks: Iterable[str], at: datetime, limit: int) -> list[Thread]:
    """Return these desks' threads whose snooze is over, locked; those that another process handles are left out."""
    rows = connection.execute(
        _ROWS.where(table.c.snoozed_until <= at, table.c.desk.in_(list(desks)))
        .order_by(table.c.snoozed_until, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=table)
    )
    return [_thread(row) for row in rows]


def any_snooze_over(connection: Connection, desks: Iterable[str], at: datetime) -> bool:
    """Tell whether any snooze is over; costs the same however many threads are open."""
    over = select(table.c.id).where(table.c.snoozed_until <= at, table.c.desk.in_(list(desks))).limit(1)
    return connection.execute(over).one_or_none() is not None


def columns(thread: Thread) -> dict[str, Any]:
    """Return what is stored of a thread, by column."""
    fields = {name: getattr(thread, name) for name in names(Thread) if name != "calendar"}
    return fields | {"calendar_id": thread.calendar.id}


def _waiting(desk: str, owner: str | None) -> ColumnElement[bool]:
    anybodys = and_(table.c.desk == desk, table.c.due_at.isnot(None))
    return anybodys if owner is None else and_(anybodys, table.c.owner == owner)


def is_late(at: datetime) -> ColumnElement[bool]:
    """Return the condition for threads that are late at `at`.

    While a thread is snoozed its deadline lies where it will be when the snooze ends. So it is late throughout if it
    will be late then.
    """
    return or_(table.c.due_at <= at, table.c.due_at <= table.c.snoozed_until)


def _late(desk: str, at: datetime) -> CompoundSelect[tuple[int]]:
    """Return the numbers of the desk's late threads; each of the three conditions has an index."""
    conditions = (_late_awake(desk, at), _late_asleep(desk, at), _broken(desk, at))
    return union(*(select(table.c.id).where(each) for each in conditions))


def _late_asleep(desk: str, at: datetime) -> ColumnElement[bool]:
    return and_(table.c.desk == desk, table.c.snoozed_until > at, is_late(at))


def _broken(desk: str, at: datetime) -> ColumnElement[bool]:
    return and_(table.c.desk == desk, table.c.promised_for <= at)


def _late_awake(desk: str, at: datetime) -> ColumnElement[bool]:
    return and_(table.c.desk == desk, table.c.due_at <= at, _awake(at))


def _unowned(desk: str) -> ColumnElement[bool]:
    """Return the condition for threads that somebody has to claim; for one that awaits approval nobody does."""
    nobodys = (table.c.owner.is_(None), table.c.snoozed_until.is_(None), table.c.approval_since.is_(None))
    return and_(_waiting(desk, None), *nobodys)


def _awake(at: datetime) -> ColumnElement[bool]:
    return or_(table.c.snoozed_until.is_(None), table.c.snoozed_until <= at)


def _thread(row: Row[Any]) -> Thread:
    return record(
        Thread,
        row,
        state=State(row.state),
        nag_level=NagLevel(row.nag_level),
        calendar=calendars.calendar_of(row),
    )
