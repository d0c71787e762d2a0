"""What the renderers of every wing share: a rendered message, where they are registered, and whose desk it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.common.errors import Refused
from bot.platform.i18n import Translator, translator
from bot.settings import Desk
from bot.usecases.desk.context import Context
from bot.views.common.blocks import SlackMessage
from storage.cases import messages, threads
from storage.desk import agents
from storage.engine import reading
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import Payload

CARD_SECONDS = 5.0  # only a fallback: a card that arrives calls for what waits to stand under it
DESK_SECONDS = 300.0  # a desk comes back with a new start

P = TypeVar("P", bound=Payload)


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


class Renderers:
    """The renderer of every kind of message that Slack shows. Each wing registers its own."""

    def __init__(self) -> None:
        self._by_kind: dict[MessageKind, Callable[[Context, Item], Rendered | None]] = {}

    def add(self, kind: MessageKind, payload: type[P], renderer: Callable[[Context, Item, P], Rendered | None]) -> None:
        """`renderer` makes the message as it must look now, and may raise NotYet; None when nothing is left to say."""
        self._by_kind[kind] = lambda ctx, item: renderer(ctx, item, payload.from_json(item.payload))

    @property
    def kinds(self) -> tuple[MessageKind, ...]:
        return tuple(self._by_kind)

    def render(self, ctx: Context, item: Item) -> Rendered | None:
        """Raises NotYet. None also when its thread is no longer there, or an overview's desk is not."""
        try:
            return self._by_kind[item.kind](ctx, item)
        except (Refused, KeyError):
            return None


def thread_id(item: Item) -> int:
    if item.thread_id is None:
        raise KeyError("thread_id")
    return item.thread_id


def desk_of_thread(ctx: Context, item: Item) -> Desk:
    """The desk of the row's thread. Raises NotYet."""
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, thread_id(item))
    if thread is None:
        raise KeyError(item.thread_id)
    return configured(ctx, item, thread.desk)


def configured(ctx: Context, item: Item, name: str, *, wait: bool = True) -> Desk:
    """The desk of this name. Where it is not configured, nothing new is said in its name, which raises NotYet.

    But what Slack shows stays true, above all after an erasure, and what cannot `wait` is told: in the words of the
    desk whose channel it is now, or of the first one.
    """
    try:
        return ctx.settings.desk(name)
    except KeyError:
        if item.message_ts is None and wait:
            raise NotYet(DESK_SECONDS) from None
    return ctx.settings.desk_of_channel(item.destination) or ctx.settings.desks[0]


def desk_of_overview(ctx: Context, item: Item, name: str) -> Desk:
    """The desk of an overview. KeyError where it is not configured and nothing is shown: it would be old by then."""
    return ctx.settings.desk(name) if item.message_ts is None else configured(ctx, item, name)


def place_of_card(ctx: Context, item: Item) -> tuple[str, str]:
    """Channel and ts of the card, which stays where it is when its desk moves to another channel. Raises NotYet."""
    with reading(ctx.engine) as connection:
        place = messages.place_of_card(connection, thread_id(item))
    if place is None:
        raise NotYet(CARD_SECONDS)
    return place


def desk_language(desk: Desk) -> Translator:
    return translator(desk.language)


def language_of(ctx: Context, person: str, desk: Desk) -> Translator:
    """A person's own language where we know it, else the desk's."""
    with reading(ctx.engine) as connection:
        known = agents.get(connection, [person]).get(person)
    return translator(known.locale) if known else desk_language(desk)
