"""Surge: when cards come faster than Slack takes them, one message lists what waits until the desk has caught up."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alerts import backlog as rules
from bot.domain.alerts.backlog import Busy, Step
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from storage import outbox
from storage.alerts import backlogs
from storage.engine import Connection, reading, transaction

EDIT_SECONDS = 10
LISTED = 10


def tick(ctx: Context) -> int:
    """Begin, show or end the surge of every desk for which it is time: how many.

    The digest is one row of the outbox and so one message; it goes ahead of the cards for which it stands in.
    """
    return sum(_step(ctx, desk) for desk in ctx.settings.desks)


def facts(ctx: Context, surge_id: int) -> Busy:
    """The digest as it is true now; KeyError when there never was such a surge."""
    with reading(ctx.engine) as connection:
        surge = backlogs.get(connection, surge_id)
        if surge is None:
            raise KeyError(surge_id)
        desk = ctx.settings.desk_if_any(surge.desk)
        waiting = outbox.backlog(connection, desk.slack_channel) if desk else 0
        return Busy(surge, waiting, queries.unowned(connection, ctx, surge.desk, LISTED))


def _step(ctx: Context, desk: Desk) -> bool:
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        surge = backlogs.going_on(connection, desk.name)
        backlog = outbox.backlog(connection, desk.slack_channel, limit=rules.ENTER_ABOVE + 1)
    step = rules.next_step(surge, backlog, at, ctx.clock.real(EDIT_SECONDS))
    if step is None:
        return False
    with transaction(ctx.engine) as connection:
        if surge is None:
            waiting = outbox.backlog(connection, desk.slack_channel)
            surge_id = backlogs.begin(connection, desk.name, at, waiting)
        else:
            change = backlogs.end if step is Step.END else backlogs.show
            surge_id = surge.id if change(connection, surge, at) else None
        if surge_id is not None:
            _show(connection, desk, surge_id, at)
    ctx.wake()
    return surge_id is not None


def _show(connection: Connection, desk: Desk, surge_id: int, at: datetime) -> None:
    outbox.want(
        connection,
        f"surge:{surge_id}",
        "surge",
        channel=desk.slack_channel,
        at=at,
        priority=outbox.FIRST,
        payload={"surge": surge_id},
    )
