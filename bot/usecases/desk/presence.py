"""Presence: whether an agent is there to hear what is said to them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.conversation import Agent
from bot.domain.desk import roster as rules
from bot.domain.desk.absence import is_away
from bot.domain.desk.standing import Standing
from bot.settings import Desk
from bot.usecases.desk import access, roster
from bot.usecases.desk.context import Context
from bot.views.desk.models import Gone, Missing, Reached
from storage.desk import agents
from storage.engine import Connection, reading


def is_there(connection: Connection, ctx: Context, desk: Desk, agent: str) -> bool:
    """Tell whether this agent answers for the desk now: neither gone, nor away, nor off by the desk's roster."""
    known = agents.get(connection, [agent]).get(agent)
    if not access.works_here(desk, agent, known.standing if known else Standing.MEMBER):
        return False
    return _is_at_work(connection, ctx, desk, agent, known)


def hears(connection: Connection, ctx: Context, desk: Desk, agent: str) -> bool:
    """Tell whether this agent reads now what Slack rings them for: not gone, away, off, or not to be disturbed."""
    known = agents.get(connection, [agent]).get(agent)
    if known is not None and known.standing in (Standing.DEACTIVATED, Standing.BOT):
        return False
    quiet = agents.resting(connection, [agent], ctx.clock.now())
    return not quiet and _is_at_work(connection, ctx, desk, agent, known)


def _is_at_work(connection: Connection, ctx: Context, desk: Desk, agent: str, known: Agent | None) -> bool:
    away = known is not None and is_away(known, desk.away, ctx.clock.now())
    return not away and not (desk.roster is not None and roster.is_off(connection, ctx, desk, agent))


def reached(connection: Connection, ctx: Context, desk: Desk, owner: str | None, *others: str) -> Reached:
    """Return whom a line about the owner's thread rings: the owner, in whose absence those on call.

    `others` are meant by its words too.
    """
    meant = dict.fromkeys([*([owner] if owner else []), *others])
    off = {
        agent: name for agent, name in names(connection, meant).items() if not is_there(connection, ctx, desk, agent)
    }
    if owner in off:
        return Reached(roster.on_call(connection, ctx, desk).agents, off)
    return Reached((owner,) if owner else (), off)


def names(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of these agents by Slack id; the id itself stands for a name that Slack has never told."""
    wanted = list(ids)
    known = agents.get(connection, wanted) if wanted else {}
    return {agent: known[agent].name if agent in known else agent for agent in wanted}


def missing(ctx: Context, desk: Desk, ids: Iterable[str]) -> tuple[Missing, ...]:
    """Return who of these agents does not hear now what is said to them: away, off by the roster, not to be disturbed.

    Whoever gives them something is told so.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        wanted = list(dict.fromkeys(ids))
        known, quiet = agents.get(connection, wanted), agents.rests_until(connection, wanted, at)
        shifts = roster.shifts(connection, desk)
    found = []
    for agent, name in ((id_, known[id_].name if id_ in known else id_) for id_ in wanted):
        if agent in known and is_away(known[agent], desk.away, at):
            found.append(Missing(name, Gone.AWAY, known[agent].status_until))
        elif rules.is_off(shifts, agent, at):
            found.append(Missing(name, Gone.OFF, rules.back_at(shifts, agent, at)))
        elif agent in quiet:
            found.append(Missing(name, Gone.QUIET, quiet[agent]))
    return tuple(found)
