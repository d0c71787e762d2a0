"""Claim five of an incident's threads: each is won by exactly one agent, whoever else taps at the same instant."""

from __future__ import annotations

from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.claim import CLAIM_BATCH, hold_tap
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.usecases.incidents import incident as usecase
from storage.cases import claims
from storage.engine import transaction
from storage.incidents import incidents


def claim_five(ctx: Context, actor: Actor, incident_id: int) -> list[int]:
    """Make the actor the owner of the five that have waited longest; return their numbers.

    One transaction each: what a colleague has just claimed is left out, and the next one is taken in its place. A
    button that is tapped again before its answer is shown claims nothing more. Raises Refused: "nothing_to_claim",
    "still_claiming", "no_incident", "incident_closed", "not_allowed".
    """
    incident, desk = usecase.open_for(ctx, actor, incident_id, "claim")
    at = ctx.clock.now()
    claimed: list[int] = []
    tried: set[int] = set()
    request = actor.idempotency_key
    while len(claimed) < CLAIM_BATCH:
        with transaction(ctx.engine) as connection:
            left = incidents.unclaimed(connection, incident_id, CLAIM_BATCH + len(tried))
            number = next((number for number in left if number not in tried), None)
            if number is None:
                break
            tried.add(number)
            access.require_owner(ctx, actor, desk.stable_key, number)
            if claims.claim(connection, number, actor.id, at, actor.via, idempotency_key=request):
                if not claimed:
                    hold_tap(connection, ctx, actor, at)
                claimed.append(number)
                request = None  # a request can be recorded only once, so a repeat of it fails at the first one
    if not claimed:
        raise Refused(RefusalCode.NOTHING_TO_CLAIM, incident=incident.name)
    ctx.wake()
    return claimed
