"""What Slack says about agents, asked once a day and stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.cases.conversation import Agent
from bot.usecases.desk.context import Context
from storage.desk import agents
from storage.engine import reading, transaction

FRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """An agent as Slack described them; from `until` on, Slack is to be asked again."""

    agent: Agent
    until: datetime


def known(ctx: Context, agent_id: str) -> Known | None:
    """Return the agent as stored, however old that is; None if unknown."""
    with reading(ctx.engine) as connection:
        stored = agents.fetched(connection, agent_id)
    return Known(stored[0], stored[1] + FRESH) if stored else None


def keep(ctx: Context, agent: Agent) -> Known:
    """Store what Slack has just told about an agent."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        agents.keep(connection, agent, at)
    return Known(agent, at + FRESH)
