"""Close a thread without a reply, giving a reason; and reopen it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.clock.targets import ResponseKind
from bot.domain.clock.waits import WaitOutcome
from bot.usecases.cases.outcome import with_label
from bot.usecases.cases.transition import allowed, change
from bot.usecases.desk.context import Actor, Context
from storage.cases import mutes, posts
from storage.clock import waits
from storage.engine import transaction


def close(
    ctx: Context,
    actor: Actor,
    thread_id: int,
    reason: str,
    *,
    outcome: str | None = None,
    label_: str | None = None,
) -> None:
    """End the customer's wait without a reply and store the reason, and if it is said how it ended and on what label.

    Raises Refused: "reason_missing", "reply_on_its_way", "answered", "closed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        after = rules.close(thread, reason)
        details: dict[str, Any] = {"reason": after.close_reason}
        if outcome in ctx.desk_of(thread).outcomes:
            after = rules.resolve(after, outcome, at)
            details["ended"] = after.outcome
        change(connection, thread, after, at, actor, EventKind.CLOSED, outcome=WaitOutcome.CLOSED, **details)
        with_label(connection, ctx, after, replace(actor, idempotency_key=None), label_)
    ctx.wake()


def reopen(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Undo a close; the customer's wait resumes from its original start.

    Raises Refused: "waiting", "answered", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        waits.resume(connection, thread_id)
        if waits.resume(connection, thread_id, WaitOutcome.CONTACT) is ResponseKind.FIRST:
            thread = replace(thread, first_response_at=None)
        mutes.release(connection, [thread_id])  # whoever opens it wants to answer what is in it
        after = rules.reopen(thread, posts.oldest_unanswered(connection, thread_id))
        outcome = None if after.waiting_since else WaitOutcome.WITHDRAWN
        change(connection, thread, after, at, actor, EventKind.REOPENED, outcome=outcome)
    ctx.wake()
