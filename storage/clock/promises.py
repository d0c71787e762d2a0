"""What was promised to customers, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, case, exists, func, or_, select, update

from bot.domain.cases.conversation import SETTLED, Reply
from bot.domain.clock.promises import Promise, PromiseOutcome
from storage.due import due as due_rows
from storage.rows import record
from storage.tables import promise as table
from storage.tables import reply, thread


def make(
    connection: Connection,
    thread_id: int,
    reply_id: int,
    by: str,
    made_at: datetime,
    due_at: datetime,
    nag_at: datetime,
) -> None:
    """Store a promise of which its thread's owner is reminded from `nag_at` on."""
    values = {"reply_id": reply_id, "by": by, "made_at": made_at, "due_at": due_at, "next_nag_at": nag_at}
    connection.execute(table.insert().values(thread_id=thread_id, **values))
    _keep_nearest(connection, thread_id)


def get(connection: Connection, promise_id: int) -> Promise | None:
    """Return the promise, or None if there is no such id."""
    row = connection.execute(select(table).where(table.c.id == promise_id)).one_or_none()
    return promise_of(row) if row else None


def open_ones(connection: Connection, thread_ids: Iterable[int]) -> dict[int, Promise]:
    """Return the open promise of each of these threads that is due first, by number."""
    query = select(table).where(table.c.thread_id.in_(list(thread_ids)), table.c.ended_at.is_(None))
    rows = connection.execute(query.order_by(table.c.due_at.desc(), table.c.id.desc()))
    return {row.thread_id: promise_of(row) for row in rows}


def of_thread(connection: Connection, thread_id: int) -> list[Promise]:
    """Return every promise made in the thread, or in one that was merged into it, oldest first."""
    query = select(table).where(table.c.thread_id == thread_id)
    return [promise_of(row) for row in connection.execute(query.order_by(table.c.made_at, table.c.id))]


def end(connection: Connection, thread_id: int, at: datetime, *, answered: bool) -> list[Promise]:
    """End the thread's promises that were made by then; return them as they are now.

    A reply that an agent sent before a promise was made does not keep it.
    """
    query = select(table).where(table.c.thread_id == thread_id, table.c.ended_at.is_(None))
    ended = []
    for open_ in map(promise_of, connection.execute(query.where(table.c.made_at <= at).order_by(table.c.id))):
        values = {"ended_at": at, "outcome": open_.ending(at, answered=answered), "next_nag_at": None}
        connection.execute(update(table).where(table.c.id == open_.id).values(values))
        found = get(connection, open_.id)
        ended += [found] if found else []
    _keep_nearest(connection, thread_id)
    return ended


def unmake(connection: Connection, thread_id: int, taken: Reply, at: datetime, again_at: datetime) -> None:
    """Take back what a reply promised, and let go on what it ended in a thread: the customer has it no more.

    Of what is due by then somebody is reminded at `again_at`.
    """
    made = (table.c.reply_id == taken.id, table.c.ended_at.is_(None))
    values = {"ended_at": at, "outcome": PromiseOutcome.CANCELLED, "next_nag_at": None}
    connection.execute(update(table).where(*made).values(values))
    ended = (table.c.thread_id == thread_id, table.c.ended_at == taken.sent_at, table.c.reply_id != taken.id)
    nag_at = case((table.c.broken_at.isnot(None), None), (table.c.due_at > again_at, table.c.due_at), else_=again_at)
    goes_on = {"ended_at": None, "outcome": None, "next_nag_at": nag_at}
    connection.execute(update(table).where(*ended).values(goes_on))
    _keep_nearest(connection, thread_id)


def due(
    connection: Connection,
    desks: Iterable[str],
    open_desks: Iterable[str],
    at: datetime,
    limit: int,
    *,
    lock: bool = False,
) -> list[Promise]:
    """Return promises of these desks of which somebody is to be reminded; with `lock` those that nobody else holds.

    Those whose time has passed are only of the desks that are open. While a reply is on its way nobody knows yet
    whether it keeps them.
    """
    coming = exists().where(reply.c.thread_id == table.c.thread_id, reply.c.state.not_in(SETTLED))
    passed = and_(thread.c.desk.in_(list(open_desks)), ~coming)
    query = due_rows(table, at, limit, lock=lock).join(thread, thread.c.id == table.c.thread_id)
    query = query.where(thread.c.desk.in_(list(desks)), or_(table.c.due_at > at, passed))
    return [promise_of(row) for row in connection.execute(query)]


def nagged(connection: Connection, promise_id: int, next_at: datetime | None, broken_at: datetime | None) -> None:
    """Record when somebody is to be reminded next, None for never, and when it was said to be broken, if it was."""
    values = {"next_nag_at": next_at, "broken_at": broken_at}
    connection.execute(update(table).where(table.c.id == promise_id).values(values))


def move(connection: Connection, from_: int, into: int) -> None:
    """Give a thread's open promises to the one that it is merged into."""
    open_ = (table.c.thread_id == from_, table.c.ended_at.is_(None))
    moved_from = func.coalesce(table.c.moved_from, from_)
    connection.execute(update(table).where(*open_).values(thread_id=into, moved_from=moved_from))


def move_back(connection: Connection, from_: int, into: int) -> None:
    """Undo that."""
    moved = (table.c.thread_id == into, table.c.moved_from == from_)
    connection.execute(update(table).where(*moved).values(thread_id=from_, moved_from=None))


def nearest(connection: Connection, thread_id: int) -> datetime | None:
    """Return by when the thread's nearest open promise is due."""
    due_at: datetime | None = connection.execute(
        select(func.min(table.c.due_at, type_=table.c.due_at.type)).where(
            table.c.thread_id == thread_id, table.c.ended_at.is_(None)
        )
    ).scalar_one()
    return due_at


def decided(connection: Connection, desk: str, start: datetime, end: datetime) -> dict[PromiseOutcome, int]:
    """Count the desk's promises that were kept, or whose time passed without a reply, in this period."""
    kept = and_(table.c.outcome == PromiseOutcome.KEPT, table.c.ended_at >= start, table.c.ended_at < end)
    in_time = or_(table.c.outcome.is_(None), table.c.outcome == PromiseOutcome.BROKEN)
    broken = and_(in_time, table.c.due_at >= start, table.c.due_at < end)
    row = connection.execute(
        select(func.count().filter(kept).label("kept"), func.count().filter(broken).label("broken"))
        .select_from(table.join(thread, thread.c.id == table.c.thread_id))
        .where(thread.c.desk == desk)
    ).one()
    return {PromiseOutcome.KEPT: row.kept, PromiseOutcome.BROKEN: row.broken}


def of_desk(connection: Connection, desk: str, until: datetime) -> list[int]:
    """Return the numbers of the desk's threads with a promise that is due by then, nearest first."""
    rows = connection.execute(
        select(thread.c.id)
        .where(thread.c.desk == desk, thread.c.promised_for < until)
        .order_by(thread.c.promised_for, thread.c.id)
    )
    return list(rows.scalars())


def of_agent(connection: Connection, desk: str, agent: str) -> dict[int, datetime]:
    """Return by when something is promised in the desk's threads that the agent owns or promised it in, by number."""
    rows = connection.execute(
        select(thread.c.id, thread.c.promised_for)
        .where(
            thread.c.desk == desk,
            thread.c.promised_for.isnot(None),
            or_(
                thread.c.owner == agent,
                exists().where(table.c.thread_id == thread.c.id, table.c.by == agent, table.c.ended_at.is_(None)),
            ),
        )
        .order_by(thread.c.promised_for, thread.c.id)
    )
    return {row.id: row.promised_for for row in rows}


def _keep_nearest(connection: Connection, thread_id: int) -> None:
    values = {"promised_for": nearest(connection, thread_id)}
    connection.execute(update(thread).where(thread.c.id == thread_id).values(values))


def promise_of(row: Row[Any]) -> Promise:
    """Read a row of the table."""
    return record(Promise, row, outcome=PromiseOutcome(row.outcome) if row.outcome else None)
