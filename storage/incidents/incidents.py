"""Incidents of a desk, and how they stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, func, or_, select, update

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.thread import State
from bot.domain.common.command import folded
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.incidents.incident import (
    Incident,
    IncidentEvent,
    IncidentEventKind,
    Membership,
    MemberState,
    Standing,
)
from storage.engine import upsert
from storage.rows import record
from storage.tables import incident as table
from storage.tables import incident_event as events
from storage.tables import incident_thread as members
from storage.tables import public_update, reply, thread


def begin(connection: Connection, desk: str, name: str, **values: Any) -> Incident | None:
    """Store a new incident and return it; None if one of that name is open at the desk. `values` are columns."""
    row = connection.execute(
        upsert(connection, table)
        .values(desk=desk, name=name, folded=folded(name), **values)
        .on_conflict_do_nothing()
        .returning(table)
    ).one_or_none()
    return _incident(row) if row else None


def get(connection: Connection, incident_id: int) -> Incident | None:
    """Return the incident, or None if there is no such number."""
    row = connection.execute(select(table).where(table.c.id == incident_id)).one_or_none()
    return _incident(row) if row else None


def lock(connection: Connection, incident_id: int) -> Incident | None:
    """Return the incident, and keep everybody else from changing it until this transaction ends.

    It is always locked before any of its threads.
    """
    row = connection.execute(select(table).where(table.c.id == incident_id).with_for_update()).one_or_none()
    return _incident(row) if row else None


def open_at(connection: Connection, desk: str) -> list[Incident]:
    """Return the desk's incidents that are not closed, newest first."""
    rows = connection.execute(
        select(table).where(table.c.desk == desk, table.c.closed_at.is_(None)).order_by(table.c.id.desc())
    )
    return [_incident(row) for row in rows]


def open_anywhere(connection: Connection) -> list[Incident]:
    """Return all incidents that are not closed, oldest first."""
    rows = connection.execute(select(table).where(table.c.closed_at.is_(None)).order_by(table.c.id))
    return [_incident(row) for row in rows]


def of_desk(connection: Connection, desk: str, limit: int) -> list[Incident]:
    """Return the desk's latest incidents, newest first."""
    rows = connection.execute(select(table).where(table.c.desk == desk).order_by(table.c.id.desc()).limit(limit))
    return [_incident(row) for row in rows]


def set_(connection: Connection, incident_id: int, **values: Any) -> Incident:
    """Change these columns and return the incident as it is now."""
    return _incident(
        connection.execute(update(table).where(table.c.id == incident_id).values(values).returning(table)).one()
    )


def show(connection: Connection, incident: Incident, shown: str, at: datetime) -> bool:
    """Record which figures its message is to have; return True to the one caller who brings them up to date."""
    row = connection.execute(
        update(table)
        .where(table.c.id == incident.id, table.c.shown == incident.shown)
        .values(shown=shown, shown_at=at)
        .returning(table.c.id)
    ).one_or_none()
    return row is not None


def membership(connection: Connection, thread_id: int, incident_id: int) -> Membership | None:
    """Return how a thread stands to an incident; None if it has nothing to do with it."""
    row = connection.execute(
        select(table, members.c.state)
        .join(members, members.c.incident_id == table.c.id)
        .where(table.c.id == incident_id, members.c.thread_id == thread_id)
    ).one_or_none()
    return Membership(_incident(row), MemberState(row.state)) if row else None


def standing(connection: Connection, incident: Incident) -> Standing:
    """Count what belongs to an incident. Threads that were merged into others do not count."""
    told = _told_since(incident.opened_at)
    told_end = _told_since(incident.solved_at) if incident.solved_at else None
    mine = _joined(incident.id)
    row = connection.execute(
        select(
            func.count(func.coalesce(thread.c.customer_id, -thread.c.id).distinct()).label("customers"),
            func.count().label("threads"),
            func.count().filter(told).label("told"),
            func.count().filter(told_end if told_end is not None else thread.c.id.is_(None)).label("told_end"),
            func.count().filter(_owed(incident)).label("untold"),
            func.count().filter(_owed(incident, closed=True)).label("closed_untold"),
            func.count().filter(_unclaimed()).label("unclaimed"),
        )
        .select_from(members.join(thread, thread.c.id == members.c.thread_id))
        .where(mine)
    ).one()
    ends = (
        select(thread.c.id, thread.c.received_at)
        .select_from(members.join(thread, thread.c.id == members.c.thread_id))
        .where(mine)
    )
    first = connection.execute(ends.order_by(thread.c.received_at, thread.c.id).limit(1)).one_or_none()
    newest = connection.execute(ends.order_by(thread.c.received_at.desc(), thread.c.id.desc()).limit(1)).one_or_none()
    suggested = select(func.count()).where(
        members.c.incident_id == incident.id, members.c.state == MemberState.SUGGESTED
    )
    return Standing(
        customers=row.customers,
        threads=row.threads,
        told=row.told,
        told_end=row.told_end,
        untold=row.untold,
        closed_untold=row.closed_untold,
        unclaimed=row.unclaimed,
        suggested=connection.execute(suggested).scalar_one(),
        first=(first.id, first.received_at) if first else None,
        newest=(newest.id, newest.received_at) if newest else None,
    )


def unclaimed(connection: Connection, incident_id: int, limit: int) -> list[int]:
    """Return the numbers of its threads that wait and have no owner, those that have waited longest first."""
    rows = connection.execute(
        select(thread.c.id)
        .select_from(members.join(thread, thread.c.id == members.c.thread_id))
        .where(_joined(incident_id), _unclaimed())
        .order_by(thread.c.waiting_since, thread.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


def untold(connection: Connection, incident: Incident) -> list[int]:
    """Return the numbers of its threads that are still owed an answer, the first to come in first."""
    rows = connection.execute(
        select(thread.c.id)
        .select_from(members.join(thread, thread.c.id == members.c.thread_id))
        .where(_joined(incident.id), _owed(incident))
        .order_by(thread.c.received_at, thread.c.id)
    )
    return list(rows.scalars())


def agreed_lines(connection: Connection, incident_id: int) -> list[str]:
    """Return every line that was ever approved for an incident."""
    rows = connection.execute(
        select(events.c.text).where(events.c.incident_id == incident_id, events.c.kind == IncidentEventKind.APPROVED)
    )
    return list(rows.scalars())


def count_to_tell(connection: Connection, incident: Incident) -> int:
    """Count its threads that are still owed an answer, and have none on its way."""
    query = (
        select(func.count())
        .select_from(members.join(thread, thread.c.id == members.c.thread_id))
        .where(_joined(incident.id), _owed(incident), thread.c.pending_reply_id.is_(None))
    )
    return connection.execute(query).scalar_one()


def in_period(connection: Connection, desk: str | None, start: datetime | None, end: datetime | None) -> list[Incident]:
    """Return the incidents, of one desk or of all, that were open at any time in this period, oldest first."""
    query = select(table)
    if desk is not None:
        query = query.where(table.c.desk == desk)
    if start is not None:
        query = query.where(or_(table.c.closed_at.is_(None), table.c.closed_at >= start))
    if end is not None:
        query = query.where(table.c.opened_at < end)
    return [_incident(row) for row in connection.execute(query.order_by(table.c.id))]


def delete_of_threads(connection: Connection, thread_ids: Collection[int]) -> None:
    """Forget what these threads belong to."""
    connection.execute(delete(members).where(members.c.thread_id.in_(thread_ids)))


def write(
    connection: Connection,
    incident_id: int,
    at: datetime,
    kind: IncidentEventKind,
    actor: str,
    text: str,
    key: str | None,
) -> None:
    """Add a line to an incident's timeline.

    Raises Refused("repeated") if the request `key` has already written one: the whole transaction must be rolled back.
    """
    values = {"at": at, "kind": kind, "actor": actor, "text": text, "idempotency_key": key}
    written = connection.execute(
        upsert(connection, events)
        .values(incident_id=incident_id, **values)
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(events.c.id)
    ).one_or_none()
    if written is None:
        raise Refused(RefusalCode.REPEATED)


def written(connection: Connection, idempotency_key: str) -> bool:
    """Tell whether this request has written a line; if so, a second one is a repeat."""
    query = select(events.c.id).where(events.c.idempotency_key == idempotency_key)
    return connection.execute(query).one_or_none() is not None


def timeline(connection: Connection, incident_id: int) -> list[IncidentEvent]:
    """Return what was done about an incident, oldest first."""
    rows = connection.execute(select(events).where(events.c.incident_id == incident_id).order_by(events.c.id))
    return [record(IncidentEvent, row, kind=IncidentEventKind(row.kind)) for row in rows]


def delete_before(connection: Connection, before: datetime) -> None:
    """Delete incidents that were closed before then and have no thread any more."""
    left = exists().where(members.c.incident_id == table.c.id)
    gone = select(table.c.id).where(table.c.closed_at < before, ~left)
    numbers = list(connection.execute(gone).scalars())
    for table_ in (events, public_update):
        connection.execute(delete(table_).where(table_.c.incident_id.in_(numbers)))
    connection.execute(delete(table).where(table.c.id.in_(numbers)))


def _joined(incident_id: int) -> ColumnElement[bool]:
    return and_(
        members.c.incident_id == incident_id,
        members.c.state == MemberState.JOINED,
        thread.c.merged_into.is_(None),
    )


def _unclaimed() -> ColumnElement[bool]:
    return and_(thread.c.state == State.WAITING, thread.c.owner.is_(None), thread.c.erased_at.is_(None))


def _owed(incident: Incident, *, closed: bool = False) -> ColumnElement[bool]:
    """Tell whether the customer has had no answer since it was solved, or else opened, and can be given one.

    Nobody is owed one who was erased, nor whose thread is `closed`: those are asked for by themselves.
    """
    return and_(
        ~_told_since(incident.solved_at or incident.opened_at),
        thread.c.erased_at.is_(None),
        thread.c.state == State.CLOSED if closed else thread.c.state != State.CLOSED,
    )


def _told_since(at: datetime) -> ColumnElement[bool]:
    """Tell whether the customer has had an answer that was written since then."""
    return exists().where(reply.c.thread_id == thread.c.id, reply.c.state == ReplyState.SENT, reply.c.created_at >= at)


def _incident(row: Row[Any]) -> Incident:
    return record(Incident, row)
