"""Spend: what the networks have billed this month, counted by all processes together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from functools import partial

from bot.domain.reports import spend as rules
from bot.domain.reports.spend import Billed
from bot.networks import network_name
from bot.settings import Desk
from bot.usecases.desk.context import Context
from bot.views.reports.models import AccountSpend
from storage.engine import Connection, reading, transaction
from storage.reports import spend


def settle(ctx: Context) -> None:
    """Store what each network has billed this process since the last time. Raises DatabaseError; then none is lost."""
    for key, account in ctx.accounts.items():
        account.settle(partial(_store, ctx, key))


def this_month(ctx: Context, key: str) -> AccountSpend | None:
    """Return what an account costs this month, None if nothing was ever counted. Raises DatabaseError."""
    with reading(ctx.engine) as connection:
        return _of_account(connection, ctx, key)


def of_desk(connection: Connection, ctx: Context, desk: Desk) -> tuple[AccountSpend, ...]:
    """Return what each of the desk's accounts costs this month, without those of which nothing was counted."""
    found = (_of_account(connection, ctx, account.key) for account in desk.networks)
    return tuple(one for one in found if one is not None)


def _of_account(connection: Connection, ctx: Context, key: str) -> AccountSpend | None:
    today = ctx.clock.now().astimezone(UTC).date()
    first = today.replace(day=1)
    by_day = spend.by_day(connection, key, min(first, today - rules.MEASURED - timedelta(days=1)))
    if not by_day:
        return None
    return AccountSpend(
        network_name(key), ctx.accounts[key].handle, rules.month(by_day, today), spend.counts(connection, key, first)
    )


def _store(ctx: Context, key: str, billed: Sequence[Billed]) -> None:
    with transaction(ctx.engine) as connection:
        spend.add(connection, key, billed)
