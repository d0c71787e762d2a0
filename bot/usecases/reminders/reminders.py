"""Gathered reminders: one message for everything that falls due for one recipient within a few minutes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from bot.domain.reminders import reminders as rules
from bot.domain.reminders.reminders import INDIVIDUAL_LIMIT, Recipient
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.usecases.reminders.silence import lost_by
from bot.views.reminders.models import Due, Reminders
from storage import outbox
from storage.desk import agents
from storage.engine import Connection, reading
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage
from storage.reminders import messages, reminders
from storage.reminders.messages import RemindersPayload

SETTLE_SECONDS = 3  # several ticks, because one tick handles only a part of what fell due during an outage
LISTED = 15


def gathered(
    connection: Connection, ctx: Context, desk: Desk, to: Recipient, waits: Collection[int], at: datetime, due: datetime
) -> str | None:
    """Remind of all these waits in one message and return its key; None if few enough fall due to have one each.

    `due` is their nearest deadline. A message that nobody has begun to post takes on further reminders; after that, the
    next pause gets a new message. Two processes that remind the same recipient at once find the same row.
    """
    pause = rules.pause(desk.targets.first_response, desk.targets.next_response)
    now = rules.turn(at, pause)
    join = partial(reminders.join, connection, waits=waits, order_by=due)
    if not _too_many(connection, desk, to, at + pause):
        keys = (_message(desk, to, turn, waits, due).key for turn in (now, now + 1))
        return next(filter(join, keys), None)
    soon = at + ctx.clock.real(SETTLE_SECONDS)
    while True:
        message = _message(desk, to, now, waits, due)
        begins = max(soon, rules.begins(now, pause))
        if join(message.key) or outbox.want_once(connection, message, at=begins):
            return message.key
        if join(message.key):  # another process has just begun it
            return message.key
        now += 1


def summary(ctx: Context, to: Recipient, desk: str, waits: Collection[int]) -> Reminders:
    """Return which of these waits the recipient must be told of now.

    For an owner or the channel, this leaves out threads that have changed hands, because whoever has them now is told
    anew, and those whose reply has just been submitted. For a lead (in rows from before there were late lists) it
    leaves out what is not late. `desk` is the name that their desk had when they fell due.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        due = reminders.still_due(connection, waits)
        due = [row for row in due if row["desk"] == desk] or due  # what was moved to another desk is reminded of there
        if to.lead:
            due = [row for row in due if row["due_at"] <= at]
        else:
            due = [row for row in due if to.anybodys or (row["owner"] or "") == to.owner]
            due = [row for row in due if not _rests(row["nags_rest_until"], at)]
        listed = due[:LISTED]
        links = queries.permalinks(connection, ctx, [row["number"] for row in listed])
        lost = lost_by(connection, [row["number"] for row in listed if row["owner"] is None])
        names = {id_: agent.name for id_, agent in agents.get(connection, set(lost.values())).items()}
        shown = tuple(
            Due(
                number := row["number"],
                row["owner"],
                row["due_at"],
                links.get(number),
                names.get(lost[number], lost[number]) if number in lost else None,
            )
            for row in listed
        )
    now_of = due[0]["desk"] if due else desk
    return Reminders(now_of, to, shown, len(due), any(row["owner"] is None for row in due), at)


def is_said_again(ctx: Context, listing: Item, payload: RemindersPayload) -> bool:
    """Tell whether newer messages say all that is left of a list that Slack never had."""
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        left = {row["wait"]: row["number"] for row in reminders.still_due(connection, payload.waits)}
        return left.keys() <= messages.said_again(connection, left, listing, payload, at)


def _rests(until: datetime | None, at: datetime) -> bool:
    return until is not None and at < until


def _too_many(connection: Connection, desk: Desk, to: Recipient, until: datetime) -> bool:
    """Tell whether more than a few reminders fall due within the pause, or already wait for Slack."""
    coming = reminders.coming(connection, desk.stable_key, until, INDIVIDUAL_LIMIT + 1, to)
    if coming > INDIVIDUAL_LIMIT:
        return True
    kind = MessageKind.NAG if to.channel == desk.slack_channel else MessageKind.NAG_ELSEWHERE
    unposted = outbox.count_unposted(connection, to.channel, kind=kind, limit=INDIVIDUAL_LIMIT + 1)
    return unposted > INDIVIDUAL_LIMIT


def _message(desk: Desk, to: Recipient, turn: int, waits: Collection[int], due: datetime) -> NewMessage:
    return messages.reminders(desk.stable_key, desk.slack_channel, to, turn, sorted(waits), due)
