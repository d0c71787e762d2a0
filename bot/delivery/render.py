"""From a row of the outbox to what Slack is to show, as things are at the moment of sending."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.domain.errors import Refused
from bot.i18n import Translator, translator
from bot.settings import Desk
from bot.usecases import crisis, feed, nag, show, standup, surge
from bot.usecases.context import Context
from bot.views import card as card_view
from bot.views import crisis as crisis_view
from bot.views import escalate as escalate_view
from bot.views import feed as feed_view
from bot.views import nag as nag_view
from bot.views import note as note_view
from bot.views import reply as reply_view
from bot.views import standup as standup_view
from bot.views import surge as surge_view
from bot.views.blocks import Message
from storage import people, replies, threads
from storage.engine import reading
from storage.outbox import Item


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message and where it belongs. `thread_ts` puts it under a card, `to` makes it visible to one person only."""

    message: Message
    thread_ts: str | None = None
    broadcast: bool = False
    to: str | None = None

    @property
    def digest(self) -> str:
        """The same for two messages that look the same."""
        content = json.dumps([self.message.text, self.message.blocks], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


class NotYet(Exception):
    """What this message belongs under is not in Slack yet."""


def render(ctx: Context, item: Item) -> Rendered | None:
    """The message as it must look now; None when there is nothing left to say. Raises NotYet."""
    try:
        return _RENDERERS[item.kind](ctx, item)
    except (Refused, KeyError):
        return None  # its thread or its desk is no longer there


def _card(ctx: Context, item: Item) -> Rendered:
    facts = show.card(ctx, _thread_id(item))
    return Rendered(card_view.card(facts, _desk_language(ctx.desk_of(facts.thread))))


def _nag(ctx: Context, item: Item) -> Rendered:
    facts = nag.facts(ctx, _thread_id(item), item.payload["wait"])
    message = nag_view.nag(facts, _desk_language(ctx.desk_of(facts.card.thread)))
    return Rendered(message, _under_card(ctx, item), broadcast=facts.card.thread.owner is None and item.ts is None)


def _lead(ctx: Context, item: Item) -> Rendered:
    facts = nag.facts(ctx, _thread_id(item), item.payload["wait"])
    desk = ctx.desk_of(facts.card.thread)
    return Rendered(nag_view.lead(facts, _language_of(ctx, item.channel, desk)))


def _note(ctx: Context, item: Item) -> Rendered:
    desk = ctx.desk_of(show.card(ctx, _thread_id(item)).thread)
    facts = {name: value for name, value in item.payload.items() if name != "code"}
    return Rendered(note_view.note(item.payload["code"], facts, _desk_language(desk)), _under_card(ctx, item))


def _escalation(ctx: Context, item: Item) -> Rendered:
    facts = show.card(ctx, _thread_id(item))
    desk = ctx.desk_of(facts.thread)
    escalation = next(one for one in facts.escalations if one.id == item.payload["escalation"])
    return Rendered(escalate_view.card(facts, escalation, _language_of(ctx, item.channel, desk)))


def _standup(ctx: Context, item: Item) -> Rendered:
    desk = ctx.settings.desk(item.payload["desk"])
    facts = standup.facts(ctx, desk, date.fromisoformat(item.payload["day"]))
    return Rendered(standup_view.standup(facts, _desk_language(desk)))


def _surge(ctx: Context, item: Item) -> Rendered:
    facts = surge.facts(ctx, item.payload["surge"])
    return Rendered(surge_view.digest(facts, ctx.settings.command, _desk_language(ctx.settings.desk(facts.surge.desk))))


def _crisis(ctx: Context, item: Item) -> Rendered:
    facts = crisis.facts(ctx, item.payload["crisis"])
    desk = ctx.settings.desk(facts.crisis.desk)
    return Rendered(crisis_view.signal(facts, ctx.settings.command, _language_of(ctx, item.channel, desk)))


def _feed(ctx: Context, item: Item) -> Rendered:
    facts = feed.facts(ctx, **{name: value for name, value in item.payload.items() if name != "desk"})
    return Rendered(feed_view.news(facts, _desk_language(ctx.settings.desk(item.payload["desk"]))))


def _tell(ctx: Context, item: Item) -> Rendered | None:
    with reading(ctx.engine) as connection:
        reply = replies.get(connection, item.payload["reply"])
    if reply is None:
        return None
    facts = show.card(ctx, reply.thread_id)
    t = _language_of(ctx, item.payload["to"], ctx.desk_of(facts.thread))
    return Rendered(reply_view.outcome(facts, reply, t), to=item.payload["to"])


_RENDERERS: dict[str, Callable[[Context, Item], Rendered | None]] = {
    "card": _card,
    "nag": _nag,
    "lead": _lead,
    "note": _note,
    "escalation": _escalation,
    "standup": _standup,
    "tell": _tell,
    "surge": _surge,
    "crisis": _crisis,
    "feed": _feed,
}
KINDS = tuple(_RENDERERS)


def _thread_id(item: Item) -> int:
    if item.thread_id is None:
        raise KeyError("thread_id")
    return item.thread_id


def _under_card(ctx: Context, item: Item) -> str:
    with reading(ctx.engine) as connection:
        place = threads.card_ts(connection, _thread_id(item))
    if place is None:
        raise NotYet
    return place[1]


def _desk_language(desk: Desk) -> Translator:
    return translator(desk.language)


def _language_of(ctx: Context, person: str, desk: Desk) -> Translator:
    """A person's own language where we know it, else the desk's."""
    with reading(ctx.engine) as connection:
        known = people.get(connection, [person]).get(person)
    return translator(known.locale) if known else _desk_language(desk)
