"""The menu behind a card's three dots: what it can offer, and when.

What an option does is in the handler module of its feature, as a `MenuChoice` of the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.cases.thread import State
from bot.platform.i18n import N_, Translator
from bot.views.cases.models import Card
from bot.views.cases.state import on_its_way, settled, snoozed, up_to_us
from bot.views.common import blocks as b
from bot.views.common.blocks import Block

MOST = 5  # options that Slack allows in an overflow menu


@dataclass(frozen=True, slots=True)
class MenuOption:
    """An option of the menu. `offered` tells whether it applies now; roles are checked on the click."""

    name: str
    label: str
    offered: Callable[[Card], bool]
    spare: int = 0  # where more than MOST apply the highest goes first: there is another way to it; 0 stays


def menu(card: Card, t: Translator) -> Block:
    """Offer what applies now. Each option's value is its name and the thread, as in "release:1042"."""
    offered = _fitting([option for option in MENU if option.offered(card)])
    return b.overflow(*(b.option(t(option.label), f"{option.name}:{card.thread.id}") for option in offered))


def _fitting(options: list[MenuOption]) -> list[MenuOption]:
    """Leave out the last one where there are too many, and then those that can be spared."""
    fitting = options if len(options) <= MOST else options[:-1]
    for option in sorted(options, key=lambda each: -each.spare):
        if len(fitting) > MOST and option.spare:
            fitting = [other for other in fitting if other is not option]
    return fitting[:MOST]


def _goes_on(card: Card) -> bool:
    return card.thread.state is not State.CLOSED and not card.thread.erased_at


def _has_owner(card: Card) -> bool:
    return bool(card.thread.owner) and _goes_on(card) and not on_its_way(card)


def _may_be_moved(card: Card) -> bool:
    return card.other_desks and _goes_on(card) and not on_its_way(card)


def _is_up_to_us(card: Card) -> bool:
    return _goes_on(card) and (up_to_us(card) or snoozed(card)) and card.thread.state is State.WAITING


def _is_closed(card: Card) -> bool:
    return card.thread.state is State.CLOSED and not card.thread.erased_at


def _may_be_muted(card: Card) -> bool:
    return _is_closed(card) and card.mute is None and bool(card.thread.close_reason)


def _can_answer_again(card: Card) -> bool:
    answered = card.thread.state is State.ANSWERED and settled(card) and not card.thread.erased_at
    return answered and card.thread.reply_blocked_reason is None


def _may_ask(card: Card) -> bool:
    return card.may_ask and _can_answer_again(card)


def _can_be_taken_back(card: Card) -> bool:
    return card.can_take_back and settled(card)


def _has_ended(card: Card) -> bool:
    ended = card.thread.state is not State.WAITING and settled(card) and not card.thread.erased_at
    return ended and bool(card.outcomes or card.thread.outcome)


def _may_open_a_ticket(card: Card) -> bool:
    return card.has_crm and not card.thread.erased_at and card.thread.merged_into is None


def _is_remembered(card: Card) -> bool:
    return not card.thread.erased_at


def _always(_card: Card) -> bool:
    return True


MENU = (
    MenuOption("reply", N_("Reply"), _can_answer_again),
    MenuOption("take_back", N_("Take back the answer"), _can_be_taken_back, spare=1),
    MenuOption("rating", N_("Was this helpful?"), _may_ask),
    MenuOption("outcome", N_("How it ended"), _has_ended),
    MenuOption("release", N_("Release"), _has_owner, spare=3),
    MenuOption("hand_over", N_("Hand over"), _has_owner, spare=4),
    MenuOption("take_over", N_("Take over"), _has_owner, spare=5),
    MenuOption("move", N_("Move to another desk"), _may_be_moved, spare=6),
    MenuOption("close", N_("Close without reply"), _is_up_to_us),
    MenuOption("reopen", N_("Reopen"), _is_closed),
    MenuOption("mute", N_("Mute for a week"), _may_be_muted),
    MenuOption("crm_ticket", N_("Open a ticket"), _may_open_a_ticket, spare=2),
    MenuOption("history", N_("History"), _always),
    MenuOption("why", N_("Why this time"), _is_remembered),
)
"""In the order of the menu."""
