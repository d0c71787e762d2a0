"""Release: the owner gives the thread up, and anybody can claim it."""

from __future__ import annotations

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.usecases.cases.transition import allowed, change
from bot.usecases.desk.context import Actor, Context
from storage.engine import transaction


def release(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Take the owner off the thread. Raises Refused: "unowned", "not_yours", "closed", "unknown_thread"."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        change(connection, thread, rules.release(thread, actor.id), at, actor, EventKind.RELEASED)
    ctx.wake()
