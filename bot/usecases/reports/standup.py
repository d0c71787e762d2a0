"""The daily standup: the previous day's figures, posted once no matter what restarts at that minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.cases.conversation import EventKind
from bot.domain.clock.calendar import FOR_EVER
from bot.domain.clock.promises import PromiseOutcome
from bot.domain.reports import standup as rules
from bot.domain.reports.month import MonthSoFar
from bot.domain.reports.standup import Figures
from bot.settings import Desk
from bot.usecases.desk.context import Context
from bot.usecases.reports import spend
from bot.views.reports.models import Standup
from storage import outbox
from storage.clock import promises
from storage.desk import agents, desks
from storage.engine import Connection, reading, transaction
from storage.incidents import incidents
from storage.listening import rules as listening
from storage.reports import feedback, figures, messages

_COUNTED = (EventKind.HIDDEN, EventKind.HIDE_REFUSED, EventKind.TAKEN_BACK, EventKind.CAME_BACK)


def begin(ctx: Context) -> None:
    """Record since when each desk runs here."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        for desk in ctx.settings.desks:
            desks.since(connection, desk.stable_key, at)


def tick(ctx: Context) -> int:
    """Queue every standup that is due; return how many.

    After an outage only today's is posted; it tells every day that none has told. A desk that first ran after today's
    standup time begins tomorrow. On a day on which the desk never opens there is none: the next one tells that day too.
    """
    at = ctx.clock.now()
    return sum(_state(ctx, desk, at) for desk in ctx.settings.desks)


def standup_of(ctx: Context, desk: Desk, day: date, first_day: date | None = None) -> Standup:
    """Return the figures of the local day `day`, and the state of the desk now.

    With `first_day`, the figures of all days from then on.
    """
    at = ctx.clock.now()
    start, _ = rules.day_bounds(first_day or day, desk.timezone)
    _, end = rules.day_bounds(day, desk.timezone)
    end = min(end, at)  # a deadline later today is not missed yet
    with reading(ctx.engine) as connection:
        counted = rules.figures(
            day,
            start,
            end,
            received=figures.received(connection, desk.stable_key, start, end),
            muted=figures.muted(connection, desk.stable_key, start, end),
            waits=figures.waits(connection, desk.stable_key, start, end),
            now=figures.now(connection, desk.stable_key, at),
        )
        here, on = figures.moved(connection, desk.name, start, end)
        done = figures.happened(connection, desk.stable_key, _COUNTED, start, end)
        brought = listening.brought(connection, first_day or day, day, desk=desk.stable_key)
        counted = replace(
            counted,
            first_day=first_day,
            moved_here=here,
            moved_on=on,
            hidden=max(0, done[EventKind.HIDDEN] - done[EventKind.HIDE_REFUSED]),
            taken_back=done[EventKind.TAKEN_BACK],
            came_back=done[EventKind.CAME_BACK],
            found=brought.found,
            found_cards=brought.cards,
        )
        counted = _with_promises(connection, desk, counted, start, end, at)
        known = agents.get(connection, [per_agent.agent for per_agent in counted.agents])
        month = _month(connection, desk, day, end)
        found = incidents.in_period(connection, desk.stable_key, start, end)
        standing = tuple((each, incidents.standing(connection, each)) for each in found)
    return Standup(desk.name, counted, {id_: agent.name for id_, agent in known.items()}, month, standing)


def _month(connection: Connection, desk: Desk, day: date, end: datetime) -> MonthSoFar:
    """Return the local month of `day` up to `end`."""
    start, _ = rules.day_bounds(day.replace(day=1), desk.timezone)
    return MonthSoFar(
        feedback.counts(connection, desk.stable_key, start, end),
        figures.signals(connection, desk.stable_key, start, end),
        figures.outcomes(connection, desk.stable_key, start, end),
        figures.helpful(connection, desk.stable_key, start, end),
    )


def _with_promises(
    connection: Connection, desk: Desk, counted: Figures, start: datetime, end: datetime, at: datetime
) -> Figures:
    """Add the promises that were kept and broken that day, and those that are open."""
    decided = promises.decided(connection, desk.stable_key, start, end)
    _, midnight = rules.day_bounds(at.astimezone(desk.timezone).date(), desk.timezone)
    broken = promises.of_desk(connection, desk.stable_key, at)
    today = promises.of_desk(connection, desk.stable_key, midnight)
    now = replace(
        counted.now,
        promised_before=tuple(broken),
        promised_today=tuple(number for number in today if number not in broken),
        promised=len(promises.of_desk(connection, desk.stable_key, FOR_EVER)),
    )
    return replace(counted, now=now, kept=decided[PromiseOutcome.KEPT], broken=decided[PromiseOutcome.BROKEN])


def told_today(ctx: Context, desk: Desk) -> Standup:
    """Return what the standup of today tells; on a day on which the desk never opens, the figures of yesterday."""
    at = ctx.clock.now()
    calendar, today = desk.calendar(at), at.astimezone(desk.timezone).date()
    works = rules.is_working_day(calendar, today, desk.timezone)
    return standup_of(ctx, desk, yesterday(ctx, desk), _first_told(ctx, desk, today, at) if works else None)


def yesterday(ctx: Context, desk: Desk) -> date:
    """Return the local day before today."""
    return ctx.clock.now().astimezone(desk.timezone).date() - timedelta(days=1)


def _first_told(ctx: Context, desk: Desk, today: date, at: datetime) -> date | None:
    """Return the first day that the standup of today tells, None if that is yesterday alone."""
    with reading(ctx.engine) as connection:
        last = messages.last_standup(connection, desk.stable_key, today - rules.REMEMBERED, today)
    first = rules.first_told(desk.calendar(at), today, desk.timezone, last)
    return first if first < today - timedelta(days=1) else None


def _state(ctx: Context, desk: Desk, at: datetime) -> bool:
    today = rules.due_standup(at, desk.timezone, desk.standup)
    if today is None or not rules.is_working_day(desk.calendar(at), today, desk.timezone):
        return False
    first_day = _first_told(ctx, desk, today, at)
    message = messages.standup(desk.stable_key, desk.slack_channel, today, first_day)
    with reading(ctx.engine) as connection:
        if outbox.exists(connection, message.key):
            return False
    with transaction(ctx.engine) as connection:
        begun = desks.since(connection, desk.stable_key, at)
        if begun > datetime.combine(today, desk.standup, desk.timezone):
            return False
        stated = outbox.want_once(connection, message, at=at)
        if stated and spend.of_desk(connection, ctx, desk):
            for lead in desk.leads:
                outbox.want_once(connection, messages.spend(desk.stable_key, lead, today, first_day), at=at)
    ctx.wake()
    return stated
