"""Presence: whether an agent is there to hear what is said to them."""

from __future__ import annotations

from bot.domain.desk.absence import is_away
from bot.domain.desk.standing import Standing
from bot.settings import Desk
from bot.usecases.desk import access, roster
from bot.usecases.desk.context import Context
from storage.desk import agents
from storage.engine import Connection


def is_there(connection: Connection, ctx: Context, desk: Desk, agent: str) -> bool:
    """Tell whether this agent answers for the desk now: neither gone, nor away, nor off by the desk's roster."""
    known = agents.get(connection, [agent]).get(agent)
    if not access.works_here(desk, agent, known.standing if known else Standing.MEMBER):
        return False
    away = known is not None and is_away(known, desk.away, ctx.clock.now())
    return not away and not (desk.roster is not None and roster.is_off(connection, ctx, desk, agent))
