"""Claim, all or nothing: the thread gets its owner, the timeline its line, and every view of it an update."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, update

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import State
from storage import outbox
from storage.cases import events
from storage.tables import thread

# Each step is its own statement. On PostgreSQL a single one would see only one moment, and miss what the thread's
# previous holder has just begun to show.
_WIN = (
    update(thread)
    .where(thread.c.id == bindparam("this"), thread.c.owner.is_(None), thread.c.state == State.WAITING)
    # A reminder that is up is not said anew to who has just claimed.
    .values(
        owner=bindparam("agent"),
        owner_since=bindparam("at"),
        nag_to=case((thread.c.nag_to.isnot(None), bindparam("agent"))),
    )
    .returning(thread.c.desk)
)


def claim(
    connection: Connection, thread_id: int, agent: str, at: datetime, via: str, *, idempotency_key: str | None = None
) -> str | None:
    """Compare and set: make the agent the owner of a waiting, unowned thread.

    Returns the thread's desk to the one caller who succeeds, None to all others. Raises Refused("repeated") like
    events.add.
    """
    won = connection.execute(_WIN, {"this": thread_id, "agent": agent, "at": at}).one_or_none()
    if won is None:
        return None
    events.add(connection, thread_id, at, EventKind.CLAIMED, agent, via, idempotency_key=idempotency_key)
    outbox.refresh(connection, thread_id, at=at)
    return str(won.desk)
