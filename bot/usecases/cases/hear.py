"""Hear: a message that only thanked us needs an answer after all."""

from __future__ import annotations

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.usecases.cases.transition import allowed, change
from bot.usecases.desk.context import Actor, Context
from storage.cases import posts
from storage.engine import transaction


def hear(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Start the clock of what only thanked us, from the time at which it was written.

    Raises Refused: "waiting", "answered", "closed", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        posts.hear(connection, thread_id)
        after = rules.hear(thread, posts.oldest_unanswered(connection, thread_id))
        change(connection, thread, after, at, actor, EventKind.HEARD)
    ctx.wake()
