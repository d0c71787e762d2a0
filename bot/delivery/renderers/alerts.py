"""Renders the digest of a backlog, the signal of a volume spike, and that a destination takes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.delivery.renderers.common import (
    Rendered,
    Renderers,
    configured,
    desk_language,
    desk_of_overview,
    language_of,
)
from bot.usecases.alerts import backlog, destinations, volume_spike
from bot.usecases.desk.context import Context
from bot.views.alerts import backlog as backlog_view
from bot.views.alerts import destinations as destinations_view
from bot.views.alerts import volume_spike as volume_spike_view
from storage.alerts.messages import BacklogPayload, DestinationPayload, SpikePayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.BACKLOG, BacklogPayload, _backlog)
    renderers.add(MessageKind.VOLUME_SPIKE, SpikePayload, _volume_spike)
    renderers.add(MessageKind.DESTINATION, DestinationPayload, _destination)


def _backlog(ctx: Context, item: Item, payload: BacklogPayload) -> Rendered:
    digest = backlog.digest(ctx, payload.backlog, payload.turn)
    desk = desk_of_overview(ctx, item, digest.backlog.desk)
    return Rendered(backlog_view.digest(digest, ctx.settings.command, desk_language(desk)), desk.slack_channel)


def _volume_spike(ctx: Context, item: Item, payload: SpikePayload) -> Rendered:
    signal = volume_spike.signal(ctx, payload.spike)
    desk = desk_of_overview(ctx, item, signal.spike.desk)
    signal = replace(signal, spike=replace(signal.spike, desk=ctx.settings.desk_name(signal.spike.desk)))
    return Rendered(volume_spike_view.signal(signal, ctx.settings.command, language_of(ctx, item.destination, desk)))


def _destination(ctx: Context, item: Item, payload: DestinationPayload) -> Rendered:
    over_at = datetime.fromisoformat(payload.over_at) if payload.over_at else None
    notice = destinations.notice(ctx, payload.fault, over_at)
    desk = configured(ctx, item, payload.desk, wait=False)
    return Rendered(destinations_view.notice(notice, language_of(ctx, item.destination, desk)))
