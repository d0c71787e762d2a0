"""Agents as Slack knows them, stored so that a click need not ask Slack."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from bot.domain.cases.conversation import Agent
from bot.domain.desk.absence import since
from bot.domain.desk.standing import Standing
from storage.engine import upsert
from storage.rows import record
from storage.tables import agent as table


def keep(connection: Connection, agent: Agent, at: datetime) -> None:
    """Store what Slack told about the agent at `at`."""
    row = connection.execute(select(table).where(table.c.id == agent.id)).one_or_none()
    values = {
        "name": agent.name,
        "locale": agent.locale,
        "standing": agent.standing,
        "fetched_at": at,
        "status_emoji": agent.status_emoji,
        "status_until": agent.status_until,
        "status_since": since(_agent(row), row.status_since, agent, at) if row else at,
    }
    connection.execute(
        upsert(connection, table)
        .values(id=agent.id, **values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )


def rest(connection: Connection, agent_id: str, begins: datetime | None, ends: datetime | None) -> None:
    """Store from when until when the agent is not to be disturbed. Nothing happens if they are unknown."""
    connection.execute(update(table).where(table.c.id == agent_id).values(dnd_from=begins, dnd_until=ends))


def resting(connection: Connection, ids: Iterable[str], at: datetime) -> set[str]:
    """Return which of these agents are not to be disturbed at that time."""
    return set(rests_until(connection, ids, at))


def rests_until(connection: Connection, ids: Iterable[str], at: datetime) -> dict[str, datetime]:
    """Return until when each of these agents is not to be disturbed at that time; all others are left out."""
    now = (table.c.dnd_from <= at, table.c.dnd_until > at)
    rows = connection.execute(select(table.c.id, table.c.dnd_until).where(table.c.id.in_(list(ids)), *now))
    return {row.id: row.dnd_until for row in rows}


def perhaps_away(connection: Connection) -> list[tuple[Agent, datetime]]:
    """Return who has left Slack or set a status, in the order of their ids, with since when."""
    marked = or_(table.c.standing == Standing.DEACTIVATED, table.c.status_emoji != "")
    rows = connection.execute(select(table).where(marked, table.c.status_since.isnot(None)).order_by(table.c.id))
    return [(_agent(row), row.status_since) for row in rows]


def hint(connection: Connection, agent_id: str, day: str) -> bool:
    """Record that the agent is told on this local day; return False if they were already, or are unknown."""
    told = or_(table.c.hinted_on.is_(None), table.c.hinted_on != day)
    row = connection.execute(
        update(table).where(table.c.id == agent_id, told).values(hinted_on=day).returning(table.c.id)
    ).one_or_none()
    return row is not None


def get(connection: Connection, ids: Iterable[str]) -> dict[str, Agent]:
    """Return these agents by Slack id. Unknown ones are left out."""
    rows = connection.execute(select(table).where(table.c.id.in_(list(ids))))
    return {row.id: _agent(row) for row in rows}


def fetched(connection: Connection, agent_id: str) -> tuple[Agent, datetime] | None:
    """Return the agent, and when Slack told us about them."""
    row = connection.execute(select(table).where(table.c.id == agent_id)).one_or_none()
    return (_agent(row), row.fetched_at) if row else None


def _agent(row: Row[Any]) -> Agent:
    return record(Agent, row, standing=Standing(row.standing))


def everybody(connection: Connection) -> list[Agent]:
    """Return every agent that Slack ever told us about."""
    return [record(Agent, row) for row in connection.execute(select(table))]
