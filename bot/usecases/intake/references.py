"""References: what a mention answers or quotes, so that "do something about this" can be understood.

Most of it comes along with the mention. Where it does not, the network is asked for it once, away from every click.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.cases.conversation import Post
from bot.domain.cases.mention import Mention, Reference
from bot.networks.base import NetworkError
from bot.settings import AccountConfig
from bot.usecases.desk import budget
from bot.usecases.desk.context import Context
from storage import outbox
from storage.cases import posts, references
from storage.cases.references import NewReference
from storage.common import job_locks
from storage.engine import Connection, reading, transaction

log = logging.getLogger(__name__)

ANSWER_SECONDS = 60  # an answer that takes longer is presumed lost, and another process may ask

Stored = tuple[Mention, Post]


def keep(connection: Connection, account: str, new: Iterable[Stored]) -> None:
    """Record what these new posts refer to, except what their own thread holds and what was forgotten.

    What another thread holds is read from there, so its words are stored once.
    """
    found = [(post, reference) for mention, post in new for reference in mention.references]
    ids = {reference.id for _, reference in found}
    if not ids:
        return
    held = posts.known(connection, account, ids)
    forgotten = references.forgotten(connection, account, ids)
    added = []
    for post, reference in found:
        other = held.get(reference.id)
        if reference.id in forgotten or (other and (other.thread_id == post.thread_id or posts.is_forgotten(other))):
            continue
        if other is not None:
            added.append(NewReference(post.id, _without_words(reference), to_look_up=False))
            continue
        came_along = reference.text is not None and reference.author_id
        added.append(NewReference(post.id, reference, to_look_up=not came_along and not reference.gone))
    references.add(connection, account, added)


def read_again(connection: Connection, held: Iterable[Stored], at: datetime) -> None:
    """Keep up with what an answer says of posts to which stored ones refer: edited, gone, or seen again."""
    for mention, post in held:
        for reference in mention.references:
            if reference.text is not None or reference.gone:
                _show(connection, references.read_again(connection, post.id, reference), at)


def lose(connection: Connection, account: str, external_id: str, at: datetime) -> None:
    """Take the words of a post that is gone from the cards of those that refer to it."""
    _show(connection, references.lose(connection, account, external_id), at)


def tick(ctx: Context, account: AccountConfig) -> int:
    """Ask the network for what did not come along, unless it is ours; return how many posts that were.

    An answer is final, also one without the post. X bills 0.005 $ for each post that it answers with.
    """
    key = account.key
    lock = f"references:{key}"
    at = ctx.clock.now()
    if not account.spec.can.looks_up:
        return 0
    with reading(ctx.engine) as connection:
        wanted = references.to_look_up(connection, key, limit=account.spec.can.looks_up)
        if not wanted or not job_locks.is_free(connection, lock, at):
            return 0
    if budget.is_slowed(ctx, key):  # it is not worth more than was meant
        return 0
    with transaction(ctx.engine) as connection:
        if not job_locks.take(connection, lock, at, at + ctx.clock.real(ANSWER_SECONDS)):
            return 0
    pause = account.poll_every.total_seconds()
    try:
        others = tuple(reference for reference in wanted if not ctx.is_ours(key, reference.handle))
        found = ctx.accounts[key].referred_to(others) if others else ()
        with transaction(ctx.engine) as connection:
            references.settle(connection, key, set(wanted) - set(others))
            _show(connection, references.looked_up(connection, key, found), ctx.clock.now())
        ctx.wake()
        pause = 0.0
        return len(found)
    except NetworkError as error:
        pause = max(pause, error.retry_after)
        log.warning("network did not answer", extra={"fields": {"network": key, "error": error.detail}})
        return 0
    finally:
        with transaction(ctx.engine) as connection:
            job_locks.hold(connection, lock, ctx.after(pause))


def _show(connection: Connection, threads: Iterable[int], at: datetime) -> None:
    for thread in sorted(threads):
        outbox.refresh(connection, thread, at=at)


def _without_words(reference: Reference) -> Reference:
    return replace(reference, text=None, gone=False)
