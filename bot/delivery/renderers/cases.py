"""Renders cards, notes and follow-ups under them, and escalations."""

from __future__ import annotations

from bot.delivery.renderers.common import (
    Rendered,
    Renderers,
    configured,
    desk_language,
    desk_of_thread,
    heard_by_owner,
    language_of,
    place_of_card,
    thread_id,
    with_desk_name,
)
from bot.domain.cases.conversation import EventKind
from bot.usecases.cases import follow_up, promises, queries, snooze
from bot.usecases.desk import configured as desk_settings
from bot.usecases.desk.context import Actor, Context
from bot.views.cases import card as card_view
from bot.views.cases import escalate as escalate_view
from bot.views.cases import follow_up as follow_up_view
from bot.views.cases import home as home_view
from bot.views.cases import move as move_view
from bot.views.cases import note as note_view
from bot.views.cases import promise as promise_view
from bot.views.cases import snooze as snooze_view
from bot.views.common.blocks import SlackMessage
from storage.cases.messages import (
    EscalationNagPayload,
    EscalationPayload,
    FollowUpPayload,
    HomePayload,
    NotePayload,
    PromiseNagPayload,
    SaidPayload,
    SnoozeOverPayload,
)
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import Payload


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.CARD, Payload, _card)
    renderers.add(MessageKind.CARD_LEFT, Payload, _card_left)
    renderers.add(MessageKind.NOTE, NotePayload, _note)
    renderers.add(MessageKind.FOLLOW_UP, FollowUpPayload, _follow_up)
    renderers.add(MessageKind.PROMISE_NAG, PromiseNagPayload, _promise_nag)
    renderers.add(MessageKind.SNOOZE_OVER, SnoozeOverPayload, _snooze_over)
    renderers.add(MessageKind.SAID, SaidPayload, _said)
    renderers.add(MessageKind.HOME, HomePayload, _home)
    renderers.add(MessageKind.SAID_DIRECTLY, SaidPayload, _said_directly)
    renderers.add(MessageKind.ESCALATION_NAG, EscalationNagPayload, _escalation_nag)
    renderers.add(MessageKind.ESCALATION, EscalationPayload, _escalation)


def _home(ctx: Context, item: Item, payload: HomePayload) -> Rendered:
    agent, first = item.destination, ctx.settings.desks[0]
    settings = desk_settings.visible(ctx, Actor(agent, "button", groups=frozenset(payload.groups)))
    view = home_view.home(queries.home(ctx, agent), settings, agent, language_of(ctx, agent, first))
    return Rendered(SlackMessage("", view["blocks"]), home=True)


def _card(ctx: Context, item: Item, _payload: Payload) -> Rendered:
    card = queries.card(ctx, thread_id(item))
    desk = configured(ctx, item, card.thread.desk)
    channel = desk.channel_of(private=card.thread.private)
    return Rendered(card_view.card(card, desk_language(desk)), channel)


def _card_left(ctx: Context, item: Item, _payload: Payload) -> Rendered:
    card = queries.card(ctx, thread_id(item))
    t = desk_language(ctx.settings.desk_of_channel(item.destination) or configured(ctx, item, card.thread.desk))
    return Rendered(move_view.left(card, ctx.settings.desk_name(card.thread.desk), t))


def _note(ctx: Context, item: Item, payload: NotePayload) -> Rendered:
    t = desk_language(desk_of_thread(ctx, item))
    unowned = item.message_ts is None and payload.people.get("to") == ""
    return Rendered(note_view.note(payload.code, payload.people, t), *place_of_card(ctx, item), broadcast=unowned)


def _follow_up(ctx: Context, item: Item, payload: FollowUpPayload) -> Rendered | None:
    news = follow_up.follow_up(ctx, thread_id(item), payload.posts)
    if item.unposted and not news.open:
        return None  # it was answered before Slack could be told
    desk = configured(ctx, item, news.case.thread.desk)
    channel, ts = place_of_card(ctx, item)
    unheard = item.message_ts is None and not heard_by_owner(ctx, desk, news.case.thread.owner)
    return Rendered(follow_up_view.follow_up(news, desk_language(desk)), channel, ts, broadcast=unheard)


def _snooze_over(ctx: Context, item: Item, payload: SnoozeOverPayload) -> Rendered:
    rested = snooze.rested(ctx, thread_id(item), payload.pause)
    desk = configured(ctx, item, rested.card.thread.desk)
    channel, ts = place_of_card(ctx, item)
    unheard = item.message_ts is None and not heard_by_owner(ctx, desk, rested.card.thread.owner)
    return Rendered(snooze_view.over(rested, desk_language(desk)), channel, ts, broadcast=unheard)


def _promise_nag(ctx: Context, item: Item, payload: PromiseNagPayload) -> Rendered | None:
    promised = promises.promised(ctx, thread_id(item), payload.promise)
    promise = promised.promise
    said = promise is not None and promise.broken_at is not None and not payload.broken
    if item.unposted and (promise is None or promise.ended_at is not None or said):
        return None  # it was settled, or said to be broken, before Slack could be told
    desk = configured(ctx, item, promised.card.thread.desk)
    channel, ts = place_of_card(ctx, item)
    shown = promise_view.nag(promised, desk_language(desk), broken=payload.broken)
    return Rendered(shown, channel, ts, broadcast=item.message_ts is None and not promised.reached.called)


def _said(ctx: Context, item: Item, payload: SaidPayload) -> Rendered:
    t = desk_language(desk_of_thread(ctx, item))
    said = queries.said(ctx, payload.event)
    return Rendered(note_view.note(said.code, said.people, t, said.words), *place_of_card(ctx, item))


def _said_directly(ctx: Context, item: Item, payload: SaidPayload) -> Rendered:
    case = queries.card(ctx, thread_id(item))
    t = language_of(ctx, item.destination, configured(ctx, item, case.thread.desk))
    said = queries.said(ctx, payload.event)
    if said.code is EventKind.HANDED_OVER:
        return Rendered(note_view.said_directly(case, note_view.handed_on(said.people, t), t))
    if said.code is EventKind.LET_GO:
        return Rendered(note_view.said_directly(case, note_view.let_go(said.people, t), t))
    return Rendered(note_view.said_directly(case, note_view.note(said.code, said.people, t, said.words), t))


def _escalation_nag(ctx: Context, item: Item, payload: EscalationNagPayload) -> Rendered | None:
    card = queries.card(ctx, thread_id(item))
    t = language_of(ctx, item.destination, configured(ctx, item, card.thread.desk))
    request = next(request for request in card.escalations if request.id == payload.escalation)
    place = queries.place_of_request(ctx, request.id)
    if item.unposted and (request.answered_by or request.taken_by):
        return None
    shown = escalate_view.nag(card, request, t, late=payload.late)
    return Rendered(shown, thread_ts=place, broadcast=item.message_ts is None and place is not None)


def _escalation(ctx: Context, item: Item, payload: EscalationPayload) -> Rendered:
    card = queries.card(ctx, thread_id(item))
    t = language_of(ctx, item.destination, configured(ctx, item, card.thread.desk))
    escalation = next(request for request in card.escalations if request.id == payload.escalation)
    return Rendered(escalate_view.card(with_desk_name(ctx, card), escalation, t))
