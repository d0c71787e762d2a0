"""What the daily figures and the export are computed from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, and_, func, or_, select

from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.clock.promises import Promise
from bot.domain.clock.waits import Wait
from bot.domain.customers.last_resort import Signal
from bot.domain.reports.month import Helpful, SignalHits
from bot.domain.reports.standup import Now
from storage.cases import threads
from storage.clock.promises import promise_of
from storage.clock.waits import ROWS, wait_of
from storage.tables import event, label, post, promise, rating, reply, thread, wait

_BETWEEN = "\n"  # no label has one
_LABELS = (
    select(func.aggregate_strings(label.c.name, _BETWEEN))
    .where(label.c.thread_id == thread.c.id)
    .correlate(thread)
    .scalar_subquery()
    .label("labels")
)


def received(connection: Connection, desk: str, start: datetime, end: datetime) -> int:
    """Count the customers' posts from `start` up to, but not including, `end`, without those of muted authors."""
    count: int = connection.execute(
        select(func.count())
        .select_from(post.join(thread, thread.c.id == post.c.thread_id))
        .where(thread.c.desk == desk, post.c.inbound, post.c.muted.is_(False), *_written(start, end))
    ).scalar_one()
    return count


def muted(connection: Connection, desk: str, start: datetime, end: datetime) -> int:
    """Count the posts in this period that made no card because their authors were muted."""
    count: int = connection.execute(
        select(func.count())
        .select_from(post.join(thread, thread.c.id == post.c.thread_id))
        .where(thread.c.desk == desk, post.c.muted, *_written(start, end))
    ).scalar_one()
    return count


def _written(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return post.c.posted_at >= start, post.c.posted_at < end


def waits(connection: Connection, desk: str, start: datetime, end: datetime) -> list[Wait]:
    """Return the waits that ended or fell due in this period."""
    rows = connection.execute(
        ROWS.where(
            wait.c.desk == desk,
            or_(
                and_(wait.c.ended_at >= start, wait.c.ended_at < end),
                and_(wait.c.due_at >= start, wait.c.due_at < end),
                and_(wait.c.missed_at >= start, wait.c.missed_at < end),
            ),
        )
    )
    return [wait_of(row) for row in rows]


def signals(connection: Connection, desk: str, start: datetime, end: datetime) -> tuple[SignalHits, ...]:
    """Count the posts of this period that showed each kind of signal, and those for which an agent declined it."""
    counts = [
        func.count().filter(column.contains(kind.value)).label(f"{kind.value}_{name}")
        for kind in Signal
        for name, column in (("shown", post.c.signals), ("declined", post.c.not_urgent))
    ]
    row = connection.execute(
        select(*counts)
        .select_from(post.join(thread, thread.c.id == post.c.thread_id))
        .where(thread.c.desk == desk, post.c.signals != "", *_written(start, end))
    ).one()
    found = (
        SignalHits(kind, row._mapping[f"{kind.value}_shown"], row._mapping[f"{kind.value}_declined"]) for kind in Signal
    )
    return tuple(each for each in found if each.shown)


def outcomes(connection: Connection, desk: str, start: datetime, end: datetime) -> dict[str, int]:
    """Count how the threads ended that ended in this period and have not gone on since, most first."""
    rows = connection.execute(
        select(thread.c.outcome, func.count().label("threads"))
        .where(thread.c.desk == desk, thread.c.outcome_at >= start, thread.c.outcome_at < end)
        .group_by(thread.c.outcome)
        .order_by(func.count().desc(), thread.c.outcome)
    )
    return {row.outcome: row.threads for row in rows}


def helpful(connection: Connection, desk: str, start: datetime, end: datetime) -> Helpful:
    """Count who was asked in this period whether an answer helped, and what they have said since."""
    row = connection.execute(
        select(
            func.count().label("asked"), func.count(rating.c.score).label("n"), func.sum(rating.c.score).label("sum")
        )
        .select_from(
            rating.join(reply, reply.c.id == rating.c.reply_id).join(thread, thread.c.id == rating.c.thread_id)
        )
        .where(thread.c.desk == desk, reply.c.state == ReplyState.SENT)
        .where(rating.c.at >= start, rating.c.at < end)
    ).one()
    return Helpful(row.asked, row.n, row.sum or 0)


def moved(connection: Connection, desk: str, start: datetime, end: datetime) -> tuple[int, int]:
    """Count how often threads came to a desk of that name from another one in this period, and how often they left."""
    rows = connection.execute(
        select(event.c.data).where(event.c.kind == EventKind.MOVED, event.c.at >= start, event.c.at < end)
    )
    lines = [row.data for row in rows]
    return sum(line["to_desk"] == desk for line in lines), sum(line["from_desk"] == desk for line in lines)


def happened(
    connection: Connection, desk: str, kinds: Collection[EventKind], start: datetime, end: datetime
) -> dict[EventKind, int]:
    """Count the lines of these kinds in the desk's timelines of this period."""
    columns = [func.count().filter(event.c.kind == kind).label(kind.value) for kind in kinds]
    theirs = (thread.c.desk == desk, event.c.at >= start, event.c.at < end, event.c.kind.in_(kinds))
    row = connection.execute(select(*columns).select_from(event.join(thread)).where(*theirs)).one()
    return {kind: row._mapping[kind.value] for kind in kinds}


def now(connection: Connection, desk: str, at: datetime) -> Now:
    """Return how the desk stands at `at`."""
    open_ = and_(thread.c.desk == desk, thread.c.due_at.isnot(None))
    resting = thread.c.snoozed_until
    row = connection.execute(
        select(
            func.count().label("open"),
            func.count().filter(thread.c.owner.is_(None)).label("unowned"),
            func.count().filter(threads.is_late(at)).label("late"),
            func.count().filter(resting > at).label("snoozed"),
            func.count().filter(thread.c.approval_since.isnot(None)).label("awaiting"),
        ).where(open_)
    ).one()
    oldest = connection.execute(
        select(thread.c.id, thread.c.waiting_since).where(open_).order_by(thread.c.waiting_since, thread.c.id).limit(1)
    ).one_or_none()
    return Now(
        row.open,
        row.unowned,
        row.late,
        oldest.id if oldest else None,
        oldest.waiting_since if oldest else None,
        row.snoozed,
        awaiting=row.awaiting,
    )


def all_waits(
    connection: Connection, start: datetime | None, end: datetime | None
) -> Iterator[tuple[dict[str, Any], Wait, datetime | None]]:
    """Yield every wait that began in this period, oldest first: its number, thread, desk and account, and the wait.

    The third is until when its thread is snoozed.
    """
    query = (
        ROWS.add_columns(thread.c.account.label("account"), thread.c.snoozed_until)
        .join(thread, thread.c.id == wait.c.thread_id)
        .order_by(wait.c.id)
    )
    for row in _in_period(connection, query, wait.c.started_at, start, end):
        keys = {"wait": row.id, "thread": row.thread_id, "desk": row.desk, "network": row.account}
        yield keys, wait_of(row), row.snoozed_until


def all_promises(
    connection: Connection, start: datetime | None, end: datetime | None
) -> Iterator[tuple[dict[str, Any], Promise]]:
    """Yield every promise made in this period, oldest first: its number, thread, desk and account, and itself."""
    query = (
        select(promise, thread.c.desk, thread.c.account)
        .join(thread, thread.c.id == promise.c.thread_id)
        .order_by(promise.c.id)
    )
    for row in _in_period(connection, query, promise.c.made_at, start, end):
        keys = {"promise": row.id, "thread": row.thread_id, "desk": row.desk, "network": row.account}
        yield keys, promise_of(row)


def all_signals(connection: Connection, start: datetime | None, end: datetime | None) -> Iterator[dict[str, Any]]:
    """Yield every signal of a last resort in posts of this period, oldest first, and whether it was declined."""
    query = (
        select(post.c.id, post.c.thread_id, post.c.account, post.c.posted_at, post.c.signals, post.c.not_urgent)
        .add_columns(thread.c.desk)
        .join(thread, thread.c.id == post.c.thread_id)
        .where(post.c.signals != "")
        .order_by(post.c.id)
    )
    for row in _in_period(connection, query, post.c.posted_at, start, end):
        keys = {"post": row.id, "thread": row.thread_id, "desk": row.desk, "network": row.account}
        for signal in row.signals.split():
            declined = signal in row.not_urgent.split()
            yield keys | {"posted_at": row.posted_at, "signal": signal, "not_urgent": declined}


def all_ratings(connection: Connection, start: datetime | None, end: datetime | None) -> Iterator[dict[str, Any]]:
    """Yield every question whether an answer helped that was asked in this period, oldest first, and what was said."""
    query = (
        select(rating, thread.c.desk, thread.c.account, reply.c.state.label("asked_state"))
        .join(thread, thread.c.id == rating.c.thread_id)
        .join(reply, reply.c.id == rating.c.reply_id)
        .order_by(rating.c.id)
    )
    for row in _in_period(connection, query, rating.c.at, start, end):
        yield {
            "rating": row.id,
            "thread": row.thread_id,
            "desk": row.desk,
            "network": row.account,
            "asked_by": row.by,
            "asked_at": row.at,
            "question": row.asked_state,
            "score": row.score,
            "words": row.words,
            "scored_at": row.scored_at,
        }


def timeline(connection: Connection, start: datetime | None, end: datetime | None) -> Iterator[dict[str, Any]]:
    """Yield every event with its thread's ownership and timings, oldest first."""
    query = (
        select(
            event.c.id.label("event"),
            event.c.at,
            event.c.kind,
            event.c.actor,
            event.c.via,
            event.c.data.label("facts"),
            thread.c.id.label("thread"),
            thread.c.desk,
            thread.c.account.label("network"),
            thread.c.customer_handle,
            thread.c.state,
            thread.c.owner,
            thread.c.owner_since,
            thread.c.received_at,
            thread.c.waiting_since,
            thread.c.due_at,
            thread.c.first_response_at,
            thread.c.merged_into,
            thread.c.customer_id.label("customer"),
            _LABELS,
            thread.c.outcome,
            thread.c.score,
        )
        .join(thread, thread.c.id == event.c.thread_id)
        .order_by(event.c.id)
    )
    for row in _in_period(connection, query, event.c.at, start, end):
        yield dict(row._mapping) | {"labels": sorted(row.labels.split(_BETWEEN)) if row.labels else []}


def _in_period(
    connection: Connection, query: Select[Any], at: Column[Any], start: datetime | None, end: datetime | None
) -> Iterator[Row[Any]]:
    """Yield the rows from `start` up to, but not including, `end`, and hold only some of them at a time."""
    if start is not None:
        query = query.where(at >= start)
    if end is not None:
        query = query.where(at < end)
    yield from connection.execution_options(yield_per=1000).execute(query)
