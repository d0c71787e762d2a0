"""Renders what is told of a desk's roster, and of the month's budget."""

from __future__ import annotations

from dataclasses import replace

from bot.delivery.renderers.common import Rendered, Renderers, configured, desk_language, language_of
from bot.domain.common.destinations import is_member
from bot.domain.reports.spend import Standing
from bot.usecases.desk import budget, roster_reading
from bot.usecases.desk.context import Context
from bot.views.desk import budget as budget_view
from bot.views.desk import roster as roster_view
from storage.desk.messages import BudgetPayload, RosterPayload
from storage.engine import reading
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.ROSTER, RosterPayload, _roster)
    renderers.add(MessageKind.BUDGET, BudgetPayload, _budget)


def _roster(ctx: Context, item: Item, payload: RosterPayload) -> Rendered:
    desk = configured(ctx, item, payload.desk)
    t = language_of(ctx, item.destination, desk) if is_member(item.destination) else desk_language(desk)
    return Rendered(roster_view.news(roster_reading.news(ctx, payload), t))


def _budget(ctx: Context, item: Item, payload: BudgetPayload) -> Rendered | None:
    desk = configured(ctx, item, payload.desk)
    with reading(ctx.engine) as connection:
        now = budget.standing(connection, ctx)
    if now is None or (item.unposted and now.standing is Standing.WITHIN):
        return None  # the budget was raised before Slack could be told
    t = language_of(ctx, item.destination, desk) if is_member(item.destination) else desk_language(desk)
    return Rendered(budget_view.news(replace(now, standing=Standing(payload.standing)), t))
