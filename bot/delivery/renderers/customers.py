"""Renders what is told of the CRM."""

from __future__ import annotations

from datetime import datetime

from bot.delivery.renderers.common import Rendered, Renderers, configured, desk_language, language_of
from bot.domain.common.destinations import is_member
from bot.usecases.desk.context import Context
from bot.views.customers import crm as crm_view
from storage.customers.messages import CrmPayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.CRM, CrmPayload, _crm)


def _crm(ctx: Context, item: Item, payload: CrmPayload) -> Rendered:
    desk = configured(ctx, item, payload.desk)
    t = language_of(ctx, item.destination, desk) if is_member(item.destination) else desk_language(desk)
    since = datetime.fromisoformat(payload.since)
    over_at = datetime.fromisoformat(payload.over_at) if payload.over_at else None
    return Rendered(crm_view.news(payload.code, payload.detail, since, over_at, ctx.clock.now(), t))
