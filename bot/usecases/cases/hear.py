"""Hear: a message that only thanked us needs an answer after all."""

from __future__ import annotations

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.usecases.cases.transition import allowed, change
from bot.usecases.clock.agreed import agree_anew
from bot.usecases.desk.context import Actor, Context
from storage.cases import posts
from storage.engine import transaction


def hear(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Start the clock of what only thanked us, from the time at which it was written, with the targets of today.

    Raises Refused: "waiting", "answered", "closed", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        posts.hear(connection, thread_id)
        today = agree_anew(connection, ctx.desk_of(thread), thread, at)
        after = rules.hear(today, posts.oldest_unanswered(connection, thread_id))
        change(connection, thread, after, at, actor, EventKind.HEARD)
    ctx.wake()
