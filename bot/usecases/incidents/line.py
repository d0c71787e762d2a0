"""The agreed line: one person writes what customers are told, a second one approves it."""

from __future__ import annotations

from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.incidents.incident import MAX_LINE, Incident, IncidentEventKind
from bot.networks.base import Outgoing
from bot.settings import Desk
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.usecases.incidents import incident as usecase
from storage.engine import transaction
from storage.incidents import incidents
from storage.incidents.messages import ApprovalPayload

LONGEST_NAME = "x" * 30
"""Whom a line goes to is not known yet. Mastodon puts a name in front, at most so long on its own servers."""


def written(ctx: Context, actor: Actor, incident_id: int) -> Incident:
    """Return an incident whose line the actor may write.

    Raises Refused: "no_incident", "incident_closed", "not_allowed".
    """
    return usecase.open_for(ctx, actor, incident_id, "reply")[0]


def propose(ctx: Context, actor: Actor, incident_id: int, text: str, *, seen: str | None = None) -> Incident:
    """Write a line for a second person to approve; until then the one before it holds. No text takes both away.

    `seen` names the words that the form began with, and nothing is changed if they are no longer those. Only a lead
    takes away what is not just their own proposal. Raises Refused: "line_changed", "line_too_long", "leads_only", and
    as `written` does.
    """
    at, text = ctx.clock.now(), clean(text)
    with transaction(ctx.engine) as connection:
        incident = usecase.locked(connection, incident_id)
        desk = usecase.require_desk(ctx, actor, incident, "reply")
        if seen not in (None, incident.words_now):
            raise Refused(RefusalCode.LINE_CHANGED)
        if text:
            _require_room(ctx, desk, text)
            kind, values = IncidentEventKind.PROPOSED, {"proposed": text, "proposed_by": actor.id, "proposed_at": at}
        else:
            if incident.line or incident.proposed_by != actor.id:
                usecase.require_lead(actor, desk)
            kind, values = IncidentEventKind.WITHDRAWN, usecase.NO_LINE
        before, incident = incident, incidents.set_(connection, incident_id, **values)
        if before.proposal and before.proposal != incident.proposal:
            usecase.tell_approvers(connection, ctx, incident, ApprovalPayload(incident_id, before.proposal))
        if incident.proposal:
            usecase.ask_approvers(connection, ctx, incident, actor.id, ApprovalPayload(incident_id, incident.proposal))
        incidents.write(connection, incident_id, at, kind, actor.id, text, actor.idempotency_key)
        usecase.show(connection, ctx, incident)
    ctx.wake()
    return incident


def approve(ctx: Context, actor: Actor, incident_id: int, proposal: str) -> Incident:
    """Approve the line that the actor saw, whose name is `proposal`; of two who do, one does.

    Raises Refused: "line_changed", "no_incident", "incident_closed", and as `access.require_second` does.
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        incident = usecase.locked(connection, incident_id)
        desk = usecase.require_desk(ctx, actor, incident)
        if not incident.proposal or incident.proposal != proposal:
            raise Refused(RefusalCode.LINE_CHANGED)
        access.require_second(actor, desk, incident.proposed_by or "")
        incidents.write(
            connection, incident_id, at, IncidentEventKind.APPROVED, actor.id, incident.proposed, actor.idempotency_key
        )
        incident = incidents.set_(
            connection,
            incident_id,
            line=incident.proposed,
            line_by=incident.proposed_by,
            line_approved_by=actor.id,
            line_at=at,
            **usecase.NO_PROPOSAL,
        )
        usecase.tell_approvers(connection, ctx, incident, ApprovalPayload(incident_id, proposal))
        usecase.show(connection, ctx, incident)
    ctx.wake()
    return incident


def _require_room(ctx: Context, desk: Desk, text: str) -> None:
    """Raise Refused("line_too_long") unless a message shows all of it and each account of the desk can send it."""
    counts = [
        ctx.accounts[account.key].count(Outgoing(text, to=LONGEST_NAME))
        for account in desk.accounts
        if account.key in ctx.accounts
    ]
    sizes = [(len(text), MAX_LINE), *((count.used, count.limit) for count in counts)]
    used, limit = max(sizes, key=lambda size: size[0] - size[1])
    if used > limit:
        raise Refused(RefusalCode.LINE_TOO_LONG, used=used, limit=limit)
