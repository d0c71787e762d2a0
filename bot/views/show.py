"""A long post in full."""

from __future__ import annotations

from bot.domain.card import Card
from bot.i18n import Translator
from bot.views import blocks as b
from bot.views.blocks import View
from bot.views.card import pictures
from bot.views.state import customer
from bot.views.text import clean

PIECE = 1500  # characters a block: half of Slack's limit, which may count an emoji as two
MOST_PIECES = 80


def modal(facts: Card, t: Translator) -> View:
    """The customer's newest words, every one of them, in a modal."""
    newest = facts.newest
    words = clean(newest.text) if newest else t("deleted by the customer")
    pieces = [words[start : start + PIECE] for start in range(0, len(words), PIECE)][:MOST_PIECES]
    return b.modal(
        "show_text",
        f"#{facts.thread.id}",
        [
            b.section(f"{customer(facts)}  {t('on {network}', network=facts.network_name)}"),
            *(b.quote(piece, PIECE) for piece in pieces or [""]),
            *(pictures(newest, t) if newest else []),
        ],
        close=t("Close"),
    )
