"""What is told to other systems: how far the timeline was read for each, and what could not be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, or_, select, update

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


def newest_before(connection: Connection, at: datetime, newest: int) -> int:
    """Return the number of the last line before the first one that is younger than that; `newest` if none is."""
    first = connection.execute(select(func.min(event.c.id)).where(event.c.at > at)).scalar_one()
    return newest if first is None else int(first) - 1


def read_to(connection: Connection, marks: Collection[str]) -> dict[str, int]:
    """Return how far the timeline was read for each of these marks; new ones are left out."""
    rows = connection.execute(select(table.c.id, table.c.read_to).where(table.c.id.in_(list(marks))))
    return {row.id: row.read_to for row in rows}


def begin(connection: Connection, marks: Collection[str], at: int) -> dict[str, int]:
    """Return for each mark the event after which a hook is to be told; for a new one that is `at`. They are locked."""
    insert = upsert(connection, table).values([{"id": mark, "since": at, "read_to": at} for mark in sorted(marks)])
    connection.execute(insert.on_conflict_do_nothing())
    rows = connection.execute(select(table).where(table.c.id.in_(list(marks))).order_by(table.c.id).with_for_update())
    return {row.id: max(int(row.since), int(row.read_to) - WINDOW) for row in rows}


def reached(connection: Connection, marks: Collection[str], event_id: int) -> None:
    """Record that the timeline was read up to this event."""
    connection.execute(update(table).where(table.c.id.in_(list(marks))).values(read_to=event_id))


def forget_others(connection: Connection, marks: Collection[str]) -> None:
    """Forget all other marks."""
    connection.execute(delete(table).where(table.c.id.notin_(list(marks))))


def happened(connection: Connection, desk: str, after: Mapping[EventKind, int], since: datetime) -> list[Happened]:
    """Return what happened at a desk since then, oldest first; nothing of customers who were forgotten.

    `after` names the kinds, and for each the event after which it counts.

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
        .where(or_(*(and_(event.c.kind == kind, event.c.id > start) for kind, start in after.items())))
        .where(event.c.id > min(after.values()), event.c.at > since)
        .where(thread.c.desk == desk, thread.c.erased_at.is_(None))
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


def untold(connection: Connection, since: datetime) -> tuple[int, list[Untold]]:
    """Return how much of what happened since then could not be told, and the newest of it."""
    given_up = (
        outbox.c.kind == MessageKind.WEBHOOK,
        outbox.c.generation == outbox.c.delivered_generation,
        outbox.c.error.isnot(None),
        outbox.c.order_by > since,  # when it happened
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
