"""Renders what is told of rules of listening."""

from __future__ import annotations

from bot.delivery.renderers.common import Rendered, Renderers, configured, desk_language, language_of
from bot.domain.common.destinations import is_member
from bot.usecases.desk.context import Context
from bot.usecases.listening import told
from bot.views.listening import news as news_view
from storage.listening.messages import ListeningPayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.LISTENING, ListeningPayload, _listening)


def _listening(ctx: Context, item: Item, payload: ListeningPayload) -> Rendered:
    desk = configured(ctx, item, payload.desk)
    t = language_of(ctx, item.destination, desk) if is_member(item.destination) else desk_language(desk)
    return Rendered(news_view.news(told.news(ctx, payload), t))
