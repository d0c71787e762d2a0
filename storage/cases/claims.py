"""Claim: a thread gets its owner, the timeline its line, and what shows the thread is shown anew, all or nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import State
from storage import outbox
from storage.cases import events
from storage.tables import thread

# With a statement of its own for each step: PostgreSQL would let one statement for all see one moment alone, and what
# whoever held the thread until then has just begun to show would be missed.
_WIN = (
    update(thread)
    .where(thread.c.id == bindparam("this"), thread.c.owner.is_(None), thread.c.state == State.WAITING)
    .returning(thread.c.desk)
)


def claim(
    connection: Connection, thread_id: int, agent: str, at: datetime, via: str, *, idempotency_key: str | None = None
) -> str | None:
    """Compare and set: the thread's desk for the one caller who became the owner of a waiting, unowned thread.

    Raises Refused("repeated") like events.add.
    """
    won = connection.execute(_WIN, {"this": thread_id, "owner": agent, "owner_since": at}).one_or_none()
    if won is None:
        return None
    events.add(connection, thread_id, at, EventKind.CLAIMED, agent, via, idempotency_key=idempotency_key)
    outbox.refresh(connection, thread_id, at=at)
    return str(won.desk)
