"""Renders what was found in an hour, and what is told of rules of listening."""

from __future__ import annotations

from bot.delivery.renderers.common import Rendered, Renderers, configured, desk_language, language_of
from bot.domain.common.destinations import is_member
from bot.usecases.desk.context import Context
from bot.usecases.listening import to_decide, told
from bot.views.listening import found as found_view
from bot.views.listening import news as news_view
from storage.listening.messages import FoundPayload, ListeningPayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.FOUND, FoundPayload, _found)
    renderers.add(MessageKind.LISTENING, ListeningPayload, _listening)


def _found(ctx: Context, item: Item, payload: FoundPayload) -> Rendered:
    shown = to_decide.listed(ctx, payload.found_list)
    desk = configured(ctx, item, shown.desk)
    return Rendered(found_view.listing(shown, desk_language(desk)), desk.slack_channel)


def _listening(ctx: Context, item: Item, payload: ListeningPayload) -> Rendered:
    desk = configured(ctx, item, payload.desk)
    t = language_of(ctx, item.destination, desk) if is_member(item.destination) else desk_language(desk)
    return Rendered(news_view.news(told.news(ctx, payload), t))
