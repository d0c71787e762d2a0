"""Renders an incident's message in the channel."""

from __future__ import annotations

from bot.delivery.renderers.common import Rendered, Renderers, desk_language, desk_of_overview
from bot.usecases.desk.context import Context
from bot.usecases.incidents import shown
from bot.views.incidents import live as live_view
from storage.incidents.messages import IncidentPayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.INCIDENT, IncidentPayload, _incident)


def _incident(ctx: Context, item: Item, payload: IncidentPayload) -> Rendered:
    live = shown.live(ctx, payload.incident)
    desk = desk_of_overview(ctx, item, live.incident.desk)
    return Rendered(live_view.live(live, desk_language(desk)), desk.slack_channel)
