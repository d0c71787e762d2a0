"""Expired threads, and everything that belongs to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Connection, Table, delete, exists, func, select, update

from storage.cases import references
from storage.customers import reference_numbers
from storage.incidents import incidents
from storage.knowledge import taught, uses
from storage.tables import (
    approval,
    bank_nearest,
    draft,
    earlier_id,
    escalation,
    event,
    label,
    listing,
    look,
    outbox,
    pause,
    post,
    promise,
    rating,
    reply,
    resolution,
    thread,
    wait,
)  # fmt: skip

_REFERRERS: tuple[tuple[Table, Column[int]], ...] = ((promise, promise.c.reply_id), (post, post.c.answered_by))


def expired(connection: Connection, desk: str, before: datetime, *, limit: int) -> list[int]:
    """Return threads without a waiting customer in which nothing happened since `before`.

    One that is snoozed or in which something is promised is not among them. They are locked; threads that others hold
    are left out.
    """
    happened = exists().where(event.c.thread_id == thread.c.id, event.c.at >= before)
    rows = connection.execute(
        select(thread.c.id)
        .where(thread.c.desk == desk, thread.c.received_at < before, ~happened)
        .where(thread.c.due_at.is_(None), thread.c.snoozed_until.is_(None), thread.c.promised_for.is_(None))
        .order_by(thread.c.received_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(rows.scalars())


def delete_threads(connection: Connection, ids: Collection[int]) -> None:
    """Delete these threads with all their rows; their numbers are not reused."""
    connection.execute(
        delete(earlier_id).where(earlier_id.c.post_id.in_(select(post.c.id).where(post.c.thread_id.in_(ids))))
    )
    references.delete_of_threads(connection, ids)
    reference_numbers.delete_of_threads(connection, ids)
    incidents.delete_of_threads(connection, ids)
    taught.delete_of_threads(connection, ids)
    _keep_replies_of_others(connection, ids)
    uses.delete_of_threads(connection, ids)
    beside = (bank_nearest, listing, outbox, approval, look, draft, label, rating, escalation)
    for table in (*beside, pause, promise, resolution, wait, event, post, reply):
        connection.execute(delete(table).where(table.c.thread_id.in_(ids)))
    connection.execute(delete(thread).where(thread.c.id.in_(ids)))


def _keep_replies_of_others(connection: Connection, ids: Collection[int]) -> None:
    """Give a reply that a row of a kept thread refers to, after a merge or a split, to that thread."""
    for table, refers_to in _REFERRERS:
        keeper = select(func.min(table.c.thread_id)).where(refers_to == reply.c.id, table.c.thread_id.not_in(ids))
        elsewhere = exists().where(refers_to == reply.c.id, table.c.thread_id.not_in(ids))
        connection.execute(
            update(reply)
            .where(reply.c.thread_id.in_(ids), elsewhere)
            .values(thread_id=keeper.correlate(reply).scalar_subquery())
        )
