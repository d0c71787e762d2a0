"""Claim: exactly one agent becomes the owner, no matter who else clicks at the same instant."""

from __future__ import annotations

from bot.domain.cases import thread as rules
from bot.domain.common.errors import RefusalCode, Refused
from bot.settings import Desk
from bot.usecases.cases.transition import found
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from storage.cases import claims, threads
from storage.engine import transaction

CLAIM_BATCH = 5


def claim(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Make the actor the owner of a waiting, unowned thread.

    Raises Refused: "taken" with `owner` and `since`, "yours", "answered", "closed", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        desk = claims.claim(connection, thread_id, actor.id, at, actor.via, idempotency_key=actor.idempotency_key)
        if desk is None:
            thread = found(connection, thread_id)
            access.require(ctx, actor, thread.desk, "claim", thread_id)
            rules.claim(thread, actor.id, at)  # raises the reason
            raise Refused(RefusalCode.NOT_SAVED)
        access.require(ctx, actor, desk, "claim", thread_id)
    ctx.wake()


def claim_next(ctx: Context, actor: Actor, desk: Desk) -> list[int]:
    """Make the actor the owner of up to 5 unowned threads with the nearest deadlines; return their numbers.

    Two agents who do this at the same instant get different threads. Raises Refused: "not_allowed",
    "nothing_unclaimed".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        claimed = [thread.id for thread in threads.unowned(connection, desk.stable_key, CLAIM_BATCH, lock=True)]
        if not claimed:
            raise Refused(RefusalCode.NOTHING_UNCLAIMED)
        access.require(ctx, actor, desk.stable_key, "claim", claimed[0])
        for thread_id in claimed:
            # A request can be recorded only once, so a repeat of it fails here and claims nothing more.
            request = actor.idempotency_key if thread_id == claimed[0] else None
            claims.claim(connection, thread_id, actor.id, at, actor.via, idempotency_key=request)
    ctx.wake()
    return claimed
