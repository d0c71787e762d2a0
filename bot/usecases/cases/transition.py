"""The steps that all changes of a thread share, within the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.cases.thread import State, Thread
from bot.domain.clock.pauses import given_back
from bot.domain.clock.promises import PromiseOutcome
from bot.domain.clock.waits import WaitOutcome
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.clock import resolutions
from bot.usecases.desk import access
from bot.usecases.desk.context import THE_DESK, Actor, Context, Role
from storage import outbox
from storage.cases import events, threads
from storage.clock import pauses, promises, waits
from storage.engine import Connection, reading
from storage.incidents import incidents
from storage.replies import replies

_ENDS_A_PROMISE = {
    EventKind.SENT: True,
    EventKind.OUTSIDE: True,
    EventKind.CONTACTED: True,
    EventKind.CLOSED: False,
    EventKind.ERASED: False,
}
"""What ends a promise, and whether that is a reply."""


def allowed(connection: Connection, ctx: Context, actor: Actor, role: Role, thread_id: int) -> Thread:
    """Lock and return the thread if the actor may do this to it. Raises Refused: "unknown_thread", "not_allowed"."""
    thread = locked(connection, thread_id)
    access.require(ctx, actor, thread.desk, role, thread_id)
    return thread


def permit(ctx: Context, actor: Actor, role: Role, thread_id: int) -> None:
    """Raise Refused like `allowed`, without changing anything."""
    with reading(ctx.engine) as connection:
        access.require(ctx, actor, found(connection, thread_id).desk, role, thread_id)


def found(connection: Connection, thread_id: int) -> Thread:
    """Return the thread for reading only. Raises Refused("unknown_thread")."""
    return _known(threads.get(connection, thread_id), thread_id)


def locked(connection: Connection, thread_id: int) -> Thread:
    """Return the thread, locked so that only this transaction changes it. Raises Refused("unknown_thread")."""
    return _known(threads.lock(connection, thread_id), thread_id)


def locked_where_it_goes_on(connection: Connection, thread_id: int) -> Thread:
    """The same, and of a merged thread that which it went into: there is what was said in it."""
    thread = locked(connection, thread_id)
    return thread if thread.merged_into is None else locked(connection, thread.merged_into)


def locked_with_open(connection: Connection, thread_id: int) -> Thread:
    """The same, and lock the customer's other open threads as well."""
    return _known(threads.lock_with_open(connection, thread_id), thread_id)


def change(
    connection: Connection,
    before: Thread,
    after: Thread,
    at: datetime,
    actor: Actor,
    kind: EventKind,
    *,
    outcome: WaitOutcome | None = None,
    ended_at: datetime | None = None,
    by: str | None = None,
    **details: str | int | None,
) -> int:
    """Save the change, add its line to the timeline, and queue an update of every view of the thread.

    Returns the id of the line.

    `outcome` says how the wait ended, if it did. `ended_at` is when, if that was earlier than `at`. `by` is
    who ended it, if not the actor; empty if nobody knows. A snooze that `after` no longer has ends then as well.
    """
    if before.snoozed_until is not None and after.snoozed_until is None:
        end_pause(connection, before.id, ended_at or at)
    if after.state is State.CLOSED and after.approval_since is not None:
        after = _nothing_to_approve(connection, after)
    if outcome is None and after.waiting_since not in (None, before.waiting_since):
        after = _with_pauses(connection, before, after)
    threads.save(connection, before, after)
    if outcome is not None or before.deadline != after.deadline:
        waits.follow(connection, before, after, ended_at or at, outcome, actor.id if by is None else by)
        resolutions.follow(connection, after, at)
    line = add_line(connection, after.id, at, actor, kind, **details)
    if before.promised_for is not None and kind in _ENDS_A_PROMISE:
        end_promises(connection, before.id, ended_at or at, at, answered=_ENDS_A_PROMISE[kind])
    return line


def add_line(
    connection: Connection, thread_id: int, at: datetime, actor: Actor, kind: EventKind, **details: str | int | None
) -> int:
    """Add a line to the thread's timeline, and queue an update of every view of the thread; return the line's id."""
    key = actor.idempotency_key
    line = events.add(connection, thread_id, at, kind, actor.id, actor.via, idempotency_key=key, **details)
    outbox.refresh(connection, thread_id, at=at)
    return line


def end_pause(connection: Connection, thread_id: int, at: datetime) -> None:
    """End the thread's snooze in everything that is stored of it but the thread itself."""
    pauses.end(connection, thread_id, at)
    waits.give_back(connection, thread_id, at)


def awake(connection: Connection, thread: Thread, at: datetime) -> Thread:
    """End the thread's snooze, if it has one, without a word: what follows says why."""
    if thread.snoozed_until is None:
        return thread
    end_pause(connection, thread.id, at)
    after = rules.wake(thread, at)
    threads.save(connection, thread, after)
    return after


def end_promises(
    connection: Connection,
    thread_id: int,
    ended_at: datetime,
    at: datetime,
    *,
    answered: bool,
    said: PromiseOutcome | None = None,
) -> None:
    """End what was promised at `ended_at`, with a reply or without one, and say in the timeline how.

    A line of the caller's own has `said` one outcome.
    """
    for promise in promises.end(connection, thread_id, ended_at, answered=answered):
        known = promise.broken_at is not None and promise.outcome is not PromiseOutcome.KEPT
        if promise.outcome not in (None, said) and not known:
            kind = EventKind(f"promise_{promise.outcome}")
            events.add(connection, thread_id, at, kind, THE_DESK.id, THE_DESK.via)


def repeated(ctx: Context, request: str) -> bool:
    """Tell whether this request has already changed something.

    Only a refusal needs to ask, since a change notices by itself.
    """
    with reading(ctx.engine) as connection:
        return events.written(connection, request) or incidents.written(connection, request)


def _nothing_to_approve(connection: Connection, thread: Thread) -> Thread:
    """Stop the reply that awaits approval: the thread has ended without it. Its author finds the text in the form."""
    if thread.pending_reply_id is not None:
        replies.move(connection, thread.pending_reply_id, ReplyState.CANCELLED, from_=ReplyState.AWAITING)
    return rules.reply_failed(thread)


def _with_pauses(connection: Connection, before: Thread, thread: Thread) -> Thread:
    """Let the pauses of the wait that goes on count for its new beginning."""
    first = waits.present(connection, before)
    if first is None or not first.pauses or thread.waiting_since is None:
        return thread
    return rules.with_paused(thread, given_back(first.pauses, thread.calendar, thread.waiting_since))


def _known(thread: Thread | None, thread_id: int) -> Thread:
    if thread is None:
        raise Refused(RefusalCode.UNKNOWN_THREAD, number=thread_id)
    return thread
