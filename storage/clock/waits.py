"""Every wait of every customer, from which all figures are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, func, select, update

from bot.domain.cases.thread import Thread
from bot.domain.clock.calendar import after as counted_after
from bot.domain.clock.pauses import given_back, missed
from bot.domain.clock.targets import Deadline, ResponseKind
from bot.domain.clock.waits import Wait, WaitOutcome
from storage.clock import calendars, pauses
from storage.newest import newest_of_each
from storage.rows import record
from storage.tables import calendar
from storage.tables import wait as table

_GOING_ON = (table.c.thread_id == bindparam("this"), table.c.ended_at.is_(None))
_END = update(table).where(*_GOING_ON).returning(table.c.id, table.c.paused)
_SINCE = bindparam("since", type_=table.c.started_at.type)
_PRESENT_FIRST = (case((table.c.started_at == _SINCE, 0), else_=1), table.c.due_at, table.c.id)
_PRESENT = select(table.c.id).where(*_GOING_ON).order_by(*_PRESENT_FIRST).limit(1)
_MOVE = update(table).where(table.c.id == _PRESENT.scalar_subquery()).returning(table.c.id, table.c.missed_at)
_BEGIN = table.insert()
ROWS = select(table, *calendars.COLUMNS).outerjoin(calendar, calendar.c.id == table.c.calendar_id)
"""Rows of which `wait_of` builds a Wait."""


def begin(connection: Connection, threads: Iterable[Thread]) -> None:
    """Begin the first wait of each of these new threads, whose customers all wait."""
    connection.execute(_BEGIN, [_begun(thread, line) for thread in threads if (line := thread.deadline)])


def follow(
    connection: Connection, before: Thread, after: Thread, at: datetime, outcome: WaitOutcome | None, by: str
) -> None:
    """Keep the rows in step with a thread that changed.

    A wait begins when the customer starts to wait and moves when their oldest open post changes. It ends with `outcome`
    when they no longer wait. A reply that leaves a newer post unanswered ends one wait and begins the next. Of several
    that go on in a merged thread, the one that the thread's clock was for moves. A pause after the end gives nothing
    back, and a wait that begins anew is judged anew.
    """
    line = after.deadline
    if outcome is not None:
        ended = connection.execute(_END, {"this": after.id, "ended_at": at, "outcome": outcome, "ended_by": by})
        _pause_until(connection, [row.id for row in ended if row.paused], at)
    elif line is not None:
        where = {"this": after.id, "since": before.waiting_since}
        moved = connection.execute(_MOVE, _agreed(after, line) | where).one_or_none()
        if moved is not None:
            if moved.missed_at is not None and after.waiting_since != before.waiting_since:
                _judge_anew(connection, moved.id)
            return
    if line is not None:
        connection.execute(_BEGIN, _begun(after, line))


def resume(connection: Connection, thread_id: int, outcome: WaitOutcome = WaitOutcome.CLOSED) -> ResponseKind | None:
    """Undo what ended the thread's latest wait, if it was that: the wait goes on, and is judged only once.

    Returns what the customer waits for again; None if it was ended by something else.
    """
    latest = select(func.max(table.c.id)).where(table.c.thread_id == thread_id).scalar_subquery()
    resumed = connection.execute(
        update(table)
        .where(table.c.id == latest, table.c.outcome == outcome)
        .values(ended_at=None, outcome=None, ended_by=None)
        .returning(table.c.response_kind)
    ).scalar_one_or_none()
    return ResponseKind(resumed) if resumed is not None else None


def ended_with(connection: Connection, thread_id: int, answered_at: datetime) -> list[int]:
    """Return the waits of the thread that an answer ended at that time, the one that began first first."""
    query = select(table.c.id).where(
        table.c.thread_id == thread_id, table.c.outcome == WaitOutcome.ANSWERED, table.c.ended_at == answered_at
    )
    return list(connection.execute(query.order_by(table.c.started_at, table.c.id)).scalars())


def go_on(connection: Connection, wait_ids: Sequence[int]) -> Wait:
    """Let these waits of one thread go on, with what began after them: the customer waits since the first of them.

    Returns the first of them, with its pauses.
    """
    nothing = {"ended_at": None, "outcome": None, "ended_by": None}
    connection.execute(update(table).where(table.c.id.in_(wait_ids)).values(nothing))
    first = connection.execute(select(table).where(table.c.id == wait_ids[0])).one()
    later = connection.execute(
        select(table.c.id).where(
            table.c.thread_id == first.thread_id,
            table.c.ended_at.is_(None),
            table.c.id > max(wait_ids),
            table.c.moved_from.is_not_distinct_from(first.moved_from),
        )
    )
    for id_ in later.scalars().all():
        pauses.move(connection, id_, first.id)
        connection.execute(delete(table).where(table.c.id == id_))
    return _with_pauses(connection, [first.id])[first.id]


def end_otherwise(
    connection: Connection, wait_ids: Sequence[int], at: datetime, outcome: WaitOutcome, by: str | None
) -> None:
    """Record that these waits ended at another time, in another way."""
    values = {"ended_at": at, "outcome": outcome, "ended_by": by}
    connection.execute(update(table).where(table.c.id.in_(wait_ids)).values(values))
    _pause_until(connection, wait_ids, at)


def dismissed(connection: Connection, thread_id: int, after: datetime) -> Wait | None:
    """Return the first wait of the thread that ended without a reply at that time or later."""
    query = ROWS.where(
        table.c.thread_id == thread_id,
        table.c.outcome.in_((WaitOutcome.CLOSED, WaitOutcome.CONTACT)),
        table.c.ended_at >= after,
    )
    row = connection.execute(query.order_by(table.c.ended_at, table.c.id).limit(1)).one_or_none()
    return wait_of(row) if row else None


def get(connection: Connection, wait_id: int) -> Wait | None:
    """Return the wait, or None if there is no such id."""
    row = connection.execute(ROWS.where(table.c.id == wait_id)).one_or_none()
    return wait_of(row) if row else None


def of_thread(connection: Connection, thread_id: int) -> list[Wait]:
    """Return every wait of the thread with its pauses, oldest first, those among them that a merge brought along."""
    query = ROWS.where(table.c.thread_id == thread_id).order_by(table.c.started_at, table.c.id)
    found = {row.id: wait_of(row) for row in connection.execute(query)}
    paused = pauses.of_waits(connection, found)
    return [replace(wait, pauses=paused.get(id_, ())) for id_, wait in found.items()]


def going_on(connection: Connection, thread_ids: Iterable[int]) -> dict[int, int]:
    """Return the id of each thread's open wait, by thread number; threads without one are left out.

    A merged thread may have several: the one that is due first counts.
    """
    query = (
        select(table.c.thread_id, table.c.id)
        .where(table.c.thread_id.in_(list(thread_ids)), table.c.ended_at.is_(None))
        .order_by(table.c.due_at.desc())
    )
    return {row.thread_id: row.id for row in connection.execute(query)}


_ANSWERED = ROWS.where(table.c.id.in_(newest_of_each(table, table.c.outcome == WaitOutcome.ANSWERED, by=(table.c.id,))))


def until_answer(connection: Connection, thread_ids: Iterable[int]) -> dict[int, timedelta]:
    """Return how much of each thread's latest answered wait counted; threads without one are left out."""
    rows = connection.execute(_ANSWERED, {"threads": list(thread_ids)})
    return {row.thread_id: counted for row in rows if (counted := wait_of(row).counted) is not None}


def present(connection: Connection, thread: Thread) -> Wait | None:
    """Return the wait that the thread's clock is for with its pauses; None if nobody waits in it."""
    row = connection.execute(
        ROWS.where(*_GOING_ON).order_by(*_PRESENT_FIRST).limit(1), {"this": thread.id, "since": thread.waiting_since}
    ).one_or_none()
    return replace(wait_of(row), pauses=pauses.of_waits(connection, [row.id]).get(row.id, ())) if row else None


def open_ones(connection: Connection, thread_id: int) -> dict[int, Wait]:
    """Return the waits that go on in the thread with their pauses, by id, the one that is due first first."""
    query = ROWS.where(*_GOING_ON).order_by(table.c.due_at, table.c.id)
    found = {row.id: wait_of(row) for row in connection.execute(query, {"this": thread_id})}
    paused = pauses.of_waits(connection, found) if found else {}
    return {id_: replace(wait, pauses=paused.get(id_, ())) for id_, wait in found.items()}


def open_at(connection: Connection, desk: str) -> dict[int, dict[int, Wait]]:
    """Return the waits that go on at a desk by thread number and id, without their pauses."""
    query = ROWS.where(table.c.desk == desk, table.c.ended_at.is_(None)).order_by(table.c.due_at, table.c.id)
    found: dict[int, dict[int, Wait]] = {}
    for row in connection.execute(query):
        found.setdefault(row.thread_id, {})[row.id] = wait_of(row)
    return found


def move(connection: Connection, moved: Mapping[int, Thread]) -> None:
    """Give each of these waits, by id, the deadline of the thread as the wait has it."""
    for id_, thread in moved.items():
        if line := thread.deadline:
            connection.execute(update(table).where(table.c.id == id_).values(_agreed(thread, line)))


def give_back(connection: Connection, thread_id: int, at: datetime) -> None:
    """Move the deadline of every wait that goes on in the thread by what its pauses give back.

    One that had passed at `at` is kept as missed.
    """
    for id_, wait in open_ones(connection, thread_id).items():
        paused = given_back(wait.pauses, wait.calendar, wait.started_at)
        due_at = counted_after(wait.calendar, wait.started_at, wait.target + paused)
        late = wait.missed_at is None and due_at != wait.due_at and wait.due_at <= at
        missed_at = wait.due_at if late else wait.missed_at
        values = {"paused": paused.total_seconds(), "due_at": due_at, "missed_at": missed_at}
        connection.execute(update(table).where(table.c.id == id_).values(values))


def move_desk(connection: Connection, thread_id: int, desk: str) -> None:
    """Give the waits that go on in the thread to another desk, whose figures they are from now on."""
    connection.execute(
        update(table).where(table.c.thread_id == thread_id, table.c.ended_at.is_(None)).values(desk=desk)
    )


def erase(connection: Connection, thread_id: int) -> None:
    """Forget the handle of a customer who ended a wait by deleting their posts; the times stay."""
    connection.execute(
        update(table)
        .where(table.c.thread_id == thread_id, table.c.outcome == WaitOutcome.WITHDRAWN)
        .values(ended_by="")
    )


def _pause_until(connection: Connection, ids: Iterable[int], at: datetime) -> None:
    for id_, wait in _with_pauses(connection, ids).items():
        paused = given_back(wait.pauses, wait.calendar, wait.started_at, at).total_seconds()
        connection.execute(update(table).where(table.c.id == id_).values(paused=paused))


def _judge_anew(connection: Connection, wait_id: int) -> None:
    for wait in _with_pauses(connection, [wait_id]).values():
        missed_at = missed(wait.pauses, wait.calendar, wait.started_at, wait.target)
        connection.execute(update(table).where(table.c.id == wait_id).values(missed_at=missed_at))


def _with_pauses(connection: Connection, ids: Iterable[int]) -> dict[int, Wait]:
    wanted = list(ids)
    if not wanted:
        return {}
    paused = pauses.of_waits(connection, wanted)
    rows = connection.execute(ROWS.where(table.c.id.in_(wanted)))
    return {row.id: replace(wait_of(row), pauses=paused.get(row.id, ())) for row in rows}


def _begun(thread: Thread, line: Deadline) -> dict[str, object]:
    return {"thread_id": thread.id, "desk": thread.desk} | _agreed(thread, line)


def _agreed(thread: Thread, line: Deadline) -> dict[str, object]:
    return {
        "response_kind": line.target,
        "started_at": thread.waiting_since,
        "due_at": line.due_at,
        "target": round(thread.targets.of(line.target).total_seconds()),
        "target_rule": thread.targets.rule_of(line.target),
        "calendar_id": thread.calendar.id,
        "paused": thread.paused,
    }


def wait_of(row: Row[Any]) -> Wait:
    """Build a Wait from one of ROWS."""
    return record(
        Wait,
        row,
        response_kind=ResponseKind(row.response_kind),
        outcome=WaitOutcome(row.outcome) if row.outcome else None,
        target=timedelta(seconds=row.target),
        paused=timedelta(seconds=row.paused),
        pauses=(),
        calendar=calendars.calendar_of(row),
    )
