"""What the renderers of all wings share: the rendered message, the registry, and the desk that it belongs to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.clock.calendar import may_ring
from bot.domain.common.errors import Gone, RefusalCode, Refused
from bot.platform.i18n import Translator, translator
from bot.settings import Desk
from bot.usecases.desk import presence
from bot.usecases.desk.context import Context
from bot.views.cases.models import Card
from bot.views.common.blocks import SlackMessage, View
from storage.cases import messages, threads
from storage.desk import agents
from storage.engine import reading
from storage.outbox import Item
from storage.outbox.kinds import MessageKind, Trait
from storage.outbox.messages import Payload

CARD_SECONDS = 5.0  # only a fallback: a card that arrives wakes what waits for it
DESK_SECONDS = 300.0  # a desk comes back only when the process restarts
CLOSED_SECONDS = 60.0  # how often what rings looks whether its desk has opened

P = TypeVar("P", bound=Payload)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message and where it belongs.

    `channel` is where to post it, if that follows from the present config. `thread_ts` puts it under a card. `to` makes
    it visible to one person only. `view` is what the open modal `view_id` is to show, instead of a message.
    `home` makes the blocks the App Home of the destination. `asks` is the owner whom it asks whether they keep their
    thread.
    """

    message: SlackMessage
    channel: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    to: str | None = None
    view: View | None = None
    view_id: str = ""
    home: bool = False
    asks: str | None = None

    @property
    def digest(self) -> str:
        """A hash that is equal for two messages that look the same."""
        content = json.dumps([self.message.text, self.message.blocks], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


class NotYet(Exception):
    """The card that this message belongs under is not in Slack yet, or its desk is closed or not in the config.

    `again_in` is the seconds to wait before the next try.
    """

    def __init__(self, again_in: float) -> None:
        super().__init__(again_in)
        self.again_in = again_in


class Renderers:
    """The renderer of every kind of message that Slack shows. Each wing registers its own."""

    def __init__(self) -> None:
        self._by_kind: dict[MessageKind, Callable[[Context, Item], Rendered | None]] = {}

    def add(self, kind: MessageKind, payload: type[P], renderer: Callable[[Context, Item, P], Rendered | None]) -> None:
        """Register a renderer.

        It builds the message as it must look now, returns None if there is nothing left to say, and may raise NotYet.
        """
        self._by_kind[kind] = lambda ctx, item: renderer(ctx, item, payload.from_json(item.payload))

    @property
    def kinds(self) -> tuple[MessageKind, ...]:
        return tuple(self._by_kind)

    def render(self, ctx: Context, item: Item) -> Rendered | None:
        """Render a row; None if there is nothing left to say, or its thread or its overview's desk is gone.

        Raises NotYet.
        """
        try:
            return self._by_kind[item.kind](ctx, item)
        except Gone:
            return None
        except Refused as refused:
            if refused.code is RefusalCode.UNKNOWN_THREAD:
                return None
            raise


def thread_id(item: Item) -> int:
    if item.thread_id is None:
        raise Gone("thread_id")
    return item.thread_id


def desk_of_thread(ctx: Context, item: Item) -> Desk:
    """Return the desk of the row's thread. Raises NotYet."""
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, thread_id(item))
    if thread is None:
        raise Gone(item.thread_id)
    return configured(ctx, item, thread.desk)


def configured(ctx: Context, item: Item, name: str, *, wait: bool = True) -> Desk:
    """Return the desk of this name. If it left the config, nothing new is said in its name: raises NotYet.

    So does what would ring while the desk is closed because Slack, or the bot, was away when it was said.

    What Slack already shows must stay true, above all after an erasure, and what cannot `wait` is still told. Both then
    speak as the desk that has the channel now, or else as the first desk.
    """
    desk = ctx.settings.desk_if_any(name)
    if desk is None:
        if item.message_ts is None and wait:
            raise NotYet(DESK_SECONDS)
        return ctx.settings.desk_of_channel(item.destination) or ctx.settings.desks[0]
    at = ctx.clock.now()
    if item.unposted and Trait.RINGS in item.kind.traits and not may_ring(desk.calendar(at), at):
        raise NotYet(CLOSED_SECONDS)
    return desk


def desk_of_overview(ctx: Context, item: Item, name: str) -> Desk:
    """Return the desk of an overview.

    Raises Gone if it left the config and nothing is shown yet, because the overview would be outdated by its
    return.
    """
    return ctx.settings.desk(name) if item.message_ts is None else configured(ctx, item, name)


def place_of_card(ctx: Context, item: Item) -> tuple[str, str]:
    """Return channel and ts of the card, which stays where it is if its desk changes channel. Raises NotYet."""
    with reading(ctx.engine) as connection:
        place = messages.place_of_card(connection, thread_id(item))
    if place is None:
        raise NotYet(CARD_SECONDS)
    return place


def with_desk_name(ctx: Context, card: Card) -> Card:
    """Return the card with its desk's name in place of the key, for readers outside the desk's channel."""
    return replace(card, thread=replace(card.thread, desk=ctx.settings.desk_name(card.thread.desk)))


def desk_language(desk: Desk) -> Translator:
    return translator(desk.language)


def language_of(ctx: Context, agent: str, desk: Desk) -> Translator:
    """Return an agent's own language if we know it, else the desk's."""
    with reading(ctx.engine) as connection:
        known = agents.get(connection, [agent]).get(agent)
    return translator(known.locale) if known else desk_language(desk)


def heard_by_owner(ctx: Context, desk: Desk, owner: str | None) -> bool:
    """Tell whether there is an owner who hears of what is said under the card."""
    if owner is None:
        return False
    with reading(ctx.engine) as connection:
        return presence.is_there(connection, ctx, desk, owner)
