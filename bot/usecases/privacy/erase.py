"""Erase: forget a customer on request, here and in what Slack shows."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.cases.thread import Thread
from bot.domain.clock.waits import WaitOutcome
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.transition import change, locked
from bot.usecases.desk.context import THE_DESK, Context
from storage import outbox
from storage.cases import escalations, events, posts, threads
from storage.clock import waits
from storage.engine import Connection, reading, transaction
from storage.intake import set_asides
from storage.replies import replies


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: the threads by number, how many posts and replies, and how many Slack messages show it."""

    threads: tuple[int, ...]
    posts: int = 0
    replies: int = 0
    shown: int = 0


def find(ctx: Context, handle: str, account: str | None = None) -> list[Thread]:
    """List the threads that `erase` would erase, oldest first.

    `handle` may begin with @; `account` is one of ours such as "x:acme".
    """
    with reading(ctx.engine) as connection:
        return threads.of_customers_called(connection, handle.removeprefix("@"), account)


def find_set_aside(ctx: Context, handle: str, account: str | None = None) -> int:
    """Count the posts that could not be stored and that `erase` would forget, of the same handle and account."""
    with reading(ctx.engine) as connection:
        return set_asides.count(connection, handle.removeprefix("@"), account)


def erase(ctx: Context, handle: str, account: str | None = None) -> Erased:
    """Forget everybody who uses or used this handle: words, names, ids, addresses, our replies, colleagues' reasons.

    The events stay with their times, so that figures of the past stay true. A queued reply is stopped. Raises
    Refused("reply_on_its_way") with `thread`, and erases nothing, while a reply is at the network with an unknown
    outcome.
    """
    with transaction(ctx.engine) as connection:
        found = threads.of_customers_called(connection, handle.removeprefix("@"), account)
        parts = [_erase(connection, ctx, thread.id) for thread in found]
        customers = {(thread.account, thread.customer_id) for thread in found}
        aside = set_asides.erase(connection, handle.removeprefix("@"), account, customers)
        outbox.refresh_overviews(connection, at=ctx.clock.now())
    ctx.wake()
    return Erased(
        threads=tuple(thread.id for thread in found),
        posts=sum(part.posts for part in parts) + len(aside),
        replies=sum(part.replies for part in parts),
        shown=sum(part.shown for part in parts) + sum(aside.values()),
    )


def _erase(connection: Connection, ctx: Context, thread_id: int) -> Erased:
    at = ctx.clock.now()
    before = locked(connection, thread_id)
    if before.pending_reply_id is not None:
        stopped = replies.move(connection, before.pending_reply_id, ReplyState.CANCELLED)
        if stopped is None:
            raise Refused(RefusalCode.REPLY_ON_ITS_WAY, thread=thread_id)
    after = rules.erase(before, at)
    ended = before.waiting_since is not None
    change(connection, before, after, at, THE_DESK, EventKind.ERASED, outcome=WaitOutcome.WITHDRAWN if ended else None)
    events.erase(connection, thread_id)
    escalations.erase(connection, thread_id)
    waits.erase(connection, thread_id)
    return Erased(
        threads=(thread_id,),
        posts=posts.erase(connection, thread_id, at),
        replies=replies.erase(connection, thread_id),
        shown=outbox.erase(connection, thread_id),
    )
