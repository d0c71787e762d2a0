"""Recheck: what customers change or delete on a network changes or goes here too."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, Post
from bot.domain.clock.waits import WaitOutcome
from bot.networks.base import NetworkError
from bot.settings import AccountConfig
from bot.usecases.cases import withdrawal
from bot.usecases.cases.transition import change, locked
from bot.usecases.desk.context import Actor, Context
from bot.usecases.intake.ingest import edit
from storage import outbox
from storage.cases import posts
from storage.common import job_locks
from storage.engine import Connection, reading, transaction

log = logging.getLogger(__name__)

ANSWER_SECONDS = 60  # an answer that takes longer is presumed lost, and another process may ask
DAILY = timedelta(hours=23)  # leaves an hour for outages and for posts in the queue


def tick(ctx: Context, account: AccountConfig) -> int:
    """Ask again about posts whose turn it is; return how many were edited or are gone.

    A post whose author waits is asked about every `recheck_every`. All others are asked about once a day as long as
    they are stored, because what was deleted on X may not stay here for more than 24 hours (X's developer policy). X
    bills 0.005 $ for each post it is asked about, so about that much a day for every stored post; a shorter `keep`
    lowers it.
    """
    key = account.key
    lock = f"recheck:{key}"
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        if not (posts.to_check(connection, key, at, limit=1) and job_locks.is_free(connection, lock, at)):
            return 0
    with transaction(ctx.engine) as connection:
        if not job_locks.take(connection, lock, at, at + ctx.clock.real(ANSWER_SECONDS)):
            return 0
        held = posts.to_check(connection, key, at, limit=account.spec.lookup_limit)
    try:
        found = ctx.accounts[key].look_up(tuple(post.external_id for post in held))
    except NetworkError as error:
        log.warning("network did not answer", extra={"fields": {"network": key, "error": error.detail}})
        with transaction(ctx.engine) as connection:
            job_locks.hold(connection, lock, ctx.after(error.retry_after))
        return 0
    changed = 0
    by_id = {post.external_id: post for post in held}
    with transaction(ctx.engine) as connection:
        for external_id in found.gone:
            changed += _withdraw(connection, ctx, by_id[external_id], at)
        # A post stored under its newest number is that post, since no two are stored under the same number.
        by_id |= posts.known(connection, key, [mention.id for mention in found.standing])
        for mention in found.standing:
            old = next((by_id[id_] for id_ in (mention.id, *mention.earlier_ids) if id_ in by_id), None)
            if old is not None:
                changed += edit(connection, old, mention, at)
        soon = at + min(DAILY, ctx.clock.real(account.recheck_every.total_seconds()))
        posts.checked(connection, [post.id for post in held], waiting=soon, resting=at + DAILY)
        job_locks.hold(connection, lock, at)
    ctx.wake()
    return changed


def _withdraw(connection: Connection, ctx: Context, old: Post, at: datetime) -> bool:
    thread = locked(connection, old.thread_id)
    if not posts.blank(connection, old.id, at):
        return False
    after = rules.withdraw(thread, posts.oldest_unanswered(connection, thread.id))
    outcome = WaitOutcome.WITHDRAWN if after.waiting_since is None else None
    change(
        connection,
        thread,
        after,
        at,
        Actor(old.author, "network"),
        EventKind.WITHDRAWN,
        outcome=outcome,
        post=old.external_id,
    )
    withdrawal.tell(connection, ctx, thread, after, at)
    outbox.refresh_overviews(connection, at=at)
    return True
