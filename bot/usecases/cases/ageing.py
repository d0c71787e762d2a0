"""Ageing: cards show how long there is to answer, so they are edited in steps while nothing else happens to them."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.cases.merge import MERGE_KEPT
from bot.domain.clock.ageing import due_windows
from bot.usecases.desk.context import Context
from storage import outbox
from storage.cases import merges, threads
from storage.common import job_locks
from storage.engine import reading, transaction

EVERY = timedelta(minutes=1)
LONGEST = timedelta(days=1)  # what stood still for longer is edited at its next step
_LOCK = "ageing"


def tick(ctx: Context) -> int:
    """Edit the cards whose time reached a step since the last tick, or whose merge lasts from now on; return how many.

    It costs the same however many threads are open: the steps are looked up among the deadlines.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        until = job_locks.until(connection, _LOCK)
    if until is not None and at < until <= at + EVERY:
        return 0
    since = max(at - EVERY if until is None else min(until, at) - EVERY, at - LONGEST)
    with transaction(ctx.engine) as connection:
        if not job_locks.take(connection, _LOCK, at, at + EVERY):
            return 0
        aged = [
            number
            for desk in ctx.settings.desks
            for number in threads.due_within(connection, desk.stable_key, due_windows(desk.calendar(at), since, at))
        ]
        # A merge can be undone at the very end of its day, so its button goes right after that.
        aged += merges.merged_within(connection, since - MERGE_KEPT, at - MERGE_KEPT)
        outbox.age(connection, aged, at=at)
    if aged:
        ctx.wake()
    return len(aged)
