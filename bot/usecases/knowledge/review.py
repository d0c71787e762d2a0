"""Review: once a month everybody who keeps entries of the knowledge bank is asked what of it is still right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from bot.domain.desk.standing import Standing
from bot.domain.knowledge.entry import REVIEW_AFTER, Entry
from bot.settings import Desk
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.usecases.knowledge import bank
from bot.views.knowledge.models import Review
from storage import outbox
from storage.desk import agents
from storage.engine import Connection, reading, transaction
from storage.knowledge import entries, messages

LISTED = 8  # entries in one list
AHEAD = timedelta(days=31)  # what runs out by then would run out before the next list


def tick(ctx: Context) -> int:
    """Send the lists of this month that are due; return how many.

    A list is due from the time of the standup on, while its desk is open, if there is anything in it. Each reader gets
    one a month.
    """
    at = ctx.clock.now()
    sent = 0
    for desk in ctx.ringing(at).values():
        local = at.astimezone(desk.timezone)
        if local.time() < desk.standup:
            continue
        with reading(ctx.engine) as connection:
            readers = set(_by_reader(connection, ctx, desk))
            lists = [messages.review(desk.stable_key, reader, local.date()) for reader in sorted(readers)]
            said = outbox.stated(connection, [each.key for each in lists])
        new = [each for each in lists if each.key not in said]
        if new:
            with transaction(ctx.engine) as connection:
                sent += sum(outbox.want_once(connection, each, at=at) for each in new)
            ctx.wake()
    return sent


def of_reader(ctx: Context, desk: Desk, reader: str) -> Review:
    """Return what somebody should look at now."""
    with reading(ctx.engine) as connection:
        due = _by_reader(connection, ctx, desk).get(reader, [])
        listed = bank.shown(connection, ctx, None, due[:LISTED])
    return Review(desk.name, listed, len(due))


def confirm(ctx: Context, actor: Actor, entry_id: int) -> Entry:
    """Record that an entry is still right. One that runs out soon, or has, is right for as long again as unreviewed.

    Raises Refused: "unknown_entry", "not_allowed".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        entry, desk = bank.changeable(ctx, actor, entries.lock(connection, entry_id))
        today = at.astimezone(desk.timezone).date()
        until = entry.valid_until
        if until is not None and entry.has_run_out(today + AHEAD):
            until = today + REVIEW_AFTER
        entries.confirm(connection, entry_id, until, at)
        show_anew(connection, ctx, desk, [entry.owner])
    ctx.wake()
    return entry


def show_anew(connection: Connection, ctx: Context, desk: Desk, owners: Iterable[str]) -> None:
    """Have the lists in which entries of these owners may stand show what is still to be done."""
    at = ctx.clock.now()
    today = at.astimezone(desk.timezone).date()
    messages.show_anew(connection, desk.stable_key, {*owners, *desk.leads}, today, at)


def _by_reader(connection: Connection, ctx: Context, desk: Desk) -> dict[str, list[Entry]]:
    """Return the entries that are to be looked at, by who is asked: their owner, in whose place the first lead."""
    at = ctx.clock.now()
    until: date = at.astimezone(desk.timezone).date() + AHEAD
    due = entries.to_review(connection, desk.stable_key, at - REVIEW_AFTER, until)
    known = agents.get(connection, list({entry.owner for entry in due})) if due else {}
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in due:
        agent = known.get(entry.owner)
        here = access.works_here(desk, entry.owner, agent.standing if agent else Standing.MEMBER)
        found[entry.owner if here or not desk.leads else desk.leads[0]].append(entry)
    return found
