"""How much customers write, and when; one index answers each question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from bot.domain.alerts.volume_spike import Said
from storage.tables import post as table
from storage.tables import thread

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def count(connection: Connection, accounts: Sequence[str], after: datetime, until: datetime) -> int:
    """Count customers' posts posted after `after` and up to `until`."""
    return connection.execute(
        select(func.count()).select_from(table).where(_of(accounts), table.c.posted_at > after, _until(until))
    ).scalar_one()


def newest(connection: Connection, account: str, until: datetime) -> datetime | None:
    """Return when the last post up to `until` was posted."""
    found: datetime | None = connection.execute(
        select(func.max(table.c.posted_at)).where(_of([account]), _until(until))
    ).scalar_one()
    return found


def next_after(connection: Connection, account: str, after: datetime = BEGINNING) -> datetime | None:
    """Return when the first post after `after` was posted; by default, the oldest stored one."""
    found: datetime | None = connection.execute(
        select(func.min(table.c.posted_at)).where(_of([account]), table.c.posted_at > after)
    ).scalar_one()
    return found


def said(
    connection: Connection, accounts: Sequence[str], until: datetime, *, after: datetime | None = None, limit: int
) -> list[Said]:
    """Return the newest `limit` public posts that still have words, oldest first."""
    query = select(table.c.thread_id, table.c.text, table.c.url).where(_of(accounts), _until(until), table.c.text != "")
    query = query.join(thread, thread.c.id == table.c.thread_id).where(~thread.c.private)
    if after is not None:
        query = query.where(table.c.posted_at > after)
    rows = connection.execute(query.order_by(table.c.posted_at.desc(), table.c.id.desc()).limit(limit))
    return [Said(row.thread_id, row.text, row.url) for row in rows][::-1]


def _of(accounts: Sequence[str]) -> ColumnElement[bool]:
    return and_(table.c.account.in_(accounts), table.c.inbound)


def _until(at: datetime) -> ColumnElement[bool]:
    return table.c.posted_at <= at
