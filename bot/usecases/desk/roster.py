"""Roster: who is on call at a desk. `roster_reading.py` reads it; this is what everybody else asks."""

from __future__ import annotations

import hashlib

from bot.domain.desk import roster as rules
from bot.domain.desk.roster import OnCall, Shift
from bot.domain.desk.standing import Standing
from bot.settings import Desk, RosterPlace
from bot.usecases.desk import access
from bot.usecases.desk.context import Context
from bot.views.desk.models import RosterState
from storage.desk import agents, roster
from storage.engine import Connection, reading


def on_call(connection: Connection, ctx: Context, desk: Desk) -> OnCall:
    """Return which of the desk's agents are on call now, until when, and who comes next.

    Nobody is where the desk has no roster. Whoever may not claim and answer there, or has left Slack, never is.
    """
    return rules.on_call(shifts(connection, desk), ctx.clock.now())


def is_off(connection: Connection, ctx: Context, desk: Desk, agent: str) -> bool:
    """Tell whether the desk's roster knows this agent and has them off now."""
    return rules.is_off(shifts(connection, desk), agent, ctx.clock.now())


def shifts(connection: Connection, desk: Desk) -> list[Shift]:
    """Return the shifts of the desk's roster, without those of people who no longer answer there."""
    if desk.roster is None:
        return []
    stored = roster.shifts(connection, desk.stable_key, place_digest(desk.roster))
    known = agents.get(connection, {shift.agent for shift in stored}) if stored else {}
    standing = {agent_id: agent.standing for agent_id, agent in known.items()}
    return [shift for shift in stored if answers(desk, shift.agent, standing.get(shift.agent, Standing.UNKNOWN))]


def answers(desk: Desk, agent: str, standing: Standing) -> bool:
    """Tell whether this agent can have the desk's threads, as far as the config and Slack say."""
    return access.works_here(desk, agent, standing, "claim") and access.works_here(desk, agent, standing, "reply")


def state(ctx: Context, desk: Desk) -> RosterState:
    """Return what colleagues are told of the desk's roster."""
    at = ctx.clock.now()
    if desk.roster is None:
        return RosterState(desk.name, at)
    with reading(ctx.engine) as connection:
        stored = roster.get(connection, desk.stable_key, place_digest(desk.roster))
        now = on_call(connection, ctx, desk)
    return RosterState(
        desk.name,
        at,
        desk.roster.kind,
        now,
        fetched_at=stored.fetched_at if stored else None,
        problem=stored.problem if stored else None,
    )


def place_digest(place: RosterPlace) -> str:
    """Return what a roster is stored under: a digest, because an address is a secret."""
    return hashlib.sha256(f"{place.kind}:{place.place}".encode()).hexdigest()
