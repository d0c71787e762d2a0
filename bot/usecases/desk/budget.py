"""Budget: when the networks have cost nearly as much this month as is meant, leads hear it, and reading slows down.

Replies never stop for money.
"""

from __future__ import annotations

from datetime import UTC, timedelta

from bot.domain.reports import spend as rules
from bot.domain.reports.spend import Budgeted, Standing
from bot.usecases.desk.context import Context
from storage import outbox
from storage.desk import messages
from storage.engine import Connection, reading, transaction
from storage.reports import spend


def tick(ctx: Context) -> int:
    """Tell leads, or the channels of desks without any, once a month of each standing; return how many."""
    if ctx.settings.budget is None:
        return 0
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        now = standing(connection, ctx)
    if now is None or now.standing is Standing.WITHIN:
        return 0
    month = at.astimezone(UTC).date().replace(day=1)
    recipients = {each: desk for desk in ctx.settings.desks for each in desk.leads or (desk.slack_channel,)}
    with transaction(ctx.engine) as connection:
        told = [
            outbox.want_once(connection, messages.budget(desk.stable_key, to, month, now.standing), at=at)
            for to, desk in recipients.items()
        ]
    if any(told):
        ctx.wake()
    return sum(told)


def standing(connection: Connection, ctx: Context) -> Budgeted | None:
    """Return how much of this month's budget is spent by all accounts together; None if there is no budget."""
    if ctx.settings.budget is None:
        return None
    first = ctx.clock.now().astimezone(UTC).date().replace(day=1)
    return rules.budgeted(spend.total(connection, first), round(ctx.settings.budget * 1000))


def wait(ctx: Context, account: str, usual: timedelta) -> timedelta:
    """Return how long to wait until an account, such as "x:acme", is read again."""
    return max(usual, rules.SLOWLY) if is_slowed(ctx, account) else usual


def is_slowed(ctx: Context, account: str) -> bool:
    """Tell whether an account is read less often: its network bills, and the budget is spent."""
    if ctx.settings.budget is None:
        return False
    first = ctx.clock.now().astimezone(UTC).date().replace(day=1)
    with reading(ctx.engine) as connection:
        now = standing(connection, ctx)
        return now is not None and now.standing is Standing.SPENT and bool(spend.counts(connection, account, first))
