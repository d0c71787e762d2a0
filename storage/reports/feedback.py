"""What customers said, by label, and what was done about it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from bot.domain.reports.feedback import QUOTED, Author, Improvement, Quote
from storage.tables import improvement as table
from storage.tables import label, post, thread

LOOKED_AT = 2000  # posts, of all labels together


def counts(connection: Connection, desk: str, start: datetime | None, end: datetime | None) -> dict[str, int]:
    """Count the threads that got each label from `start` up to, but not including, `end`, most first.

    Merged threads are one.
    """
    threads = func.count(func.distinct(func.coalesce(thread.c.merged_into, thread.c.id)))
    query = (
        select(label.c.name, threads.label("threads"))
        .join(thread, thread.c.id == label.c.thread_id)
        .where(thread.c.desk == desk)
        .group_by(label.c.name)
        .order_by(threads.desc(), label.c.name)
    )
    if start is not None:
        query = query.where(label.c.at >= start)
    if end is not None:
        query = query.where(label.c.at < end)
    return {row.name: row.threads for row in connection.execute(query)}


def quotes(
    connection: Connection, desk: str, labels: Collection[str], start: datetime, end: datetime
) -> dict[str, list[Quote]]:
    """Return by label the first words of customers whose threads got it in this period, newest first, one a customer.

    What customers deleted, were erased with or wrote in private is not there.
    """
    rows = connection.execute(
        select(label.c.name, thread.c.id, thread.c.customer_id, post.c.text, post.c.url)
        .join(thread, thread.c.id == label.c.thread_id)
        .join(post, post.c.thread_id == thread.c.id)
        .where(thread.c.desk == desk, label.c.name.in_(list(labels)), label.c.at >= start, label.c.at < end)
        .where(post.c.inbound, post.c.muted.is_(False), post.c.deleted_at.is_(None), post.c.text != "")
        .where(thread.c.private.is_(False))
        .order_by(label.c.at.desc(), thread.c.id.desc(), post.c.posted_at, post.c.id)
        .limit(LOOKED_AT)
    )
    found: dict[str, list[Quote]] = {name: [] for name in labels}
    seen: set[tuple[str, int]] = set()
    for row in rows:
        whose = (row.name, row.customer_id or -row.id)
        if whose not in seen and len(found[row.name]) < QUOTED:
            seen.add(whose)
            found[row.name].append(Quote(row.text, row.url))
    return found


def authors(connection: Connection, desk: str, name: str) -> list[Author]:
    """Return who wrote the newest posts of threads with this label, and what."""
    rows = connection.execute(
        select(thread.c.customer_handle, thread.c.customer_name, post.c.text)
        .join(label, label.c.thread_id == thread.c.id)
        .join(post, post.c.thread_id == thread.c.id)
        .where(thread.c.desk == desk, label.c.name == name, post.c.inbound)
        .order_by(post.c.posted_at.desc())
        .limit(LOOKED_AT)
    )
    return [Author(row.customer_handle, row.customer_name, row.text) for row in rows]


def improve(connection: Connection, desk: str, label: str, week: date, text: str, by: str, at: datetime) -> None:
    """Store what was done about a label; "" takes back what was said of that week."""
    values = {"desk": desk, "label": label, "week": week.isoformat(), "text": text, "by": by, "at": at}
    connection.execute(table.insert().values(values))


def improvements(
    connection: Connection, desk: str, *, since: date | None = None, before: date | None = None
) -> list[Improvement]:
    """Return what was done about labels of the weeks that begin in this period, a line each, oldest first."""
    newest = select(func.max(table.c.id)).where(table.c.desk == desk).group_by(table.c.label, table.c.week)
    query = select(table).where(table.c.id.in_(newest), table.c.text != "").order_by(table.c.week, table.c.label)
    if since is not None:
        query = query.where(table.c.week >= since.isoformat())
    if before is not None:
        query = query.where(table.c.week < before.isoformat())
    return [
        Improvement(row.label, date.fromisoformat(row.week), row.text, row.by, row.at)
        for row in connection.execute(query)
    ]
