"""Requests to look at a reply before it goes, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.domain.replies.mandate import Approval, Need, NeedKind, Outcome
from storage.rows import record
from storage.tables import approval as table
from storage.tables import thread


def add(connection: Connection, approval: Approval) -> None:
    """Store a request that nobody has decided."""
    connection.execute(
        table.insert().values(
            reply_id=approval.reply_id,
            thread_id=approval.thread_id,
            author=approval.author,
            needs=[[need.kind, need.what] for need in approval.needs],
            asked=list(approval.asked),
            asked_at=approval.asked_at,
        )
    )


def get(connection: Connection, reply_id: int) -> Approval | None:
    """Return the request about this reply; None if nobody had to look at it."""
    row = connection.execute(select(table).where(table.c.reply_id == reply_id)).one_or_none()
    return _approval(row) if row else None


def going_on(connection: Connection, desks: Iterable[str]) -> list[Approval]:
    """Return these desks' requests that wait for somebody, oldest first."""
    waits = (thread.c.approval_since.isnot(None), thread.c.desk.in_(list(desks)))
    rows = connection.execute(
        select(table)
        .join(thread, thread.c.pending_reply_id == table.c.reply_id)
        .where(*waits)
        .order_by(table.c.reply_id)
    )
    return [_approval(row) for row in rows]


def ask(connection: Connection, reply_id: int, asked: Iterable[str]) -> None:
    """Record who has been asked by now."""
    connection.execute(update(table).where(table.c.reply_id == reply_id).values(asked=list(asked)))


def decide(
    connection: Connection,
    reply_id: int,
    outcome: Outcome,
    by: str,
    at: datetime,
    *,
    reason: str = "",
    original: str = "",
) -> None:
    """Record what became of a request."""
    values = {"outcome": outcome, "decided_by": by, "decided_at": at, "reason": reason, "original": original}
    connection.execute(update(table).where(table.c.reply_id == reply_id).values(values))


def erase(connection: Connection, thread_id: int) -> None:
    """Forget what was written and said of it; why it was to be looked at names no customer."""
    connection.execute(update(table).where(table.c.thread_id == thread_id).values(reason="", original=""))


def _approval(row: Row[Any]) -> Approval:
    return record(
        Approval,
        row,
        needs=tuple(Need(NeedKind(kind), what) for kind, what in row.needs),
        asked=tuple(row.asked),
        outcome=Outcome(row.outcome) if row.outcome else None,
    )
