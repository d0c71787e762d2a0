"""Close a thread without a reply, giving a reason; and reopen it."""

from __future__ import annotations

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.clock.waits import WaitOutcome
from bot.usecases.cases.transition import allowed, change
from bot.usecases.desk.context import Actor, Context
from storage.cases import mutes, posts
from storage.clock import waits
from storage.engine import transaction


def close(ctx: Context, actor: Actor, thread_id: int, reason: str) -> None:
    """End the customer's wait without a reply and store the reason.

    Raises Refused: "reason_missing", "reply_on_its_way", "answered", "closed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        after = rules.close(thread, reason)
        change(
            connection,
            thread,
            after,
            at,
            actor,
            EventKind.CLOSED,
            outcome=WaitOutcome.CLOSED,
            reason=after.close_reason,
        )
    ctx.wake()


def reopen(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Undo a close; the customer's wait resumes from its original start.

    Raises Refused: "waiting", "answered", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        waits.resume(connection, thread_id)
        mutes.release(connection, [thread_id])  # whoever opens it wants to answer what is in it
        after = rules.reopen(thread, posts.oldest_unanswered(connection, thread_id))
        outcome = None if after.waiting_since else WaitOutcome.WITHDRAWN
        change(connection, thread, after, at, actor, EventKind.REOPENED, outcome=outcome)
    ctx.wake()
