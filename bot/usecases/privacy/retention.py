"""Retention: deletes threads that are older than their desk keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.listening.found import KEPT as FOUND_KEPT
from bot.domain.listening.found import REMEMBERED
from bot.domain.listening.lesson import KEPT as TAUGHT_KEPT
from bot.usecases.desk.context import Context
from bot.usecases.knowledge import forget
from bot.usecases.replies.drafts import KEPT
from storage import outbox, search_index
from storage.cases import drafts, mutes
from storage.common import job_locks
from storage.customers import customers
from storage.desk import desks
from storage.engine import reading, transaction
from storage.incidents import incidents
from storage.intake import set_asides
from storage.listening import found, lessons
from storage.privacy import retention
from storage.replies import looks

BATCH = 200  # threads deleted in one transaction, which is how long a click may have to wait


def tick(ctx: Context) -> int:
    """Once an hour, in one process, delete expired threads; return how many.

    A thread expires when nothing has happened in it for as long as its desk keeps threads. A thread whose customer
    waits is never deleted. Threads of a desk that is not in the config are kept as long as the longest of the others.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        if not job_locks.is_free(connection, job_locks.RETENTION, at):
            return 0
    with transaction(ctx.engine) as connection:
        if not job_locks.take(connection, job_locks.RETENTION, at, at + job_locks.HOURLY):
            return 0
        names = desks.with_threads(connection)
    keeps = {desk.stable_key: desk.keep for desk in ctx.settings.desks}
    with transaction(ctx.engine) as connection:
        drafts.delete_before(connection, at - KEPT)
        for thread in looks.forget_before(connection, at - KEPT):
            outbox.refresh(connection, thread, at=at)
    _forget_found(ctx)
    _delete_beside(ctx, keeps)
    deleted = sum(_delete(ctx, name, keeps.get(name, max(keeps.values()))) for name in names)
    if deleted:
        _forget_strangers(ctx)
        _purge_words(ctx)
    return deleted


def _forget_found(ctx: Context) -> None:
    """Forget the words of what was found and became no card, and what was taught long ago."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        if found.expire(connection, at - FOUND_KEPT):
            outbox.refresh_overviews(connection, at=at)
        found.delete_before(connection, at - REMEMBERED)
        lessons.delete_before(connection, at - TAUGHT_KEPT)


def _purge_words(ctx: Context) -> None:
    """Leave no trace of what was deleted in the index of words either, a part in each transaction."""
    first = more = True
    while more:
        with transaction(ctx.engine) as connection:
            more = search_index.purge_some(connection, first=first)
        first = False


def _forget_strangers(ctx: Context) -> None:
    """Forget the customers who have no thread any more."""
    with reading(ctx.engine) as connection:
        numbers = customers.strangers(connection)
    for start in range(0, len(numbers), BATCH):
        some = numbers[start : start + BATCH]
        with transaction(ctx.engine) as connection:
            customers.lock(connection, some)
            customers.forget(connection, some)


def _delete_beside(ctx: Context, keeps: Mapping[str, timedelta]) -> None:
    """Delete posts that could not be stored, and mutes that are over, once they are as old as threads become."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        for desk, keep in keeps.items():
            set_asides.delete_before(connection, at - keep, desk=desk)
            mutes.delete_before(connection, at - keep, desk=desk)
        set_asides.delete_before(connection, at - max(keeps.values()))
        mutes.delete_before(connection, at - max(keeps.values()))
        incidents.delete_before(connection, at - max(keeps.values()))


def _delete(ctx: Context, desk: str, keep: timedelta) -> int:
    before = ctx.clock.now() - keep
    deleted = 0
    while True:
        with transaction(ctx.engine) as connection:
            ids = retention.expired(connection, desk, before, limit=BATCH)
            forget.threads_of(connection, ids)
            retention.delete_threads(connection, ids)
        deleted += len(ids)
        if len(ids) < BATCH:
            return deleted
