"""Turns a row of the outbox into what Slack is to show, as things stand at the moment of sending."""

from __future__ import annotations

from bot.delivery.renderers import (
    alerts,
    cases,
    customers,
    desk,
    incidents,
    intake,
    knowledge,
    listening,
    reminders,
    replies,
    reports,
)
from bot.delivery.renderers.common import Rendered, Renderers, desk_language
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.views.cases.bare import lead
from bot.views.common import bare as bare_view
from bot.views.common.blocks import SlackMessage
from storage.outbox import Item

WINGS = (desk, customers, cases, knowledge, incidents, replies, reminders, intake, listening, alerts, reports)

_renderers = Renderers()
for _wing in WINGS:
    _wing.register(_renderers)

KINDS = _renderers.kinds


def bare(ctx: Context, item: Item, refused: SlackMessage) -> SlackMessage:
    """Return what is left to say where Slack refused the content of a message: number, link, state and buttons."""
    if item.thread_id is None:
        return bare_view.bare(None, refused, desk_language(ctx.settings.desks[0]))
    card = queries.card(ctx, item.thread_id)
    t = desk_language(ctx.settings.desk_if_any(card.thread.desk) or ctx.settings.desks[0])
    return bare_view.bare(lead(card, t), refused, t)


def render(ctx: Context, item: Item) -> Rendered | None:
    """Return the message as it must look now; None if there is nothing left to say. Raises NotYet."""
    return _renderers.render(ctx, item)
