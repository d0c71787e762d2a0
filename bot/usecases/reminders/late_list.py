"""The late list: each lead has one live message about what is late at a desk.

A new one comes only after an end: once nothing was late, once all of it was snoozed, or on another day.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.common.errors import Gone
from bot.domain.reminders import late_list as rules
from bot.domain.reminders.late_list import LISTED, LateList
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.views.cases.models import Overview
from storage import outbox
from storage.cases import threads
from storage.engine import Connection, reading, transaction
from storage.reminders import late_lists, messages

EDIT_SECONDS = 30  # between two edits of one message, unless its reader acts in it
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def tick(ctx: Context) -> int:
    """Begin, show or end every late list that needs it; return how many.

    A list begins when a target is missed, so a reply on its way rests it as it rests the reminders, and never while the
    desk is closed, because it rings. It shows whatever is late by then, and ends when nothing is.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        lists = late_lists.going_on(connection)
        listening = {(late.desk, late.lead) for late in lists}
        missing = [
            (key, lead) for key, desk in ctx.ringing(at).items() for lead in desk.leads if (key, lead) not in listening
        ]
        breached = {desk for desk in {desk for desk, _ in missing} if threads.any_breach(connection, desk, at)}
    begun = [_begin(ctx, desk, lead, at) for desk, lead in missing if desk in breached]
    stepped = [_renew(ctx, late, at) or _step(ctx, late, at) for late in lists]
    return sum(begun) + sum(stepped)


def late(ctx: Context, list_id: int) -> tuple[LateList, Overview, bool]:
    """Return a list, what is late at its desk now, and whether another list goes on in its place.

    Raises Gone if there is no such list.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        found = late_lists.get(connection, list_id)
        if found is None:
            raise Gone(list_id)
        return found, _late(connection, ctx, found.desk, at), late_lists.goes_on(connection, found)


def _begin(ctx: Context, desk: str, lead: str, at: datetime) -> bool:
    with transaction(ctx.engine) as connection:
        shown = _digest(_late(connection, ctx, desk, at))
        list_id = late_lists.begin(connection, desk, lead, at, shown)
        if list_id is not None:
            outbox.want_once(connection, messages.late_list(list_id, lead, at), at=at)
    ctx.wake()
    return list_id is not None


def _renew(ctx: Context, late: LateList, at: datetime) -> bool:
    """Put a new message in the place of one whose edits would leave its lead unaware of what is late now."""
    desk = ctx.ringing(at).get(late.desk)
    if desk is None:
        return False
    another_day = rules.is_of_another_day(late, desk.calendar(at), desk.timezone, at)
    with reading(ctx.engine) as connection:
        if not another_day and not threads.all_rested(connection, late.desk, at, late.shown_at):
            return False
        if not threads.any_breach(connection, late.desk, at):
            return False
    with transaction(ctx.engine) as connection:
        list_id = late_lists.renew(connection, late, at, _digest(_late(connection, ctx, late.desk, at)))
        if list_id is not None:
            outbox.want_once(connection, messages.late_list(list_id, late.lead, at), at=at)
            outbox.want(connection, messages.late_list(late.id, late.lead, late.started_at), at=at)
    ctx.wake()
    return list_id is not None


def _step(ctx: Context, late: LateList, at: datetime) -> bool:
    with reading(ctx.engine) as connection:
        any_left = bool(threads.late(connection, late.desk, at, 1))
        if any_left and not rules.may_be_shown(late, at, ctx.clock.real(EDIT_SECONDS)):
            return False
        now = _late(connection, ctx, late.desk, at)
    shown = _digest(now)
    awake = [case.thread for case in now.threads if case.thread.snoozed_until is None]
    due = [(thread.calendar, thread.due_at) for thread in awake if thread.due_at is not None]
    if any_left and shown == late.shown and not rules.has_aged(late, due, at):
        return False
    with transaction(ctx.engine) as connection:
        changed = late_lists.show(connection, late, at, shown) if any_left else late_lists.end(connection, late, at)
        if changed:
            outbox.want(connection, messages.late_list(late.id, late.lead, late.started_at), at=at)
    ctx.wake()
    return changed


def _late(connection: Connection, ctx: Context, desk: str, at: datetime) -> Overview:
    listed = queries.rows(connection, ctx, threads.late(connection, desk, at, LISTED), at)
    return Overview(ctx.settings.desk_name(desk), tuple(listed), threads.count_late(connection, desk, at), at)


def _digest(late: Overview) -> str:
    """Return a hash that changes with everything that the message shows, but for how late each thread is."""
    shown = [late.total, *(replace(case, at=_NO_TIME) for case in late.threads)]
    return hashlib.sha256(repr(shown).encode()).hexdigest()
