"""Shift change: whoever comes on call gets one message with what is open, and what those who go had not answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.clock.calendar import is_open
from bot.domain.reminders import shift_change
from bot.domain.reminders.shift_change import AT_IT, LISTED
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.cases.transition import change, locked
from bot.usecases.desk import presence, roster
from bot.usecases.desk.context import THE_DESK, Context
from bot.views.reminders.models import HandedOn, HandOver
from storage import outbox
from storage.cases import threads
from storage.desk import agents
from storage.desk import roster as rosters
from storage.engine import Connection, reading, transaction
from storage.reminders import listings, messages, shift_changes
from storage.reminders.messages import ShiftPayload


def tick(ctx: Context) -> int:
    """Deal with every change of shifts that is not dealt with yet; return how many.

    Each is dealt with once, and if several have passed because nothing ran, only the latest. At a desk that is closed
    it waits until it opens, since nothing rings before; if the same people are then on call, nothing has changed.
    """
    at = ctx.clock.now()
    due = (desk for desk in ctx.settings.desks if desk.roster is not None and is_open(desk.calendar(at), at))
    return sum(_hand_over(ctx, desk, at) for desk in due)


def hand_over(ctx: Context, payload: ShiftPayload) -> HandOver:
    """Return the hand-over as things are now, without a list if nothing is open or shifts have changed again since."""
    at = ctx.clock.now()
    desk = ctx.settings.desk(payload.desk)
    with reading(ctx.engine) as connection:
        stored = _stored(connection, desk)
        latest = stored is not None and stored.handed_at is not None and stored.handed_at.isoformat() == payload.at
        counts = shift_changes.counts(connection, payload.desk, at) if latest else {}
        rows = shift_changes.listed(connection, payload.desk, at, LISTED) if latest else []
        known = threads.by_number(connection, [row.number for row in rows])
        cases = {case.thread.id: case for case in queries.rows(connection, ctx, list(known.values()), at)}
        owners = {row.owner for row in rows if row.owner}
        names = {id_: agent.name for id_, agent in agents.get(connection, {*payload.went, *owners}).items()}
        off = {owner for owner in owners if not presence.is_there(connection, ctx, desk, owner)}
    return HandOver(
        desk=payload.desk,
        at=at,
        came=tuple(payload.came),
        went=tuple(names.get(agent, agent) for agent in payload.went),
        until=_instant(payload.until),
        next_from=_instant(payload.next_from),
        released=len(payload.released),
        counts=counts,
        threads=tuple(
            HandedOn(cases[row.number], names.get(row.owner, row.owner), row.owner in off, row.due_at, row.group)
            for row in rows
        ),
    )


def _hand_over(ctx: Context, desk: Desk, at: datetime) -> bool:
    with reading(ctx.engine) as connection:
        stored = _stored(connection, desk)
        if stored is None or stored.fetched_at is None or (stored.handed_at is not None and at < stored.handed_at):
            return False
        now = roster.on_call(connection, ctx, desk)
    if stored.handed_at is None:  # the first look: whoever is on call has been before
        with transaction(ctx.engine) as connection:
            rosters.hand_over(connection, stored, now.agents, at)
        return False
    found = shift_change.change(stored.handed_to, stored.handed_at, now, at)
    if found is None:
        return False
    with transaction(ctx.engine) as connection:
        if not rosters.hand_over(connection, stored, now.agents, found.at):
            return False
        released = _release(connection, desk, found.went, at)
        if shift_changes.counts(connection, desk.stable_key, at):
            until, next_from = (instant.isoformat() if instant else None for instant in (now.until, now.next_from))
            payload = ShiftPayload(
                desk.stable_key, found.at.isoformat(), found.came, found.went, until, next_from, released
            )
            hand_over = messages.shift(payload, desk.slack_channel)
            outbox.want_once(connection, hand_over, at=at)
            listed = shift_changes.listed(connection, desk.stable_key, at, LISTED)
            listings.add(connection, hand_over.key, [row.number for row in listed])
    ctx.wake()
    return True


def _release(connection: Connection, desk: Desk, agents: Iterable[str], at: datetime) -> list[int]:
    """Give the team what these agents, whose shift has ended, have not answered; return the numbers.

    What they are just answering stays theirs.
    """
    released = []
    for agent in agents:
        for number in shift_changes.left_by(connection, desk.stable_key, agent, at - AT_IT):
            thread = locked(connection, number)
            if thread.owner == agent and thread.due_at is not None and not thread.is_being_answered:
                free = rules.release(thread, agent)
                change(connection, thread, free, at, THE_DESK, EventKind.SHIFT_ENDED, owner=agent)
                released.append(number)
    return released


def _stored(connection: Connection, desk: Desk) -> rosters.Roster | None:
    return rosters.get(connection, desk.stable_key, roster.place_digest(desk.roster)) if desk.roster else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
