"""Renders what became of a reply, for its author alone."""

from __future__ import annotations

from bot.delivery.renderers.common import Rendered, Renderers, configured, language_of
from bot.domain.cases.conversation import ON_ITS_WAY
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.views.replies import reply as reply_view
from storage.engine import reading
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.replies import replies
from storage.replies.messages import TellPayload, is_delay


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.TELL, TellPayload, _tell)


def _tell(ctx: Context, item: Item, payload: TellPayload) -> Rendered | None:
    with reading(ctx.engine) as connection:
        reply = replies.get(connection, payload.reply)
    if reply is None or (is_delay(item.key) and (reply.error is None or reply.state not in ON_ITS_WAY)):
        return None
    card = queries.card(ctx, reply.thread_id)
    t = language_of(ctx, payload.to, configured(ctx, item, card.thread.desk, wait=False))
    return Rendered(reply_view.outcome(card, reply, t), to=payload.to)
