"""Open, solve and close an incident, and tell which one somebody means."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.labels import named
from bot.domain.common.clean import clean
from bot.domain.common.command import folded
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.incidents.incident import LOOK_BACK, MAX_NAME, Incident, IncidentEventKind, words_of
from bot.settings import Desk
from bot.usecases.desk import access, approvers
from bot.usecases.desk.context import Actor, Context, Role
from storage import outbox
from storage.engine import Connection, reading, transaction
from storage.incidents import incidents, members, messages, updates
from storage.incidents.messages import ApprovalPayload

LISTED = 20
NO_PROPOSAL: dict[str, object] = {"proposed": "", "proposed_by": None, "proposed_at": None}
NO_LINE = {**NO_PROPOSAL, "line": "", "line_by": None, "line_approved_by": None, "line_at": None}
"""The columns of an incident that nothing is agreed for."""


def open_(
    ctx: Context, actor: Actor, desk: Desk, name: str, *, words: str | None = None, label: str | None = None
) -> Incident:
    """Open an incident of this name; threads with its `words` (by default those of the name) or `label` come to it.

    Raises Refused: "leads_only", "incident_name_missing", "incident_open", "repeated", "unknown_label" with `labels`.
    """
    require_lead(actor, desk)
    name = " ".join(clean(name).split())[:MAX_NAME].strip()
    if not name:
        raise Refused(RefusalCode.INCIDENT_NAME_MISSING)
    wanted = None
    if label:
        wanted = named(label, desk.label_names)
        if wanted is None:
            raise Refused(RefusalCode.UNKNOWN_LABEL, name=label, nearest=None, labels=desk.label_names)
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        if actor.idempotency_key and incidents.written(connection, actor.idempotency_key):
            raise Refused(RefusalCode.REPEATED)
        accounts = [account.key for _, account in ctx.settings.accounts()]  # a rule may send theirs here
        incident = incidents.begin(
            connection,
            desk.stable_key,
            name,
            words=" ".join(words_of(words or name)),
            label=wanted,
            owner=actor.id,
            opened_at=at,
            read_through_post_id=members.first_post_since(connection, accounts, at - LOOK_BACK),
        )
        if incident is None:
            raise Refused(RefusalCode.INCIDENT_OPEN, name=name)
        key = actor.idempotency_key
        incidents.write(connection, incident.id, at, IncidentEventKind.OPENED, actor.id, name, key)
        outbox.want(connection, messages.incident(incident.id, desk.slack_channel), at=at)
    ctx.wake()
    return incident


def solve(ctx: Context, actor: Actor, incident_id: int) -> Incident:
    """Say that its cause is gone; from now on everybody who asked is to be told. The line of before holds no more.

    Raises Refused: "no_incident", "leads_only", "incident_closed".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        incident = locked(connection, incident_id)
        require_lead(actor, require_desk(ctx, actor, incident))
        if incident.solved_at is None:
            proposal = incident.proposal
            incident = incidents.set_(connection, incident_id, solved_at=at, solved_by=actor.id, **NO_LINE)
            key = actor.idempotency_key
            incidents.write(connection, incident_id, at, IncidentEventKind.SOLVED, actor.id, "", key)
            tell_approvers(connection, ctx, incident, ApprovalPayload(incident_id, proposal))
            show(connection, ctx, incident)
    ctx.wake()
    return incident


def close(ctx: Context, actor: Actor, incident_id: int) -> Incident:
    """Close an incident: nothing comes to it any more. Its threads keep their clocks and stay in its figures.

    Raises Refused: "no_incident", "leads_only", "incident_closed".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        incident = locked(connection, incident_id)
        require_lead(actor, require_desk(ctx, actor, incident))
        proposal = incident.proposal
        incident = incidents.set_(connection, incident_id, closed_at=at, closed_by=actor.id, **NO_PROPOSAL)
        incidents.write(connection, incident_id, at, IncidentEventKind.CLOSED, actor.id, "", actor.idempotency_key)
        tell_approvers(connection, ctx, incident, ApprovalPayload(incident_id, proposal))
        for update in updates.of_incident(connection, incident_id):
            if update.is_proposed:
                tell_approvers(connection, ctx, incident, ApprovalPayload(incident_id, update=update.id))
        show(connection, ctx, incident)
    ctx.wake()
    return incident


def going_on(ctx: Context, desk: Desk) -> list[Incident]:
    """Return the desk's open incidents, newest first."""
    with reading(ctx.engine) as connection:
        return incidents.open_at(connection, desk.stable_key)


def meant(ctx: Context, desk: Desk, said: str) -> Incident:
    """Return the open incident that somebody means by its number or name, or the only one if they say nothing.

    Raises Refused: "no_incident", "which_incident" with `incidents`.
    """
    several = going_on(ctx, desk)
    wanted = " ".join(said.split()).strip("\"'\u201c\u201d\u201e").removeprefix("#")
    if not wanted:
        if len(several) == 1:
            return several[0]
        if several:
            raise Refused(RefusalCode.WHICH_INCIDENT, incidents=_named(several))
        raise Refused(RefusalCode.NO_INCIDENT, name="")
    by_number = [each for each in several if str(each.id) == wanted]
    by_name = [each for each in several if folded(each.name) == folded(wanted)]
    nearly = [each for each in several if folded(wanted) in folded(each.name)]
    for found in (by_number, by_name, nearly):
        if len(found) == 1:
            return found[0]
    if nearly:
        raise Refused(RefusalCode.WHICH_INCIDENT, incidents=_named(nearly))
    raise Refused(RefusalCode.NO_INCIDENT, name=wanted)


def _named(several: Iterable[Incident]) -> tuple[str, ...]:
    return tuple(f"{each.id} ({each.name})" for each in several)


def locked(connection: Connection, incident_id: int) -> Incident:
    """Return the incident, locked for this transaction. Raises Refused: "no_incident", "incident_closed"."""
    incident = incidents.lock(connection, incident_id)
    if incident is None:
        raise Refused(RefusalCode.NO_INCIDENT, name=str(incident_id))
    if not incident.is_open:
        raise Refused(RefusalCode.INCIDENT_CLOSED, incident=incident.name)
    return incident


def open_for(ctx: Context, actor: Actor, incident_id: int, role: Role) -> tuple[Incident, Desk]:
    """Return an incident and its desk, for somebody with this role there; nothing is locked.

    Raises Refused: "no_incident", "incident_closed", and as `require_desk` does.
    """
    with reading(ctx.engine) as connection:
        incident = incidents.get(connection, incident_id)
    if incident is None:
        raise Refused(RefusalCode.NO_INCIDENT, name=str(incident_id))
    desk = require_desk(ctx, actor, incident, role)
    if not incident.is_open:
        raise Refused(RefusalCode.INCIDENT_CLOSED, incident=incident.name)
    return incident, desk


def require_desk(ctx: Context, actor: Actor, incident: Incident, role: Role | None = None) -> Desk:
    """Return the incident's desk if it can be seen from where the actor is and they have this role there.

    Raises Refused: "no_incident", "not_allowed", "guest", "stranger", "role_unknown".
    """
    desk = next((each for each in access.desks_in_sight(ctx, actor) if each.stable_key == incident.desk), None)
    if desk is None:
        raise Refused(RefusalCode.NO_INCIDENT, name=str(incident.id))
    return access.require_at(ctx, actor, incident.desk, role) if role else desk


def require_lead(actor: Actor, desk: Desk) -> None:
    """Raise Refused("leads_only") unless the actor leads the desk or is named for the role `configure`.

    Where the config names neither, it is for everybody who may configure.
    """
    named_ = set(desk.roles.configure) | set(desk.leads)
    if actor.id in named_ or actor.groups & named_ or (not named_ and access.may(actor, desk, "configure")):
        return
    if actor.unread & named_:
        raise Refused(RefusalCode.ROLE_UNKNOWN)
    raise Refused(RefusalCode.LEADS_ONLY)


def show(connection: Connection, ctx: Context, incident: Incident) -> None:
    """Bring the incident's message in the channel up to date. An edit rings nobody."""
    desk = ctx.settings.desk_if_any(incident.desk)
    if desk is not None:
        outbox.want(connection, messages.incident(incident.id, desk.slack_channel), at=ctx.clock.now())


def ask_approvers(
    connection: Connection, ctx: Context, incident: Incident, author: str, about: ApprovalPayload
) -> None:
    """Ask those who are asked about replies as well for approval: somebody must act now, and an edit rings nobody."""
    desk = ctx.settings.desk_if_any(incident.desk)
    asked = approvers.to_ask(connection, ctx, desk, author).people if desk else ()
    for colleague in asked:
        if not colleague.startswith("S"):  # the channel of a user group has the incident's message
            outbox.want_once(connection, messages.approval(about, colleague), at=ctx.clock.now())


def tell_approvers(connection: Connection, ctx: Context, incident: Incident, about: ApprovalPayload) -> None:
    """Let what they were asked show that it is decided."""
    desk = ctx.settings.desk_if_any(incident.desk)
    for colleague in (*desk.leads, *desk.mandate.approvers) if desk else ():
        message = messages.approval(about, colleague)
        if outbox.exists(connection, message.key):
            outbox.want(connection, message, at=ctx.clock.now())
