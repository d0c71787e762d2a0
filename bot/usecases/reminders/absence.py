"""Absence: what an owner who is away has not answered is the team's again, and the channel is told in one line."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import Agent, EventKind
from bot.domain.desk.absence import is_away
from bot.domain.desk.standing import Standing
from bot.domain.reminders.shift_change import AT_IT
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.cases.transition import change, locked
from bot.usecases.desk.context import THE_DESK, Context
from bot.views.reminders.models import Absence
from storage import outbox
from storage.cases import threads
from storage.clock import promises
from storage.desk import agents
from storage.engine import Connection, reading, transaction
from storage.reminders import listings, messages, shift_changes
from storage.reminders.messages import AbsencePayload


def tick(ctx: Context) -> int:
    """Release what those who are away have owned since before it began and not answered; return how many threads.

    What they are given, or claim, while they are away stays theirs. At a desk that is closed it waits until it opens.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        marked = agents.perhaps_away(connection)
    released = [
        _release(ctx, desk, agent, since, at)
        for desk in (ctx.ringing(at).values() if marked else ())
        for agent, since in marked
        if is_away(agent, desk.away, at)
    ]
    return sum(released)


def absence(ctx: Context, payload: AbsencePayload) -> Absence:
    """Return the absence as it stands now."""
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        known = agents.get(connection, [payload.agent]).get(payload.agent)
        now = (threads.get(connection, number) for number in payload.released)
        unclaimed = [thread.id for thread in now if thread and thread.owner is None and thread.due_at is not None]
        promised = promises.of_agent(connection, payload.desk, payload.agent)
        links = queries.permalinks(connection, ctx, [*unclaimed, *promised])
    return Absence(
        desk=payload.desk,
        at=at,
        name=known.name if known else payload.agent,
        until=known.status_until if known else None,
        unclaimed={number: links.get(number) for number in unclaimed},
        promised={number: (links.get(number), due_at) for number, due_at in promised.items()},
        has_left=known is not None and known.standing is Standing.DEACTIVATED,
    )


def _release(ctx: Context, desk: Desk, agent: Agent, since: datetime, at: datetime) -> int:
    with reading(ctx.engine) as connection:
        if not shift_changes.left_by(connection, desk.stable_key, agent.id, at - AT_IT, owned_before=since):
            return 0
    with transaction(ctx.engine) as connection:
        released = _released(connection, desk, agent.id, since, at)
        if released:
            payload = AbsencePayload(desk.stable_key, agent.id, since.isoformat(), released)
            before = outbox.get(connection, messages.absence(payload, desk.slack_channel).key)
            if before is not None:
                earlier = AbsencePayload.from_json(before.payload).released
                payload = AbsencePayload(payload.desk, payload.agent, payload.since, [*earlier, *released])
            line = messages.absence(payload, desk.slack_channel)
            outbox.want(connection, line, at=at)
            listings.add(connection, line.key, released)
    ctx.wake()
    return len(released)


def _released(connection: Connection, desk: Desk, agent: str, since: datetime, at: datetime) -> list[int]:
    """Give the team what the agent has not answered; return the numbers. What they are just answering stays theirs."""
    released = []
    for number in shift_changes.left_by(connection, desk.stable_key, agent, at - AT_IT, owned_before=since):
        thread = locked(connection, number)
        if thread.owner == agent and thread.due_at is not None and not thread.is_being_answered:
            free = rules.release(thread, agent)
            change(connection, thread, free, at, THE_DESK, EventKind.OWNER_AWAY, owner=agent)
            released.append(number)
    return released
