"""What is told to other systems: how far the timeline was read for each, and what could not be told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, select, update

from bot.domain.cases.conversation import EventKind
from bot.domain.clock.targets import NagLevel
from storage.engine import upsert
from storage.outbox.kinds import MessageKind
from storage.rows import record
from storage.tables import event, outbox, reply, thread, wait
from storage.tables import hook as table

WINDOW = 2000  # events: what begins earlier than others may be committed after them
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the timeline that another system may be told. `wait_id` is the wait of a missed target."""

    id: int
    thread_id: int
    at: datetime
    kind: EventKind
    actor: str
    via: str
    data: dict[str, Any]
    wait_id: int | None = None


@dataclass(frozen=True, slots=True)
class Untold:
    """Something that could not be told. `key` names it, `error` is the last fault."""

    key: str
    destination: str
    thread_id: int | None
    error: str


def newest(connection: Connection) -> int:
    """Return the number of the newest line of any timeline; 0 if there is none."""
    return int(connection.execute(select(func.coalesce(func.max(event.c.id), 0))).scalar_one())


def read_to(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """Return how far the timeline was read for each of these hooks; new ones are left out."""
    rows = connection.execute(select(table.c.id, table.c.read_to).where(table.c.id.in_(list(ids))))
    return {row.id: row.read_to for row in rows}


def begin(connection: Connection, hook: str, at: int) -> int:
    """Return the event after which a hook is to be told; for a new one that is `at`. It is locked."""
    insert = upsert(connection, table).values(id=hook, since=at, read_to=at)
    connection.execute(insert.on_conflict_do_nothing())
    row = connection.execute(select(table).where(table.c.id == hook).with_for_update()).one()
    return max(int(row.since), int(row.read_to) - WINDOW)


def reached(connection: Connection, hook: str, event_id: int) -> None:
    """Record that the timeline was read up to this event."""
    connection.execute(update(table).where(table.c.id == hook).values(read_to=event_id))


def happened(connection: Connection, desk: str, after: int, kinds: Collection[EventKind]) -> list[Happened]:
    """Return what happened at a desk since that event, oldest first; nothing of customers who were forgotten.

    Of what a customer wrote only the first words count, and only of one who waited; of reminders those of a breach.
    Asking whether an answer helped is none. What happened before a thread was moved here is left out.
    """
    earlier = event.alias()
    follows = exists().where(earlier.c.thread_id == event.c.thread_id, earlier.c.kind == EventKind.RECEIVED)
    later = event.alias()
    moved = exists().where(later.c.thread_id == event.c.thread_id, later.c.kind == EventKind.MOVED)
    asks = exists().where(
        reply.c.thread_id == event.c.thread_id, reply.c.id == event.c.data["reply"].as_integer(), reply.c.question
    )
    waited = exists().where(wait.c.thread_id == event.c.thread_id)
    missed = (
        select(func.max(wait.c.id))
        .where(wait.c.thread_id == event.c.thread_id, wait.c.started_at <= event.c.at)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(event, missed.label("wait_id"))
        .join(thread)
        .where(event.c.id > after, event.c.kind.in_(list(kinds)), thread.c.desk == desk, thread.c.erased_at.is_(None))
        .where((event.c.kind != EventKind.RECEIVED) | (waited & ~follows.where(earlier.c.id < event.c.id)))
        .where((event.c.kind != EventKind.SENT) | ~asks)
        .where(~moved.where(later.c.id > event.c.id))
        .order_by(event.c.id)
    )
    return [found for row in rows if _is_told(found := record(Happened, row, kind=EventKind(row.kind)))]


def get(connection: Connection, event_id: int) -> Happened | None:
    """Return one line; None if it is gone with its thread."""
    row = connection.execute(select(event).where(event.c.id == event_id)).one_or_none()
    return record(Happened, row, kind=EventKind(row.kind), wait_id=None) if row else None


def untold(connection: Connection) -> tuple[int, list[Untold]]:
    """Return how much could not be told, and the newest of it."""
    given_up = (
        outbox.c.kind == MessageKind.WEBHOOK,
        outbox.c.generation == outbox.c.delivered_generation,
        outbox.c.error.isnot(None),
    )
    count = connection.execute(select(func.count()).select_from(outbox).where(*given_up)).scalar_one()
    rows = connection.execute(select(outbox).where(*given_up).order_by(outbox.c.id.desc()).limit(MOST_LISTED))
    return count, [Untold(row.key, row.destination, row.thread_id, row.error) for row in rows]


def waiting(connection: Connection, hook: str) -> tuple[int, str | None]:
    """Return how much is still to be told to a hook, and its last fault, if it takes nothing now."""
    row = connection.execute(
        select(func.count(), func.max(outbox.c.error)).where(
            outbox.c.kind == MessageKind.WEBHOOK,
            outbox.c.destination == hook,
            outbox.c.generation > outbox.c.delivered_generation,
        )
    ).one()
    return int(row[0]), row[1]


def _is_told(found: Happened) -> bool:
    return found.kind is not EventKind.NAGGED or found.data.get("level") == NagLevel.BREACH
