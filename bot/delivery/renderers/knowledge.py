"""Renders what is asked of who keeps entries of the knowledge bank."""

from __future__ import annotations

from bot.delivery.renderers.common import Rendered, Renderers, configured, language_of
from bot.usecases.desk.context import Context
from bot.usecases.knowledge import review
from bot.views.knowledge import review as view
from storage.knowledge.messages import ReviewPayload
from storage.outbox import Item
from storage.outbox.kinds import MessageKind


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.BANK_REVIEW, ReviewPayload, _review)


def _review(ctx: Context, item: Item, payload: ReviewPayload) -> Rendered | None:
    desk = configured(ctx, item, payload.desk)
    asked = review.of_reader(ctx, desk, payload.reader)
    if not asked.total and item.unposted:
        return None
    return Rendered(view.review(asked, language_of(ctx, payload.reader, desk)))
