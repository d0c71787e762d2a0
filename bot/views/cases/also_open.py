"""The customer's other open threads: how they are named, and the offers to merge with them or to take them as well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.cases.thread import State
from bot.platform.i18n import Translator
from bot.views.cases.models import AlsoOpen, Card
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import link, person

MAX_NAMED = 5


def named(others: Sequence[AlsoOpen], t: Translator, beyond: int = 0) -> str | None:
    """Name the customer's other open threads and their owners; None if there are none. So many more are `beyond`."""
    if not others:
        return None
    threads = ", ".join(_named(other, t) for other in others[:MAX_NAMED])
    left = len(others) - MAX_NAMED + beyond
    more = f" {t.n('and {n} more', 'and {n} more', left)}" if left > 0 else ""
    return f"{t('also open: {threads}', threads=threads)}{more}"


def merge_button(card: Card, t: Translator) -> Block | None:
    """Offer to put the thread together with the customer's oldest other one."""
    if card.thread.state is not State.WAITING or not card.also_open:
        return None
    other = card.also_open[0].number
    return b.button(t("Merge with #{number}", number=other), "merge", f"{card.thread.id} {other}")


def offer(card: Card, t: Translator) -> SlackMessage:
    """Tell an agent who has just claimed a thread what else its customer waits for."""
    text = t("#{thread} is yours.", thread=card.thread.id)
    return with_offers(b.message(text), [card], t)


def with_offers(answer: SlackMessage, claimed: Iterable[Card], t: Translator) -> SlackMessage:
    """Put the same below the answer to a command: for each claimed card, its customer's others, each in one tap."""
    offers = [block for card in claimed for block in _offers(card, t)]
    return b.message(answer.text, *answer.blocks, *offers)


def _offers(card: Card, t: Translator) -> list[Block]:
    """Name each one once. An unclaimed one has a block of its own: a button's name may stand once only within one."""
    unclaimed = [other for other in card.also_open if other.owner is None][:MAX_NAMED]
    claims = []
    for other in unclaimed:
        line = b.section(_line([other], t))
        claims.append(line | {"accessory": b.button(t("Claim"), "claim_also", f"{card.thread.id} {other.number}")})
    owned = [other for other in card.also_open if other not in unclaimed]
    return [*([b.section(_line(owned, t))] if owned else []), *claims]


def _line(others: Sequence[AlsoOpen], t: Translator) -> str:
    return f"🔗 {named(others, t)}"


def _named(other: AlsoOpen, t: Translator) -> str:
    owner = person(other.owner) if other.owner else t("unclaimed")
    about = t("{owner}, reply on its way", owner=owner) if other.answering else owner
    return f"{link(other.permalink, f'#{other.number}')} ({about})"
