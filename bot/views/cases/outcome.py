"""How a thread ended: in a line, and the fields that ask for it."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.cases import label
from bot.views.cases.models import Card, CaseRow
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, View
from bot.views.common.text import escape

CHOSEN = "outcome"  # the block id of the field
TAKE_BACK = "-"  # the value of the option that takes back what was said


def named(case: CaseRow, t: Translator) -> str | None:
    """Say how it ended and whether our answer helped; None if neither is known."""
    thread = case.thread
    ended = f"🏁 {escape(thread.outcome, 75)}" if thread.outcome else None
    helped = t("⭐ {score} of 5", score=t.number(thread.score)) if thread.score else None
    return " · ".join(filter(None, (ended, helped))) or None


def fields(card: Card, t: Translator) -> list[Block]:
    """Ask how it ended and what it is about, as far as the desk has words for that; both may stay empty."""
    known = tuple(dict.fromkeys((*card.outcomes, *filter(None, (card.thread.outcome,)))))
    asked = []
    if known:
        options = [b.option(name, name) for name in known]
        if card.thread.outcome:
            options.append(b.option(t("None of these"), TAKE_BACK))
        choices = b.select(CHOSEN, t("Choose one"), *options)
        if card.thread.outcome:
            choices["initial_option"] = b.option(card.thread.outcome, card.thread.outcome)
        asked.append(b.input_block(t("How it ended"), CHOSEN, choices) | {"optional": True})
    about = label.in_reply(card, t)
    return [*asked, about] if about else asked


def modal(card: Card, t: Translator) -> View:
    """Ask about a thread that needs nobody any more."""
    note = t("For colleagues and the figures. If the customer writes again, the thread is open again and this goes.")
    return b.modal(
        "outcome",
        t("How #{number} ended", number=card.thread.id),
        [*fields(card, t), b.context(note)],
        submit=t("Save"),
        close=t("Cancel"),
        metadata={"thread": card.thread.id},
    )
