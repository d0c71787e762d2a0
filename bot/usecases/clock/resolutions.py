"""Resolutions: keep each case in step with its thread, where the desk has a target for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.domain.cases.thread import Thread
from bot.domain.clock.resolution import resolve
from storage.clock import resolutions, waits
from storage.engine import Connection


def begin(connection: Connection, threads: Iterable[Thread], at: datetime) -> None:
    """Begin the cases of new threads whose customers wait."""
    for thread in threads:
        follow(connection, thread, at)


def follow(connection: Connection, thread: Thread, at: datetime) -> None:
    """Bring the thread's case up to date after its waits changed."""
    targets = thread.targets
    if targets.resolution is None:
        return
    known = resolutions.latest(connection, thread.id)
    of_thread = waits.of_thread(connection, thread.id)
    resolved = partial(
        resolve, of_thread, targets.resolution, targets.warn_share, at, known, goes_on_at=thread.snoozed_until
    )
    case = resolved()
    if case is not None and (known is None or known.ended_at is not None or known.started_at != case.started_at):
        # A merge or a split may have brought it here, with the reminders that it had in the other thread.
        case = resolved(reminded=resolutions.reminders_of(connection, thread, case.started_at))
    if known is not None and known.ended_at is None and (case is None or case.started_at != known.started_at):
        # A merge took its waits away, or brought older ones with which another case begins.
        resolutions.keep(connection, thread.id, thread.desk, replace(known, due_at=None, next_nag_at=None, ended_at=at))
    if case is not None:
        resolutions.keep(connection, thread.id, thread.desk, case)
