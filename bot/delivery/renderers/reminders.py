"""Renders reminders: under the card, to a lead, and several in one message."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivery.renderers.common import (
    NotYet,
    Rendered,
    Renderers,
    configured,
    desk_language,
    heard_by_owner,
    language_of,
    place_of_card,
    thread_id,
    with_desk_name,
)
from bot.domain.clock.targets import NagLevel
from bot.domain.reminders.reminders import Recipient
from bot.usecases.desk.context import Context
from bot.usecases.reminders import absence, late_list, nag, reminders, resolution_nag, shift_change
from bot.views.cases.state import snoozed, up_to_us
from bot.views.reminders import absence as absence_view
from bot.views.reminders import late_list as late_list_view
from bot.views.reminders import nag as nag_view
from bot.views.reminders import reminders as reminders_view
from bot.views.reminders import resolution_nag as resolution_nag_view
from bot.views.reminders import shift_change as shift_change_view
from bot.views.reminders.models import Nag
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.reminders.messages import (
    AbsencePayload,
    LateListPayload,
    NagPayload,
    RemindersPayload,
    ResolutionNagPayload,
    ShiftPayload,
)


def register(renderers: Renderers) -> None:
    renderers.add(MessageKind.NAG, NagPayload, _nag)
    renderers.add(MessageKind.RESOLUTION_NAG, ResolutionNagPayload, _resolution_nag)
    renderers.add(MessageKind.NAG_ELSEWHERE, NagPayload, _elsewhere)
    renderers.add(MessageKind.LEAD, NagPayload, _lead)
    renderers.add(MessageKind.REMINDERS, RemindersPayload, _reminders)
    renderers.add(MessageKind.LATE_LIST, LateListPayload, _late_list)
    renderers.add(MessageKind.SHIFT, ShiftPayload, _shift)
    renderers.add(MessageKind.ABSENCE, AbsencePayload, _absence)


def _nag(ctx: Context, item: Item, payload: NagPayload) -> Rendered | None:
    shown = nag.reminder(ctx, item, payload)
    if payload.not_before and item.unposted:
        early = datetime.fromisoformat(payload.not_before) - ctx.clock.now()
        if early > timedelta(0):
            raise NotYet(early / ctx.clock.real(1))
        if not up_to_us(shown.card):
            return None
    if _needless(item, shown):
        return None
    t = desk_language(configured(ctx, item, shown.card.thread.desk))
    channel, ts = place_of_card(ctx, item)
    rings = shown.for_channel and not payload.listed and item.message_ts is None
    message = nag_view.nag(shown, t, payload.times)
    return Rendered(message, channel, ts, broadcast=rings, asks=shown.asked)


def _needless(item: Item, shown: Nag) -> bool:
    """Tell whether it has been done, snoozed, or said at the next step before Slack could be told."""
    return item.unposted and (shown.level is NagLevel.NOT_YET or not shown.is_latest or snoozed(shown.card))


def _elsewhere(ctx: Context, item: Item, payload: NagPayload) -> Rendered | None:
    shown = nag.reminder(ctx, item, payload)
    if _needless(item, shown):
        return None
    t = desk_language(configured(ctx, item, shown.card.thread.desk))
    return Rendered(nag_view.elsewhere(replace(shown, card=with_desk_name(ctx, shown.card)), t))


def _resolution_nag(ctx: Context, item: Item, payload: ResolutionNagPayload) -> Rendered | None:
    shown = resolution_nag.reminder(ctx, thread_id(item), payload.case)
    if item.unposted and (shown.case is None or shown.case.due_at is None):
        return None  # it came to an end before Slack could be told
    desk = configured(ctx, item, shown.card.thread.desk)
    channel, ts = place_of_card(ctx, item)
    unheard = item.message_ts is None and not heard_by_owner(ctx, desk, shown.card.thread.owner)
    view = resolution_nag_view.resolution_nag(shown, desk_language(desk), late=payload.late)
    return Rendered(view, channel, ts, broadcast=unheard)


def _lead(ctx: Context, item: Item, payload: NagPayload) -> Rendered:
    shown = nag.reminder(ctx, item, payload)
    t = language_of(ctx, item.destination, configured(ctx, item, shown.card.thread.desk))
    return Rendered(nag_view.elsewhere(replace(shown, card=with_desk_name(ctx, shown.card)), t))


def _reminders(ctx: Context, item: Item, payload: RemindersPayload) -> Rendered | None:
    to = Recipient(item.destination, payload.owner, payload.lead, payload.anybodys)
    summary = reminders.summary(ctx, to, payload.desk, payload.waits)
    if item.unposted and (not summary.due or reminders.is_said_again(ctx, item, payload)):
        return None
    desk = configured(ctx, item, summary.desk)
    t = language_of(ctx, item.destination, desk) if to.lead else desk_language(desk)
    summary = replace(summary, desk=ctx.settings.desk_name(summary.desk))
    channel = None if to.lead or payload.elsewhere else desk.slack_channel
    if payload.at_once:
        return Rendered(reminders_view.at_once(summary, ctx.settings.command, t), channel)
    return Rendered(reminders_view.reminders(summary, ctx.settings.command, t), channel)


def _late_list(ctx: Context, item: Item, payload: LateListPayload) -> Rendered | None:
    late, now, goes_on = late_list.late(ctx, payload.late_list)
    if late.ended_at is not None and item.unposted:
        return None  # it was over before Slack could be told
    t = language_of(ctx, item.destination, configured(ctx, item, late.desk))
    return Rendered(late_list_view.late_list(late, now, ctx.settings.command, t, goes_on=goes_on))


def _shift(ctx: Context, item: Item, payload: ShiftPayload) -> Rendered | None:
    desk = configured(ctx, item, payload.desk)
    change = shift_change.hand_over(ctx, payload)
    if not change.threads and item.unposted:
        return None  # nothing is open, or shifts have changed again, before Slack could be told
    view = shift_change_view.hand_over(change, ctx.settings.command, desk_language(desk))
    return Rendered(view, desk.slack_channel)


def _absence(ctx: Context, item: Item, payload: AbsencePayload) -> Rendered | None:
    desk = configured(ctx, item, payload.desk)
    shown = absence.absence(ctx, payload)
    if not shown.unclaimed and item.message_ts is None and item.post_started_at is None:
        return None  # all of it was claimed before Slack could be told
    return Rendered(absence_view.absence(shown, desk_language(desk)), desk.slack_channel)
