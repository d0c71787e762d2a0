"""Claim: exactly one agent becomes the owner, no matter who else clicks at the same instant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.domain.cases import thread as rules
from bot.domain.common.errors import RefusalCode, Refused
from bot.settings import Desk
from bot.usecases.cases.transition import found
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from storage.cases import claims, threads
from storage.common import job_locks
from storage.engine import Connection, transaction

CLAIM_BATCH = 5
SHOWN_WITHIN_SECONDS = 30  # after that the answer to a tap is presumed lost
READ_SECONDS = 1  # nobody reads an answer faster than that


def claim(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Make the actor the owner of a waiting, unowned thread.

    Raises Refused: "taken" with `owner` and `since`, "yours", "answered", "closed", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        desk = claims.claim(connection, thread_id, actor.id, at, actor.via, idempotency_key=actor.idempotency_key)
        if desk is None:
            raise _reason(connection, ctx, actor, thread_id, at)
        _require(ctx, actor, desk, thread_id)
    ctx.wake()


def claim_several(ctx: Context, actor: Actor, numbers: Collection[int]) -> dict[int, Refused | None]:
    """Make the actor the owner of each of these threads that can be claimed.

    Returns for each number, in their order, why not, or None for those that are the actor's now. Raises
    Refused("repeated").
    """
    at = ctx.clock.now()
    refusals: dict[int, Refused | None] = {}
    request = actor.idempotency_key
    with transaction(ctx.engine) as connection:
        for number in sorted(numbers):  # in one order, so that two agents cannot wait for each other
            try:
                _require(ctx, actor, found(connection, number).desk, number)
            except Refused as refusal:
                refusals[number] = refusal
                continue
            if claims.claim(connection, number, actor.id, at, actor.via, idempotency_key=request):
                request = None  # a request can be recorded only once
                refusals[number] = None
            else:
                refusals[number] = _reason(connection, ctx, actor, number, at)
    ctx.wake()
    return {number: refusals[number] for number in numbers}


def claim_next(ctx: Context, actor: Actor, desk: Desk, *, limit: int = CLAIM_BATCH) -> list[int]:
    """Make the actor the owner of up to `limit` unowned threads with the nearest deadlines; return their numbers.

    Two agents who do this at the same instant get different threads. A button that is tapped again before the first
    tap's answer is shown (see `shown`) claims nothing more. Raises Refused: "still_claiming", "not_allowed",
    "nothing_unclaimed".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        claimed = [thread.id for thread in threads.unowned(connection, desk.stable_key, limit, lock=True)]
        if not claimed:
            raise Refused(RefusalCode.NOTHING_UNCLAIMED)
        _require(ctx, actor, desk.stable_key, claimed[0])
        for thread_id in claimed:
            # A request can be recorded only once, so a repeat of it fails here and claims nothing more.
            request = actor.idempotency_key if thread_id == claimed[0] else None
            claims.claim(connection, thread_id, actor.id, at, actor.via, idempotency_key=request)
        hold_tap(connection, ctx, actor, at)
    ctx.wake()
    return claimed


def hold_tap(connection: Connection, ctx: Context, actor: Actor, at: datetime) -> None:
    """Let no further tap of the actor claim several until they are shown what this one claimed.

    Raises Refused("still_claiming") if they were not shown yet what an earlier one did.
    """
    until = at + ctx.clock.real(SHOWN_WITHIN_SECONDS)
    if actor.via == "button" and not job_locks.take(connection, _tap(actor), at, until):
        raise Refused(RefusalCode.STILL_CLAIMING)


def shown(ctx: Context, actor: Actor, since: datetime) -> None:
    """Record that the actor was shown what they claimed at `since` by a button: their next tap counts again."""
    with transaction(ctx.engine) as connection:
        free_at = max(ctx.clock.now(), since + ctx.clock.real(READ_SECONDS))
        job_locks.hold(connection, _tap(actor), free_at)


def _require(ctx: Context, actor: Actor, desk_key: str, thread_id: int) -> None:
    """Raise Refused unless the actor may claim the desk's thread and could then answer it."""
    access.require(ctx, actor, desk_key, "claim", thread_id)
    access.require_owner(ctx, actor, desk_key, thread_id)


def _tap(actor: Actor) -> str:
    return f"claim_next:{actor.id}"


def _reason(connection: Connection, ctx: Context, actor: Actor, thread_id: int, at: datetime) -> Refused:
    """Return why the thread could not be claimed."""
    try:
        thread = found(connection, thread_id)
        _require(ctx, actor, thread.desk, thread_id)
        rules.claim(thread, actor.id, at)
    except Refused as refusal:
        return refusal
    return Refused(RefusalCode.NOT_SAVED)
