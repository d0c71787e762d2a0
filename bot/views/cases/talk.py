"""The quiet line for who talks under a card."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage


def hint(thread_id: int, t: Translator) -> SlackMessage:
    """Tell the author alone that the customer got nothing, and offer the way to answer."""
    text = t("Only colleagues read what is written under #{number}: the customer got nothing.", number=thread_id)
    return b.message(text, b.section(text, b.button(t("Reply"), "reply", thread_id)))
