"""Product feedback: what customers said in a week, by label, and what a colleague says was done about it."""

from __future__ import annotations

from datetime import date, datetime

from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.reports.feedback import WEEK, Improvement, gives_away, week_bounds, week_due
from bot.settings import Desk
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.views.reports.models import Feedback, Heard
from storage import outbox
from storage.desk import desks
from storage.engine import reading, transaction
from storage.reports import feedback as stored
from storage.reports import messages

QUOTED_LABELS = 10
LONGEST = 300  # characters of a public line


def tick(ctx: Context) -> int:
    """Queue what customers said last week at every desk that has a channel for it, once a week; return how many.

    A week in which nothing was labelled is left out, and so is one before the desk first ran. After an outage only the
    last week is told.
    """
    at = ctx.clock.now()
    return sum(_state(ctx, desk, desk.feedback_channel, at) for desk in ctx.settings.desks if desk.feedback_channel)


def _state(ctx: Context, desk: Desk, channel: str, at: datetime) -> bool:
    week, due = week_due(desk.calendar(at), at, desk.timezone, desk.standup)
    message = messages.feedback(desk.stable_key, channel, week)
    if at < due:
        return False
    with reading(ctx.engine) as connection:
        said = stored.counts(connection, desk.stable_key, *week_bounds(week, desk.timezone))
        if not said or outbox.exists(connection, message.key):
            return False
    with transaction(ctx.engine) as connection:
        if desks.since(connection, desk.stable_key, at) > due:
            return False
        wanted = outbox.want_once(connection, message, at=at)
    ctx.wake()
    return wanted


def of_week(ctx: Context, desk: Desk, week: date) -> Feedback:
    """Return what customers said in the week that began on that Monday, and what was done about it."""
    start, end = week_bounds(week, desk.timezone)
    before, _ = week_bounds(week - WEEK, desk.timezone)
    with reading(ctx.engine) as connection:
        now = stored.counts(connection, desk.stable_key, start, end)
        earlier = stored.counts(connection, desk.stable_key, before, start)
        names = list(now)[:QUOTED_LABELS]
        quotes = stored.quotes(connection, desk.stable_key, names, start, end)
        done = {
            line.label: line
            for line in stored.improvements(connection, desk.stable_key, since=week, before=week + WEEK)
        }
    heard = tuple(Heard(name, now[name], earlier.get(name, 0), tuple(quotes[name]), done.get(name)) for name in names)
    others = {name: count for name, count in now.items() if name not in names}
    return Feedback(desk.stable_key, desk.name, week, heard, others)


def improvement(ctx: Context, actor: Actor, desk_key: str, label: str, week: date) -> str:
    """Return what the public reads of a label in that week; "" if nothing. Raises Refused like `improve`."""
    access.require_at(ctx, actor, desk_key, "configure")
    with reading(ctx.engine) as connection:
        done = stored.improvements(connection, desk_key, since=week, before=week + WEEK)
    return next((line.text for line in done if line.label == label), "")


def improve(ctx: Context, actor: Actor, desk_key: str, label: str, week: date, text: str) -> None:
    """Keep what was done about a label, for the public list; "" takes it back.

    Raises Refused without the role "configure", and "names_customer" if the line has a handle, a customer's name or
    words of theirs.
    """
    access.require_at(ctx, actor, desk_key, "configure")
    line = " ".join(text.split())[:LONGEST]
    with transaction(ctx.engine) as connection:
        if gives_away(line, stored.authors(connection, desk_key, label)):
            raise Refused(RefusalCode.NAMES_CUSTOMER)
        stored.improve(connection, desk_key, label, week, line, actor.id, ctx.clock.now())
        told = outbox.get(connection, messages.feedback(desk_key, "", week).key)
        if told is not None:
            outbox.want(connection, messages.feedback(desk_key, told.destination, week), at=ctx.clock.now())
    ctx.wake()


def public(
    ctx: Context, desk: Desk, since: datetime | None, until: datetime | None
) -> list[tuple[str, int, list[Improvement]]]:
    """Return what the public may read: each label with how many threads got it in this period, and what was done.

    The lines are those of weeks that begin in it, oldest first.
    """
    first, last = ((each.astimezone(desk.timezone).date() if each else None) for each in (since, until))
    with reading(ctx.engine) as connection:
        counts = stored.counts(connection, desk.stable_key, since, until)
        done = stored.improvements(connection, desk.stable_key, since=first, before=last)
    names = dict.fromkeys([*counts, *(line.label for line in done)])
    return [(name, counts.get(name, 0), [line for line in done if line.label == name]) for name in names]
