"""Backlog: if cards come faster than Slack takes them, one message lists what waits until the desk has caught up."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.alerts import backlog as rules
from bot.domain.alerts.backlog import Backlog, Step
from bot.domain.common.errors import Gone
from bot.settings import Desk
from bot.usecases.alerts import volume_spike
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.views.alerts.models import BacklogDigest
from storage import outbox
from storage.alerts import backlogs, messages
from storage.engine import reading, transaction

EDIT_SECONDS = 10
AGAIN_SECONDS = 300  # it is posted again after so long, because the cards bury it
RECENT = timedelta(minutes=10)
LISTED = 10


def tick(ctx: Context) -> int:
    """Begin, show or end the backlog of every desk that needs it; return how many.

    The digest is one row of the outbox and so one message; it goes ahead of the cards that it stands in for.
    """
    return sum(_step(ctx, desk) for desk in ctx.settings.desks)


def digest(ctx: Context, backlog_id: int, turn: int = 0) -> BacklogDigest:
    """Return the digest as it stands now. Raises Gone if there is no such backlog."""
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        backlog = backlogs.get(connection, backlog_id)
        if backlog is None:
            raise Gone(backlog_id)
        desk = ctx.settings.desk_if_any(backlog.desk)
        waiting = outbox.count_unposted(connection, desk.slack_channel) if desk else 0
        recent = volume_spike.recent(connection, desk, at, RECENT) if desk else volume_spike.Recent(0, None, ())
        return BacklogDigest(
            backlog,
            waiting,
            queries.unowned(connection, ctx, backlog.desk, LISTED),
            recent=recent.mentions,
            normal=recent.normal,
            words=recent.words,
            below=turn < _turn(ctx, backlog),
        )


def _step(ctx: Context, desk: Desk) -> bool:
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        backlog = backlogs.going_on(connection, desk.stable_key)
        waiting = outbox.count_unposted(connection, desk.slack_channel, limit=rules.ENTER_ABOVE + 1)
    step = rules.next_step(backlog, waiting, at, ctx.clock.real(EDIT_SECONDS))
    if step is None:
        return False
    with transaction(ctx.engine) as connection:
        if backlog is None:
            waiting = outbox.count_unposted(connection, desk.slack_channel)
            backlog_id = backlogs.begin(connection, desk.stable_key, at, waiting)
        else:
            change = backlogs.end if step is Step.END else backlogs.show
            backlog_id = backlog.id if change(connection, backlog, at) else None
        if backlog_id is not None:
            shown = backlogs.get(connection, backlog_id)
            turn = _turn(ctx, shown) if shown else 0
            for each in range(max(0, turn - 1), turn + 1):  # the one before says that there is a newer one
                outbox.want(connection, messages.backlog(backlog_id, desk.slack_channel, each), at=at)
    ctx.wake()
    return backlog_id is not None


def _turn(ctx: Context, backlog: Backlog) -> int:
    """Return how often the digest has been posted again by now."""
    return int((backlog.shown_at - backlog.started_at) / ctx.clock.real(AGAIN_SECONDS))
