"""Recheck: what customers change or delete on a network changes or goes here too."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, Post
from bot.domain.cases.mention import Mention
from bot.domain.clock.waits import WaitOutcome
from bot.networks.base import NetworkError
from bot.settings import AccountConfig, Settings
from bot.usecases.cases import withdrawal
from bot.usecases.cases.transition import change, locked
from bot.usecases.desk import budget
from bot.usecases.desk.context import Actor, Context
from bot.usecases.intake import last_resort, reference_numbers, references
from bot.usecases.intake.ingest import edit
from bot.usecases.knowledge import forget
from storage import outbox
from storage.cases import escalations, posts, threads
from storage.clock import waits
from storage.common import job_locks
from storage.engine import Connection, is_away, reading, transaction, until_taken

log = logging.getLogger(__name__)

ANSWER_SECONDS = 60  # an answer that takes longer is presumed lost, and another process may ask
CONFIRM_SECONDS = 300  # at most, between a look-up that does not find a post and the one that may confirm it
DAILY = timedelta(hours=23)  # leaves an hour for outages and for posts in the queue
WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def tick(ctx: Context, account: AccountConfig) -> int:
    """Ask again about posts whose turn it is; return how many were edited, are gone, or can be seen again.

    A post whose author waits is asked about every `recheck_every`. Others are asked about once a day in their first
    week, once a week in their first month, and then once a month: X bills 0.005 $ for each post that it answers with.
    One "not found" is no proof: the words go only when a second look, after a pause, finds nothing either. A post that
    went is asked about as well, which costs nothing, and comes back if it can be seen again: X also fails to find posts
    of accounts that are locked or protected for a while.
    """
    key = account.key
    lock = f"recheck:{key}"
    at = ctx.clock.now()
    if not account.spec.can.looks_up:
        return 0
    with reading(ctx.engine) as connection:
        if not (posts.to_check(connection, key, at, limit=1) and job_locks.is_free(connection, lock, at)):
            return 0
    with transaction(ctx.engine) as connection:
        if not job_locks.take(connection, lock, at, at + ctx.clock.real(ANSWER_SECONDS)):
            return 0
        held = posts.to_check(connection, key, at, limit=account.spec.can.looks_up)
    by_id = {post.external_id: post for post in held}
    try:
        whole = frozenset(post.external_id for post in held if post.deleted_at)
        found = ctx.accounts[key].look_up(tuple(by_id), whole)
    except NetworkError as error:
        log.warning("network did not answer", extra={"fields": {"network": key, "error": error.detail}})
        with transaction(ctx.engine) as connection:
            job_locks.hold(connection, lock, ctx.after(error.retry_after))
        return 0
    changed = 0
    with transaction(ctx.engine) as connection:  # of its own, for no edit may keep deleted words here
        soon = at + min(DAILY, ctx.clock.real(account.recheck_every.total_seconds()))
        resting = [(at - WEEK, at + DAILY), (at - MONTH, at + WEEK), (at - MONTH, at + MONTH)]
        posts.checked(connection, [post.id for post in held], waiting=soon, resting=resting)
        lost = [by_id[external_id] for external_id in found.gone]
        unsure = [post.id for post in lost if post.missing_since is None]
        pause = min(CONFIRM_SECONDS, account.recheck_every.total_seconds())
        posts.missing(connection, unsure, at, ctx.after(pause))
        changed += sum(_withdraw(connection, ctx, post, at) for post in lost if post.missing_since is not None)
        for external_id in found.unchanged:
            _stands(connection, by_id[external_id], at)
        # A post stored under its newest number is that post, since no two are stored under the same number. What went
        # while the network was asked stays gone: this answer is older.
        known = posts.known(connection, key, [mention.id for mention in found.standing])
        by_id |= {id_: post for id_, post in known.items() if post.deleted_at is None or id_ in whole}
    standing = [
        (old, mention)
        for mention in found.standing
        if (old := next((by_id[id_] for id_ in (mention.id, *mention.earlier_ids) if id_ in by_id), None)) is not None
    ]
    changed += _keep_up(ctx, standing, at)
    rest = budget.wait(ctx, key, timedelta()).total_seconds()
    with transaction(ctx.engine) as connection:
        job_locks.hold(connection, lock, ctx.after(rest))
    ctx.wake()
    return changed


def _keep_up(ctx: Context, standing: Sequence[tuple[Post, Mention]], at: datetime) -> int:
    """Store how these posts read now, together or else one by one; return how many changed.

    One that cannot be stored is logged, keeps its words, and stops no other.
    """
    try:
        for attempt in until_taken(ANSWER_SECONDS):
            with attempt, transaction(ctx.engine) as connection:
                changed = sum(_as_it_reads(connection, ctx.settings, old, mention, at) for old, mention in standing)
        return changed
    except Exception as error:
        if is_away(error):
            raise
        if len(standing) > 1:
            return sum(_keep_up(ctx, [one], at) for one in standing)
        fields = {"post": standing[0][0].external_id, "error": type(error).__name__}
        log.error("an edited post could not be stored; it keeps its words here", extra={"fields": fields})
        return 0


def _as_it_reads(connection: Connection, settings: Settings, old: Post, mention: Mention, at: datetime) -> bool:
    _stands(connection, old, at)
    came_back = old.deleted_at and _restore(connection, settings, old, mention, at)
    return bool(came_back or edit(connection, settings, old, mention, at))


def _stands(connection: Connection, old: Post, at: datetime) -> None:
    """Record that a post is there after all, so that it can be answered again."""
    if old.missing_since is None and old.reply_blocked_reason != posts.GONE:
        return
    thread = locked(connection, old.thread_id)
    posts.seen(connection, old.id)
    after = replace(thread, reply_blocked_reason=posts.blocked(connection, thread.id))
    threads.save(connection, thread, after)
    outbox.refresh(connection, thread.id, at=at)


def _restore(connection: Connection, settings: Settings, old: Post, mention: Mention, at: datetime) -> bool:
    """Bring back a post that was gone, and reopen its thread as it was. Returns False if its customer was forgotten."""
    thread = locked(connection, old.thread_id)
    desk = settings.desk_or_heir(thread.desk, thread.account)
    said = last_resort.said(desk, mention.text)
    if not posts.restore(connection, old.id, text=mention.text, media=mention.media, url=mention.url, signals=said):
        return False
    reference_numbers.keep(connection, desk, {old.id: mention.text})
    asked = any(request.taken_by is None for request in escalations.of_thread(connection, thread.id))
    after = rules.restore(thread, posts.oldest_unanswered(connection, thread.id), escalated=asked)
    if thread.waiting_since is None and after.waiting_since is not None:
        waits.resume(connection, thread.id, WaitOutcome.WITHDRAWN)
    after = replace(after, reply_blocked_reason=posts.blocked(connection, thread.id))
    actor = Actor(old.author, "network")
    change(connection, thread, after, at, actor, EventKind.RESTORED, post=old.external_id)
    outbox.refresh_overviews(connection, at=at)
    return True


def _withdraw(connection: Connection, ctx: Context, old: Post, at: datetime) -> bool:
    thread = locked(connection, old.thread_id)
    forget.post_of(connection, old.thread_id, old.id)
    if not posts.blank(connection, old.id, at):
        return False
    references.lose(connection, old.account, old.external_id, at)
    after = rules.withdraw(thread, posts.oldest_unanswered(connection, thread.id))
    after = replace(after, reply_blocked_reason=posts.blocked(connection, thread.id))
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
