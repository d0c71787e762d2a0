"""Renders the daily standup, what a lead is told with it, and the weekly feedback."""

from __future__ import annotations

from datetime import date

from bot.delivery.renderers.common import Rendered, Renderers, desk_language, desk_of_overview, language_of
from bot.settings import Desk
from bot.usecases.desk.context import Context
from bot.usecases.reports import feedback, spend, standup
from bot.views.reports import feedback as feedback_view
from bot.views.reports import standup as standup_view
from bot.views.reports.models import Standup
from storage.engine import reading
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.reports.messages import FeedbackPayload, StandupPayload


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.STANDUP, StandupPayload, _standup)
    renderers.add(MessageKind.SPEND, StandupPayload, _spend)
    renderers.add(MessageKind.FEEDBACK, FeedbackPayload, _feedback)


def _standup(ctx: Context, _item: Item, payload: StandupPayload) -> Rendered:
    desk = ctx.settings.desk(payload.desk)
    shown = _told(ctx, desk, payload)
    return Rendered(standup_view.standup(shown, desk_language(desk)), desk.slack_channel)


def _spend(ctx: Context, item: Item, payload: StandupPayload) -> Rendered | None:
    desk = ctx.settings.desk(payload.desk)
    with reading(ctx.engine) as connection:
        costs = spend.of_desk(connection, ctx, desk)
    if not costs:
        return None
    shown = _told(ctx, desk, payload)
    return Rendered(standup_view.for_lead(shown, costs, language_of(ctx, item.destination, desk)))


def _feedback(ctx: Context, item: Item, payload: FeedbackPayload) -> Rendered:
    desk = desk_of_overview(ctx, item, payload.desk)
    said = feedback.of_week(ctx, desk, date.fromisoformat(payload.week))
    return Rendered(feedback_view.feedback(said, desk_language(desk)), desk.feedback_channel)


def _told(ctx: Context, desk: Desk, payload: StandupPayload) -> Standup:
    first_day = date.fromisoformat(payload.first_day) if payload.first_day else None
    return standup.standup_of(ctx, desk, date.fromisoformat(payload.day), first_day)
