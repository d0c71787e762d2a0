"""Claim: exactly one agent becomes the owner, whoever else clicks at the same instant."""

from __future__ import annotations

from bot.domain import thread as rules
from bot.domain.errors import Refused
from bot.usecases import access
from bot.usecases.context import Actor, Context
from storage import events, outbox, threads
from storage.engine import transaction


def claim(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Make the actor the owner of a waiting thread that nobody owns.

    Raises Refused: "taken" with `owner` and `since`, "yours", "answered", "closed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        desk = threads.claim(connection, thread_id, actor.id, at)
        if desk is None:
            thread = threads.get(connection, thread_id)
            if thread is None:
                raise Refused("unknown_thread", number=thread_id)
            access.require(ctx, actor, thread.desk, "claim", thread_id)
            rules.claim(thread, actor.id, at)  # says why not
            raise Refused("not_saved")
        access.require(ctx, actor, desk, "claim", thread_id)
        events.add(connection, thread_id, at, "claimed", actor.id, actor.via, request=actor.request)
        outbox.refresh(connection, thread_id, at=at)
    ctx.wake()
