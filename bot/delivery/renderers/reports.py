"""Renders the daily standup."""

from __future__ import annotations

from datetime import date

from bot.delivery.renderers.common import Rendered, Renderers, desk_language
from bot.usecases.desk.context import Context
from bot.usecases.reports import standup
from bot.views.reports import standup as standup_view
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.reports.messages import StandupPayload


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.STANDUP, StandupPayload, _standup)


def _standup(ctx: Context, _item: Item, payload: StandupPayload) -> Rendered:
    desk = ctx.settings.desk(payload.desk)
    shown = standup.standup_of(ctx, desk, date.fromisoformat(payload.day))
    return Rendered(standup_view.standup(shown, desk_language(desk)), desk.slack_channel)
