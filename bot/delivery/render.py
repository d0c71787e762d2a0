"""Turns a row of the outbox into what Slack is to show, as things stand at the moment of sending."""

from __future__ import annotations

from bot.delivery.renderers import alerts, cases, intake, reminders, replies, reports
from bot.delivery.renderers.common import Rendered, Renderers
from bot.usecases.desk.context import Context
from storage.outbox import Item

WINGS = (cases, replies, reminders, intake, alerts, reports)

_renderers = Renderers()
for _wing in WINGS:
    _wing.register(_renderers)

KINDS = _renderers.kinds


def render(ctx: Context, item: Item) -> Rendered | None:
    """Return the message as it must look now; None if there is nothing left to say. Raises NotYet."""
    return _renderers.render(ctx, item)
