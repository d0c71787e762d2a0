"""Merged threads: what their cards say, and the question who keeps one that two agents own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cases.merge import may_be_split
from bot.platform.i18n import Translator
from bot.views.cases.models import Card
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import link, person

MAX_MERGED = 5


def away(card: Card, t: Translator) -> SlackMessage:
    """Show the card of a thread that goes on in another one."""
    number = link(card.into_link, f"#{card.thread.merged_into}")
    text = t("*#{thread}* was merged into {number}.", thread=card.thread.id, number=number)
    button = _split(card.thread.id, t) if may_be_split(card.thread, card.at) else None
    return b.message(text, b.section(text, button), b.divider())


def merged(card: Card, t: Translator) -> list[Block]:
    """Name the threads that go on in this one, each with a button that takes it out again, for as long as it does."""
    return [
        b.section(
            f"🔗 {t('merged with #{number}', number=number)}",
            None if number in card.merged_for_good else _split(number, t),
        )
        for number in card.merged[:MAX_MERGED]
    ]


def which_owner(thread_id: int, into_id: int, owners: Sequence[str], t: Translator) -> SlackMessage:
    """Ask who keeps the merged thread."""
    text = t(
        "#{thread} and #{into} have different owners. Who keeps the merged thread?", thread=thread_id, into=into_id
    )
    value = f"{thread_id} {into_id}"
    rows = [b.section(person(owner), b.button(t("Merge"), "merge_for", f"{value} {owner}")) for owner in owners]
    return b.message(text, b.section(text), *rows)


def done(thread_id: int, into_id: int, t: Translator) -> SlackMessage:
    """Confirm a merge."""
    text = t("#{thread} is merged into #{into}. It can be undone for a day.", thread=thread_id, into=into_id)
    return b.message(text, b.section(text, _split(thread_id, t)))


def undone(thread_id: int, into_id: int, t: Translator) -> SlackMessage:
    """Confirm that a merge was undone."""
    return b.message(t("#{thread} and #{into} are two threads again.", thread=thread_id, into=into_id))


def _split(number: int, t: Translator) -> Block:
    return b.button(t("Split #{number}", number=number), "split", number)
