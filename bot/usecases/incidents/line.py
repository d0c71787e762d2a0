"""The agreed line: one person writes what customers are told, a second one approves it."""

from __future__ import annotations

from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.incidents.incident import Incident, IncidentEventKind
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.usecases.incidents import incident as usecase
from storage.engine import transaction
from storage.incidents import incidents
from storage.incidents.messages import ApprovalPayload


def written(ctx: Context, actor: Actor, incident_id: int) -> Incident:
    """Return an incident whose line the actor may write.

    Raises Refused: "no_incident", "incident_closed", "not_allowed".
    """
    return usecase.open_for(ctx, actor, incident_id, "reply")[0]


def propose(ctx: Context, actor: Actor, incident_id: int, text: str) -> Incident:
    """Write a line for a second person to approve; until then the one before it holds. No text takes both away.

    Raises Refused as `written` does.
    """
    at, text = ctx.clock.now(), clean(text)
    with transaction(ctx.engine) as connection:
        incident = usecase.locked(connection, incident_id)
        usecase.require_desk(ctx, actor, incident, "reply")
        if text:
            kind, values = IncidentEventKind.PROPOSED, {"proposed": text, "proposed_by": actor.id, "proposed_at": at}
        else:
            kind, values = IncidentEventKind.WITHDRAWN, {"proposed": "", "line": "", "line_approved_by": None}
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
            proposed="",
            proposed_by=None,
            proposed_at=None,
        )
        usecase.tell_approvers(connection, ctx, incident, ApprovalPayload(incident_id, proposal))
        usecase.show(connection, ctx, incident)
    ctx.wake()
    return incident
