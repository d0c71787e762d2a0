"""Renders an incident's message in the channel, and what asks a lead to approve."""

from __future__ import annotations

from bot.delivery.renderers.common import Rendered, Renderers, desk_language, desk_of_overview, language_of
from bot.usecases.desk.context import Context
from bot.usecases.incidents import shown
from bot.views.incidents import approval as approval_view
from bot.views.incidents import live as live_view
from storage.incidents.messages import ApprovalPayload, IncidentPayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.INCIDENT, IncidentPayload, _incident)
    renderers.add(MessageKind.INCIDENT_APPROVAL, ApprovalPayload, _approval)


def _incident(ctx: Context, item: Item, payload: IncidentPayload) -> Rendered:
    live = shown.live(ctx, payload.incident)
    desk = desk_of_overview(ctx, item, live.incident.desk)
    return Rendered(live_view.live(live, desk_language(desk)), desk.slack_channel)


def _approval(ctx: Context, item: Item, payload: ApprovalPayload) -> Rendered | None:
    asked = shown.approval(ctx, payload)
    if item.unposted and not asked.waits:
        return None  # it was decided before Slack could be told
    desk = desk_of_overview(ctx, item, asked.incident.desk)
    return Rendered(approval_view.approval(asked, language_of(ctx, item.destination, desk)))
