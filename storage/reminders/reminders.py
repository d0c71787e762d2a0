"""Several reminders in one row of the outbox; more can be added until somebody begins to post it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, func, select, true, update

from bot.domain.reminders.reminders import Recipient
from storage.reminders.messages import RemindersPayload
from storage.tables import outbox as table
from storage.tables import thread, wait

# Locked on PostgreSQL: a worker that wants to lease the row skips it until it is complete. If the worker was first,
# this waits for it, and then finds no such row.
_UNBEGUN = (
    select(table.c.id, table.c.payload, table.c.order_by)
    .where(
        table.c.key == bindparam("key"),
        table.c.generation > table.c.delivered_generation,
        table.c.message_ts.is_(None),
        table.c.post_started_at.is_(None),
        table.c.leased_until.is_(None),
    )
    .with_for_update()
)


def join(connection: Connection, key: str, waits: Iterable[int], *, order_by: datetime) -> bool:
    """Add these waits to the message; return False if there is none, or if somebody may already be posting it."""
    row = connection.execute(_UNBEGUN, {"key": key}).one_or_none()
    if row is None:
        return False
    payload = RemindersPayload.from_json(row.payload)
    joined = replace(payload, waits=sorted({*payload.waits, *waits}))
    values = {"payload": joined.to_json(), "order_by": min(row.order_by, order_by)}
    connection.execute(update(table).where(table.c.id == row.id).values(values))
    return True


def coming(connection: Connection, desk: str, until: datetime, limit: int, to: Recipient) -> int:
    """Count the reminders that fall due by `until` for this recipient's owner, for nobody, or for anybody."""
    mine = thread.c.owner == to.owner if to.owner else thread.c.owner.is_(None)
    mine = true() if to.anybodys else mine
    found = (
        select(thread.c.id).where(thread.c.desk == desk, thread.c.next_nag_at <= until, mine).limit(limit).subquery()
    )
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def still_due(connection: Connection, waits: Collection[int]) -> list[RowMapping]:
    """Return those that still wait and are not snoozed, nearest deadline first.

    Each has wait, number, desk, owner and until when nags rest.
    """
    rows = connection.execute(
        select(
            wait.c.id.label("wait"),
            thread.c.id.label("number"),
            thread.c.desk,
            thread.c.owner,
            thread.c.nags_rest_until,
            wait.c.due_at,
        )
        .join(wait, wait.c.thread_id == thread.c.id)
        .where(wait.c.id.in_(waits), wait.c.ended_at.is_(None), thread.c.snoozed_until.is_(None))
        .order_by(wait.c.due_at, thread.c.id)
    )
    return list(rows.mappings())
