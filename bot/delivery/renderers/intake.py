"""What the channel is told of an account that cannot be read, and of a post that could not be stored."""

from __future__ import annotations

from bot.delivery.renderers.common import Rendered, Renderers, configured, desk_language, language_of
from bot.domain.common.destinations import is_member
from bot.domain.common.errors import Gone
from bot.usecases.desk.context import Context
from bot.usecases.intake import feed_health, set_aside
from bot.views.intake import feed_health as feed_view
from bot.views.intake import set_aside as set_aside_view
from storage.intake.messages import FeedPayload, SetAsidePayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.FEED, FeedPayload, _feed)
    renderers.add(MessageKind.SET_ASIDE, SetAsidePayload, _set_aside)


def _feed(ctx: Context, item: Item, payload: FeedPayload) -> Rendered:
    desk = ctx.settings.desk_of_account(payload.key)  # which may not be the one that was there when it was noticed
    if desk is None:
        raise Gone(payload.key)
    notice = feed_health.notice(ctx, payload.key, payload.alarm, payload.since, payload.code, payload.over_at)
    if is_member(item.destination):
        return Rendered(feed_view.news(notice, language_of(ctx, item.destination, desk)))
    return Rendered(feed_view.news(notice, desk_language(desk)), desk.slack_channel)


def _set_aside(ctx: Context, item: Item, payload: SetAsidePayload) -> Rendered:
    notice = set_aside.notice(ctx, payload.set_aside)
    desk = configured(ctx, item, notice.desk)
    return Rendered(set_aside_view.notice(notice, desk_language(desk)), desk.slack_channel)
