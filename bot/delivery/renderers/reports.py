"""Renders the daily standup, and what a lead is told with it."""

from __future__ import annotations

from datetime import date

from bot.delivery.renderers.common import Rendered, Renderers, desk_language, language_of
from bot.usecases.desk.context import Context
from bot.usecases.reports import spend, standup
from bot.views.reports import standup as standup_view
from storage.engine import reading
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.reports.messages import StandupPayload


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.STANDUP, StandupPayload, _standup)
    renderers.add(MessageKind.SPEND, StandupPayload, _spend)


def _standup(ctx: Context, _item: Item, payload: StandupPayload) -> Rendered:
    desk = ctx.settings.desk(payload.desk)
    shown = standup.standup_of(ctx, desk, date.fromisoformat(payload.day))
    return Rendered(standup_view.standup(shown, desk_language(desk)), desk.slack_channel)


def _spend(ctx: Context, item: Item, payload: StandupPayload) -> Rendered | None:
    desk = ctx.settings.desk(payload.desk)
    with reading(ctx.engine) as connection:
        costs = spend.of_desk(connection, ctx, desk)
    if not costs:
        return None
    day = standup.standup_of(ctx, desk, date.fromisoformat(payload.day))
    return Rendered(standup_view.for_lead(day, costs, language_of(ctx, item.destination, desk)))
