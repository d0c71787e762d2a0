"""Sweep: what a network lists late, beneath mentions that we already have, is found by reading the last hours again."""

from __future__ import annotations

import logging

from bot.networks.base import NetworkError
from bot.settings import AccountConfig, Desk
from bot.usecases.desk import budget
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest
from storage.common import job_locks
from storage.engine import reading, transaction
from storage.intake import feeds

log = logging.getLogger(__name__)

ANSWER_SECONDS = 60  # an answer that takes longer is presumed lost, and another process may ask


def tick(ctx: Context, desk: Desk, account: AccountConfig) -> int:
    """Read the last hours once more, if it is time to; return how many mentions were new."""
    key = account.key
    lock = f"sweep:{key}"
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        feed = feeds.get(connection, key)
        if feed is None or feed.fetched_at is None or not job_locks.is_free(connection, lock, at):
            return 0
    with transaction(ctx.engine) as connection:
        if not job_locks.take(connection, lock, at, at + ctx.clock.real(ANSWER_SECONDS)):
            return 0
    pause = budget.wait(ctx, key, account.sweep_every).total_seconds()
    try:
        return ingest.receive(ctx, desk, account, ctx.accounts[key].fetch_again(at - account.sweep_back))
    except NetworkError as error:
        pause = max(pause, error.retry_after)
        log.warning("network did not answer a sweep", extra={"fields": {"network": key, "error": error.detail}})
        return 0
    finally:
        with transaction(ctx.engine) as connection:
            job_locks.hold(connection, lock, ctx.after(pause))
