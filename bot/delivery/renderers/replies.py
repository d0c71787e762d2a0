"""Renders requests to look at a reply, what its author alone is told, and a modal whose customer deleted words."""

from __future__ import annotations

from bot.delivery.renderers.common import (
    Rendered,
    Renderers,
    configured,
    desk_language,
    language_of,
    place_of_card,
    thread_id,
)
from bot.domain.cases.conversation import ON_ITS_WAY, ReplyState
from bot.domain.common.errors import Refused
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.usecases.replies import approval, look
from bot.usecases.replies import reply as reply_usecase
from bot.usecases.replies.approval import Request
from bot.views.common.blocks import SlackMessage
from bot.views.common.refused import sentence
from bot.views.replies import approval as approval_view
from bot.views.replies import look as look_view
from bot.views.replies import reply as reply_view
from storage.cases.messages import ModalPayload
from storage.engine import reading
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.replies import replies
from storage.replies.messages import ApprovalPayload, LookPayload, TellPayload, is_delay


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.TELL, TellPayload, _tell)
    renderers.add(MessageKind.LOOK, LookPayload, _look)
    renderers.add(MessageKind.TELL_EDITED, TellPayload, _edited)
    renderers.add(MessageKind.APPROVAL, ApprovalPayload, _approval)
    renderers.add(MessageKind.APPROVAL_HERE, ApprovalPayload, _approval_here)
    renderers.add(MessageKind.MODAL, ModalPayload, _modal)


def _modal(ctx: Context, item: Item, payload: ModalPayload) -> Rendered | None:
    found = reply_usecase.draft_in(ctx, item.destination, thread_id(item), payload.view)
    if found is None:
        return None
    shown, typed = found
    case = queries.card(ctx, thread_id(item))
    t = language_of(ctx, item.destination, configured(ctx, item, case.thread.desk, wait=False))
    if isinstance(shown, Refused):
        view = reply_view.gone(case.thread.id, sentence(shown, case.at, t), typed, t)
    else:
        deleted = [post for post in shown.card.posts if post.inbound and post.deleted_at is not None][-1:]
        count = reply_usecase.length(ctx, shown, typed) if typed else None
        view = reply_view.changed(shown, tuple(deleted), typed, t, count)
    return Rendered(SlackMessage("", []), view=view, view_id=payload.view)


def _tell(ctx: Context, item: Item, payload: TellPayload) -> Rendered | None:
    with reading(ctx.engine) as connection:
        reply = replies.get(connection, payload.reply)
    if reply is None or (is_delay(item.key) and (reply.error is None or reply.state not in ON_ITS_WAY)):
        return None
    card = queries.card(ctx, reply.thread_id)
    t = language_of(ctx, payload.to, configured(ctx, item, card.thread.desk, wait=False))
    return Rendered(reply_view.outcome(card, reply, t), to=payload.to)


def _edited(ctx: Context, item: Item, payload: TellPayload) -> Rendered | None:
    of = approval.request(ctx, payload.reply)
    if of is None or of.card.thread.erased_at is not None:
        return None
    t = language_of(ctx, payload.to, configured(ctx, item, of.card.thread.desk, wait=False))
    return Rendered(approval_view.edited(of.card, of.reply, of.approval, t), to=payload.to)


def _approval(ctx: Context, item: Item, payload: ApprovalPayload) -> Rendered | None:
    of = _to_look_at(ctx, item, payload)
    if of is None:
        return None
    t = language_of(ctx, item.destination, configured(ctx, item, of.card.thread.desk))
    return Rendered(approval_view.request(of.card, of.reply, of.approval, t))


def _approval_here(ctx: Context, item: Item, payload: ApprovalPayload) -> Rendered | None:
    of = _to_look_at(ctx, item, payload)
    if of is None:
        return None
    t = desk_language(configured(ctx, item, of.card.thread.desk))
    message = approval_view.request(of.card, of.reply, of.approval, t, payload.to)
    channel, ts = place_of_card(ctx, item)
    return Rendered(message, channel, ts, broadcast=item.message_ts is None and not payload.to)


def _to_look_at(ctx: Context, item: Item, payload: ApprovalPayload) -> Request | None:
    """Return what the message is about; None where it was decided before Slack could be told."""
    of = approval.request(ctx, payload.reply)
    decided = of is None or of.reply.state is not ReplyState.AWAITING
    return None if item.unposted and decided else of


def _look(ctx: Context, item: Item, payload: LookPayload) -> Rendered | None:
    found = look.shown(ctx, payload.look)
    if found is None or (item.unposted and not found[1].text):
        return None
    card, of = found
    t = desk_language(configured(ctx, item, card.thread.desk))
    channel, ts = place_of_card(ctx, item)
    return Rendered(look_view.note(card, of, t), channel, ts, broadcast=item.message_ts is None and of.asked is None)
