"""Not urgent: what looked like a customer's last resort is none."""

from __future__ import annotations

from bot.domain.cases.conversation import EventKind
from bot.usecases.cases.transition import add_line, allowed
from bot.usecases.desk.context import Actor, Context
from storage.cases import posts
from storage.engine import transaction


def decline(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Take the signals of what waits off the card, and remember that they misled. Its target stays as it is.

    Raises Refused: "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        allowed(connection, ctx, actor, "claim", thread_id)
        if declined := posts.decline(connection, thread_id):
            at = ctx.clock.now()
            add_line(connection, thread_id, at, actor, EventKind.NOT_URGENT, signals=" ".join(sorted(declined)))
    ctx.wake()
