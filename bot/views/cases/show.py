"""The modal that shows a long post in full."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.cases.card import pictures
from bot.views.cases.models import Card
from bot.views.cases.state import customer_and_place
from bot.views.cases.words import said_to_us
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import View


def modal(card: Card, t: Translator) -> View:
    """Show the customer's newest post without shortening it."""
    newest = card.newest
    deleted = b.section(t("_The customer deleted what they wrote._"))
    words = rich.quotations(said_to_us(card, newest)) if newest else [deleted]
    return b.modal(
        "show_text",
        f"#{card.thread.id}",
        [
            b.section(customer_and_place(card, t)),
            *words,
            *(pictures(newest, t) if newest else []),
        ],
        close=t("Close"),
    )
