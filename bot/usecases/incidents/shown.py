"""An incident as its message and the list show it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.conversation import ReplyState
from bot.domain.common.errors import Gone
from bot.domain.incidents.incident import Incident, name_of
from bot.domain.incidents.public_update import standing as newest_words
from bot.domain.incidents.quotes import nameless, spread
from bot.networks import network_name
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.usecases.incidents import public_update
from bot.usecases.incidents.incident import LISTED
from bot.views.incidents.models import Approval, Listed, Live, Page
from storage import outbox
from storage.desk import agents
from storage.engine import Connection, reading
from storage.incidents import incidents, members, messages, updates
from storage.incidents.messages import ApprovalPayload

QUOTES = 12  # in a page for the press office
NAMED = 20  # threads that are not told yet


def live(ctx: Context, incident_id: int) -> Live:
    """Return how an incident stands now. Raises Gone if there is no such number."""
    with reading(ctx.engine) as connection:
        incident = incidents.get(connection, incident_id)
        if incident is None:
            raise Gone(incident_id)
        standing = incidents.standing(connection, incident)
        untold = incidents.untold(connection, incident)[:NAMED]
        named = {number for end in (standing.first, standing.newest) if end for number in end[:1]}
        links = queries.permalinks(connection, ctx, {*named, *untold})
        posted = updates.of_incident(connection, incident_id)
    names = {each.account: network_name(each.account) for each in posted}
    editable = public_update.editable(ctx, posted) if incident.is_open else frozenset()
    return Live(incident, standing, ctx.clock.now(), links, tuple(untold), tuple(posted), names, editable)


def approval(ctx: Context, about: ApprovalPayload) -> Approval:
    """Return what a lead is asked to approve, as it stands now. Raises Gone if there is no such incident."""
    with reading(ctx.engine) as connection:
        incident = incidents.get(connection, about.incident)
        update = updates.get(connection, about.update) if about.update else None
        edited = updates.get(connection, update.edits) if update and update.edits is not None else None
    if incident is None:
        raise Gone(about.incident)
    if about.update:
        if update is None:
            return Approval(incident, "", "", waits=False)
        waits = update.is_proposed and incident.is_open
        before = edited.text if edited else ""
        return Approval(incident, update.text, update.by, waits, update.approved_by, update.id, update.picture, before)
    if incident.proposal == about.proposal:
        return Approval(incident, incident.proposed, incident.proposed_by or "", incident.is_open)
    agreed = name_of(incident.line) == about.proposal
    return Approval(incident, "", "", waits=False, approver=incident.line_approved_by if agreed else None)


def page(ctx: Context, incident_id: int) -> tuple[Page, str]:
    """Return an incident for people outside the desk, and the desk's language. Raises Gone if there is none."""
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        incident = incidents.get(connection, incident_id)
        if incident is None:
            raise Gone(incident_id)
        desk = ctx.settings.desk_if_any(incident.desk) or ctx.settings.desks[0]
        said = members.first_words(connection, incident_id)
        done = incidents.timeline(connection, incident_id)
        known = agents.get(connection, {event.actor for event in done})
        written = updates.of_incident(connection, incident_id)
        standing = incidents.standing(connection, incident)
    posted = [each for each in newest_words(written) if each.state is ReplyState.SENT]
    quotes = spread([nameless(words.text, (words.name, words.handle)) for words in said], QUOTES)
    names = {id_: agent.name for id_, agent in known.items()}
    shown = Page(incident, standing, at, desk.timezone, tuple(quotes), tuple(posted), tuple(done), names)
    return shown, desk.language


def of_desk(ctx: Context, desk: Desk) -> list[Listed]:
    """Return the desk's latest incidents, newest first."""
    with reading(ctx.engine) as connection:
        found = incidents.of_desk(connection, desk.stable_key, LISTED)
        return list(_listed(connection, ctx, desk, found))


def _listed(connection: Connection, ctx: Context, desk: Desk, found: Iterable[Incident]) -> Iterable[Listed]:
    for incident in found:
        item = outbox.get(connection, messages.incident(incident.id, desk.slack_channel).key)
        place = (item.message_channel, item.message_ts) if item else (None, None)
        link = ctx.workspace.permalink(place[0], place[1]) if place[0] and place[1] else None
        yield Listed(incident, incidents.standing(connection, incident), link)
