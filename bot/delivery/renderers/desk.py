"""Renders what is told of a desk's roster."""

from __future__ import annotations

from bot.delivery.renderers.common import Rendered, Renderers, configured, desk_language, language_of
from bot.domain.common.destinations import is_member
from bot.usecases.desk import roster_reading
from bot.usecases.desk.context import Context
from bot.views.desk import roster as roster_view
from storage.desk.messages import RosterPayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.ROSTER, RosterPayload, _roster)


def _roster(ctx: Context, item: Item, payload: RosterPayload) -> Rendered:
    desk = configured(ctx, item, payload.desk)
    t = language_of(ctx, item.destination, desk) if is_member(item.destination) else desk_language(desk)
    return Rendered(roster_view.news(roster_reading.news(ctx, payload), t))
