"""Destinations that take nothing: Slack refuses whatever is posted to a channel or member, until somebody acts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select, true

from bot.domain.common.destinations import DestinationFault
from storage.engine import upsert
from storage.outbox.kinds import MessageKind
from storage.rows import record
from storage.tables import destination_fault as table
from storage.tables import outbox


def refused(connection: Connection, destination: str, code: str, at: datetime, *, by_edit: bool) -> bool:
    """Record that Slack refuses this destination; return True to the one caller who is the first to say so.

    `by_edit` tells that a message there could not be changed; else one could not be posted.
    """
    new = {"destination": destination, "code": code, "since": at, "by_edit": by_edit}
    added = upsert(connection, table).values(new).on_conflict_do_nothing().returning(table.c.destination)
    return connection.execute(added).one_or_none() is not None


def reached(connection: Connection, destination: str, *, by_edit: bool) -> DestinationFault | None:
    """Record that Slack took something; return the fault that is over to the one caller who ended it.

    Where posting is restricted, edits succeed all the time: an edit ends only what an edit has found.
    """
    over = (
        delete(table).where(table.c.destination == destination, table.c.by_edit if by_edit else true()).returning(table)
    )
    row = connection.execute(over).one_or_none()
    return record(DestinationFault, row) if row else None


def faults(connection: Connection, destinations: Collection[str] | None = None) -> list[DestinationFault]:
    """Return what is wrong now, longest first; only for these destinations if given."""
    found = select(table).order_by(table.c.since, table.c.destination)
    if destinations is not None:
        found = found.where(table.c.destination.in_(destinations))
    return [record(DestinationFault, row) for row in connection.execute(found)]


def stranded(connection: Connection, destination: str, limit: int) -> list[int]:
    """Return the first threads, by number, of which an escalation waits for this destination."""
    waiting = (
        select(outbox.c.thread_id)
        .where(
            outbox.c.destination == destination,
            outbox.c.kind == MessageKind.ESCALATION,
            outbox.c.generation > outbox.c.delivered_generation,
            outbox.c.message_ts.is_(None),
        )
        .order_by(outbox.c.thread_id)
        .limit(limit)
    )
    return list(connection.execute(waiting).scalars())
