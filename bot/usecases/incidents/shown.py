"""An incident as its message and the list show it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.common.errors import Gone
from bot.domain.incidents.incident import Incident
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.usecases.incidents.incident import LISTED
from bot.views.incidents.models import Listed, Live
from storage import outbox
from storage.engine import Connection, reading
from storage.incidents import incidents, messages

NAMED = 20  # threads that are not told yet


def live(ctx: Context, incident_id: int) -> Live:
    """Return how an incident stands now. Raises Gone if there is no such number."""
    with reading(ctx.engine) as connection:
        incident = incidents.get(connection, incident_id)
        if incident is None:
            raise Gone(incident_id)
        standing = incidents.standing(connection, incident)
        since = incident.solved_at or incident.opened_at
        untold = incidents.untold(connection, incident_id, since)[:NAMED]
        named = {number for end in (standing.first, standing.newest) if end for number in end[:1]}
        links = queries.permalinks(connection, ctx, {*named, *untold})
    return Live(incident, standing, ctx.clock.now(), links, tuple(untold))


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
