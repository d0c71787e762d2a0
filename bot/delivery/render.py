"""From a row of the outbox to what Slack is to show, as things are at the moment of sending."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.domain.common.errors import Refused
from bot.domain.reminders.reminders import Recipient
from bot.platform.i18n import Translator, translator
from bot.settings import Desk
from bot.usecases.alerts import backlog, volume_spike
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.usecases.intake import feed_health
from bot.usecases.reminders import nag, reminders
from bot.usecases.reports import standup
from bot.views.alerts import backlog as backlog_view
from bot.views.alerts import volume_spike as volume_spike_view
from bot.views.cases import card as card_view
from bot.views.cases import escalate as escalate_view
from bot.views.cases import note as note_view
from bot.views.common.blocks import SlackMessage
from bot.views.intake import feed_health as feed_view
from bot.views.reminders import nag as nag_view
from bot.views.reminders import reminders as reminders_view
from bot.views.replies import reply as reply_view
from bot.views.reports import standup as standup_view
from storage import outbox
from storage.cases import threads
from storage.desk import agents
from storage.engine import reading
from storage.outbox import Item
from storage.replies import replies

CARD_SECONDS = 5.0  # only a fallback: a card that arrives calls for what waits to stand under it
DESK_SECONDS = 300.0  # a desk comes back with a new start


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message and where it belongs.

    `channel` is where it is to be posted, where that follows from the config as it is now; `thread_ts` puts it under a
    card, `to` makes it visible to one person only.
    """

    message: SlackMessage
    channel: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    to: str | None = None

    @property
    def digest(self) -> str:
        """The same for two messages that look the same."""
        content = json.dumps([self.message.text, self.message.blocks], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


class NotYet(Exception):
    """What this message belongs under is not in Slack yet, or its desk is not configured: again in so many seconds."""

    def __init__(self, again_in: float) -> None:
        super().__init__(again_in)
        self.again_in = again_in


def render(ctx: Context, item: Item) -> Rendered | None:
    """The message as it must look now; None when there is nothing left to say. Raises NotYet."""
    try:
        return _RENDERERS[item.kind](ctx, item)
    except (Refused, KeyError):
        return None  # its thread is no longer there, or it is the overview of a desk that is not


def _card(ctx: Context, item: Item) -> Rendered:
    card = queries.card(ctx, _thread_id(item))
    desk = _configured(ctx, item, card.thread.desk)
    return Rendered(card_view.card(card, _desk_language(desk)), desk.slack_channel)


def _nag(ctx: Context, item: Item) -> Rendered:
    facts = nag.reminder(ctx, _thread_id(item), item.payload["wait"])
    t = _desk_language(_configured(ctx, item, facts.card.thread.desk))
    channel, ts = _card_place(ctx, item)
    unowned = facts.card.thread.owner is None
    return Rendered(nag_view.nag(facts, t), channel, ts, broadcast=unowned and item.message_ts is None)


def _lead(ctx: Context, item: Item) -> Rendered:
    facts = nag.reminder(ctx, _thread_id(item), item.payload["wait"])
    t = _language_of(ctx, item.destination, _configured(ctx, item, facts.card.thread.desk))
    return Rendered(nag_view.lead(facts, t))


def _reminders(ctx: Context, item: Item) -> Rendered | None:
    to = Recipient(item.destination, item.payload["owner"], item.payload["lead"])
    facts = reminders.summary(ctx, to, item.payload["desk"], item.payload["waits"])
    if not facts.due and item.message_ts is None and item.post_started_at is None:
        return None
    desk = _configured(ctx, item, facts.desk)
    t = _language_of(ctx, item.destination, desk) if to.lead else _desk_language(desk)
    return Rendered(reminders_view.reminders(facts, ctx.settings.command, t), None if to.lead else desk.slack_channel)


def _note(ctx: Context, item: Item) -> Rendered:
    t = _desk_language(_desk(ctx, item))
    details = {name: value for name, value in item.payload.items() if name != "code"}
    return Rendered(note_view.note(item.payload["code"], details, t), *_card_place(ctx, item))


def _escalation(ctx: Context, item: Item) -> Rendered:
    card = queries.card(ctx, _thread_id(item))
    t = _language_of(ctx, item.destination, _configured(ctx, item, card.thread.desk))
    escalation = next(one for one in card.escalations if one.id == item.payload["escalation"])
    return Rendered(escalate_view.card(card, escalation, t))


def _standup(ctx: Context, item: Item) -> Rendered:
    desk = ctx.settings.desk(item.payload["desk"])
    facts = standup.standup_of(ctx, desk, date.fromisoformat(item.payload["day"]))
    return Rendered(standup_view.standup(facts, _desk_language(desk)), desk.slack_channel)


def _backlog(ctx: Context, item: Item) -> Rendered:
    digest = backlog.digest(ctx, item.payload["backlog"])
    desk = _desk_of_overview(ctx, item, digest.backlog.desk)
    return Rendered(backlog_view.digest(digest, ctx.settings.command, _desk_language(desk)), desk.slack_channel)


def _volume_spike(ctx: Context, item: Item) -> Rendered:
    signal = volume_spike.signal(ctx, item.payload["spike"])
    desk = _desk_of_overview(ctx, item, signal.spike.desk)
    return Rendered(volume_spike_view.signal(signal, ctx.settings.command, _language_of(ctx, item.destination, desk)))


def _feed(ctx: Context, item: Item) -> Rendered:
    notice = feed_health.notice(ctx, **{name: value for name, value in item.payload.items() if name != "desk"})
    desk = ctx.settings.desk(item.payload["desk"])
    return Rendered(feed_view.news(notice, _desk_language(desk)), desk.slack_channel)


def _tell(ctx: Context, item: Item) -> Rendered | None:
    with reading(ctx.engine) as connection:
        reply = replies.get(connection, item.payload["reply"])
    if reply is None:
        return None
    card = queries.card(ctx, reply.thread_id)
    t = _language_of(ctx, item.payload["to"], _configured(ctx, item, card.thread.desk))
    return Rendered(reply_view.outcome(card, reply, t), to=item.payload["to"])


_RENDERERS: dict[str, Callable[[Context, Item], Rendered | None]] = {
    "card": _card,
    "nag": _nag,
    "lead": _lead,
    "reminders": _reminders,
    "note": _note,
    "escalation": _escalation,
    "standup": _standup,
    "tell": _tell,
    "backlog": _backlog,
    "volume_spike": _volume_spike,
    "feed": _feed,
}
KINDS = tuple(_RENDERERS)


def _thread_id(item: Item) -> int:
    if item.thread_id is None:
        raise KeyError("thread_id")
    return item.thread_id


def _desk(ctx: Context, item: Item) -> Desk:
    """The desk of the row's thread. Raises NotYet."""
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, _thread_id(item))
    if thread is None:
        raise KeyError(item.thread_id)
    return _configured(ctx, item, thread.desk)


def _configured(ctx: Context, item: Item, name: str) -> Desk:
    """The desk of this name. Where it is not configured, nothing new is said in its name, which raises NotYet.

    But what Slack shows stays true, above all after an erasure, and who answered is told what became of it: in the
    words of the desk whose channel it is now, or of the first one.
    """
    try:
        return ctx.settings.desk(name)
    except KeyError:
        if item.message_ts is None and item.kind != "tell":
            raise NotYet(DESK_SECONDS) from None
    return ctx.settings.desk_of_channel(item.destination) or ctx.settings.desks[0]


def _desk_of_overview(ctx: Context, item: Item, name: str) -> Desk:
    """The desk of an overview. KeyError where it is not configured and nothing is shown: it would be old by then."""
    return ctx.settings.desk(name) if item.message_ts is None else _configured(ctx, item, name)


def _card_place(ctx: Context, item: Item) -> tuple[str, str]:
    """Channel and ts of the card, which stays where it is when its desk moves to another channel."""
    with reading(ctx.engine) as connection:
        place = outbox.place_of_card(connection, _thread_id(item))
    if place is None:
        raise NotYet(CARD_SECONDS)
    return place


def _desk_language(desk: Desk) -> Translator:
    return translator(desk.language)


def _language_of(ctx: Context, person: str, desk: Desk) -> Translator:
    """A person's own language where we know it, else the desk's."""
    with reading(ctx.engine) as connection:
        known = agents.get(connection, [person]).get(person)
    return translator(known.locale) if known else _desk_language(desk)
