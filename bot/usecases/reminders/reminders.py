"""Reminders that come close together: one message for all that fall due for the same person within minutes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import count

from bot.domain.reminders import reminders as rules
from bot.domain.reminders.reminders import INDIVIDUAL_LIMIT, Recipient
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.views.reminders.models import Due, Reminders
from storage import outbox
from storage.engine import Connection, reading
from storage.reminders import reminders

SETTLE_SECONDS = 3  # several ticks: one raises no more than a part of what has fallen due while nothing ran
LISTED = 15


def gathered(
    connection: Connection, ctx: Context, desk: Desk, to: Recipient, waits: Collection[int], at: datetime, due: datetime
) -> bool:
    """Remind of all these waits in one message, unless there are so few that each can have its own: whether it did.

    `due` is the nearest of their deadlines. A message that nobody has begun to post takes on what falls due meanwhile;
    the next one waits for the next pause. Two processes that remind the same person at once find the same row.
    """
    pause = rules.pause(desk.targets.first_response, desk.targets.next_response)
    now = rules.turn(at, pause)
    if not _too_many(connection, desk, to, at + pause):
        return any(reminders.join(connection, _key(desk, to, turn), waits, order_by=due) for turn in (now, now + 1))
    soon = at + ctx.clock.real(SETTLE_SECONDS)
    for turn in count(now):
        key = _key(desk, to, turn)
        if reminders.join(connection, key, waits, order_by=due) or outbox.want_once(
            connection,
            key,
            "reminders",
            destination=to.channel,
            at=max(soon, rules.begins(turn, pause)),
            order_by=due,
            payload={"desk": desk.name, "owner": to.owner, "lead": to.lead, "waits": sorted(waits)},
        ):
            break
        if reminders.join(connection, key, waits, order_by=due):  # another process has just begun it
            break
    return True


def summary(ctx: Context, to: Recipient, desk: str, waits: Collection[int]) -> Reminders:
    """What of these waits the recipient is to be told now.

    A colleague who has taken a thread since knows of it; one that was given back has nobody else to be told. Who has
    answered need not be reminded; but a missed target stays one, and the lead is told of it this once. `desk` is whose
    they were when they fell due: they go with it when it is renamed.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        due = reminders.still_due(connection, waits)
        if to.lead:
            due = [row for row in due if row["due_at"] <= at]
        else:
            due = [row for row in due if row["owner"] in (None, to.owner) and row["pending_reply_id"] is None]
        shown = tuple(
            Due(row["number"], row["owner"], row["due_at"], queries.permalink(connection, ctx, row["number"]))
            for row in due[:LISTED]
        )
    now_of = due[0]["desk"] if due else desk
    return Reminders(now_of, to, shown, len(due), any(row["owner"] is None for row in due), at)


def _too_many(connection: Connection, desk: Desk, to: Recipient, until: datetime) -> bool:
    """Whether more than a few fall due within the pause, or wait for Slack already."""
    if to.lead:
        coming = reminders.breaches_coming(connection, desk.name, until, INDIVIDUAL_LIMIT + 1)
    else:
        coming = reminders.coming(connection, desk.name, until, INDIVIDUAL_LIMIT + 1, owner=to.owner)
    return (
        coming > INDIVIDUAL_LIMIT
        or outbox.backlog(connection, to.channel, kind=to.kind, limit=INDIVIDUAL_LIMIT + 1) > INDIVIDUAL_LIMIT
    )


def _key(desk: Desk, to: Recipient, turn: int) -> str:
    return f"reminders:{desk.slack_channel}:{to.channel}:{to.owner}:{turn}"
