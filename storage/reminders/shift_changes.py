"""What a desk has open when its shifts change, each thread once, in the most urgent of its groups; what rests last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from storage.tables import draft, escalation, promise, thread

_ASKED = select(escalation.c.thread_id).where(
    escalation.c.taken_by.is_(None), escalation.c.answered_by.is_(None), escalation.c.due_at.isnot(None)
)
_PROMISED = (
    select(promise.c.thread_id, func.min(promise.c.due_at).label("due_at"))
    .where(promise.c.ended_at.is_(None))
    .group_by(promise.c.thread_id)
    .subquery()
)
_GROUPS = {"late": 0, "promised": 1, "escalated": 2, "open": 3, "snoozed": 4}


def listed(connection: Connection, desk: str, at: datetime, limit: int) -> list[Row[Any]]:
    """Return the desk's first `limit` open threads, most urgent first: `number`, `owner`, `due_at` and `group`.

    `due_at` is the deadline that comes first, that of the answer or of a promise; of what is snoozed, when it comes
    back; None where only help was asked for.
    """
    group = _group(at)
    is_first = or_(thread.c.due_at.is_(None), _PROMISED.c.due_at < thread.c.due_at)
    due_at = case(
        (and_(_PROMISED.c.due_at.isnot(None), is_first), _PROMISED.c.due_at),
        (thread.c.snoozed_until.isnot(None), thread.c.snoozed_until),
        else_=thread.c.due_at,
    )
    query = select(thread.c.id.label("number"), thread.c.owner, due_at.label("due_at"), group.label("group"))
    order = (case(_GROUPS, value=group), due_at.is_(None), due_at, thread.c.id)
    return list(connection.execute(_of_desk(query, desk).order_by(*order).limit(limit)))


def counts(connection: Connection, desk: str, at: datetime) -> dict[str, int]:
    """Count the desk's open threads by group; groups without any are left out."""
    grouped = _of_desk(select(_group(at).label("group")), desk).subquery()
    rows = connection.execute(select(grouped.c.group, func.count().label("threads")).group_by(grouped.c.group))
    return {row.group: row.threads for row in rows}


def left_by(
    connection: Connection, desk: str, agent: str, since: datetime, *, owned_before: datetime | None = None
) -> list[int]:
    """Return the agent's waiting threads that nobody is answering: no reply is on its way or was typed since then.

    A reply that awaits approval keeps nobody busy.

    With `owned_before`, only those that the agent has owned since then or longer.
    """
    typing = select(draft.c.thread_id).where(draft.c.agent == agent, draft.c.typed_at > since)
    query = select(thread.c.id).where(
        thread.c.desk == desk,
        thread.c.owner == agent,
        thread.c.due_at.isnot(None),
        thread.c.snoozed_until.is_(None),
        or_(thread.c.pending_reply_id.is_(None), thread.c.approval_since.isnot(None)),
        thread.c.id.not_in(typing),
    )
    if owned_before is not None:
        query = query.where(thread.c.owner_since <= owned_before)
    return list(connection.execute(query.order_by(thread.c.id)).scalars())


def _of_desk(query: Select[Any], desk: str) -> Select[Any]:
    waits = or_(thread.c.due_at.isnot(None), thread.c.snoozed_until.isnot(None))
    asked = and_(thread.c.escalated, thread.c.id.in_(_ASKED))
    promised = _PROMISED.c.due_at.isnot(None)
    query = query.select_from(thread.outerjoin(_PROMISED, _PROMISED.c.thread_id == thread.c.id))
    return query.where(thread.c.desk == desk, or_(waits, asked, promised))


def _group(at: datetime) -> ColumnElement[str]:
    asked = and_(thread.c.escalated, thread.c.id.in_(_ASKED))
    rests = thread.c.snoozed_until.isnot(None)
    late = or_(and_(thread.c.due_at <= at, ~rests), _PROMISED.c.due_at <= at)
    promised = _PROMISED.c.due_at.isnot(None)
    return case((late, "late"), (promised, "promised"), (asked, "escalated"), (rests, "snoozed"), else_="open")
