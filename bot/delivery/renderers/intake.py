"""What the channel is told of an account that cannot be read."""

from __future__ import annotations

from bot.delivery.renderers.common import Rendered, Renderers, desk_language
from bot.usecases.desk.context import Context
from bot.usecases.intake import feed_health
from bot.views.intake import feed_health as feed_view
from storage.intake.messages import FeedPayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.FEED, FeedPayload, _feed)


def _feed(ctx: Context, _item: Item, payload: FeedPayload) -> Rendered:
    notice = feed_health.notice(ctx, payload.key, payload.alarm, payload.since, payload.code, payload.over_at)
    desk = ctx.settings.desk(payload.desk)
    return Rendered(feed_view.news(notice, desk_language(desk)), desk.slack_channel)
