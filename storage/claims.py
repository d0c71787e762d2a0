"""Claim: a thread gets its owner, the timeline its line, and whatever shows the thread is shown anew, all or nothing.

It is what agents do most, and they wait for it: PostgreSQL does it in one statement, for there each is a way to go.
One statement sees one moment, though: what whoever held the thread until then has just begun to show would be missed.
So it takes only a thread that nobody has changed since that moment; any other is claimed step by step.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, insert, literal, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import Refused
from bot.domain.thread import State
from storage import events, outbox
from storage.tables import event, thread

KIND = "claimed"

_NOW = bindparam("now", type_=thread.c.owner_since.type)
_WIN = (
    update(thread)
    .where(thread.c.id == bindparam("this"), thread.c.owner.is_(None), thread.c.state == State.WAITING)
    .values(owner=bindparam("agent"), owner_since=_NOW)
    .returning(thread.c.id, thread.c.desk)
)
_seen = thread.alias("seen")
_AS_SEEN = select(literal_column("seen.xmin")).where(_seen.c.id == bindparam("this")).scalar_subquery()
_won = _WIN.where(literal_column("thread.xmin") == _AS_SEEN).cte("won")
_LINE = {
    "thread_id": _won.c.id,
    "at": _NOW,
    "kind": literal(KIND),
    "actor": bindparam("agent", type_=event.c.actor.type),
    "via": bindparam("via", type_=event.c.via.type),
    "facts": literal({}, event.c.facts.type),
    "request": bindparam("request", type_=event.c.request.type),
}
_ALL = select(_won.c.desk).add_cte(
    insert(event).from_select(list(_LINE), select(*_LINE.values())).cte("line"),
    outbox.REFRESH.where(exists(select(_won.c.id))).cte("shown"),
)


def claim(
    connection: Connection, thread_id: int, agent: str, at: datetime, via: str, *, request: str | None = None
) -> str | None:
    """Compare and set: the thread's desk for the one caller who became the owner of a waiting, unowned thread.

    Raises Refused("repeated") like events.add.
    """
    values = {"this": thread_id, "agent": agent, "now": at}
    if connection.dialect.name == "postgresql":
        try:
            desk: str | None = connection.execute(_ALL, values | {"via": via, "request": request}).scalar_one_or_none()
        except IntegrityError:
            raise Refused("repeated", thread=thread_id) from None
        if desk is not None:
            return desk
    won = connection.execute(_WIN, values).one_or_none()
    if won is None:
        return None
    events.add(connection, thread_id, at, KIND, agent, via, request=request)
    outbox.refresh(connection, thread_id, at=at)
    return str(won.desk)
