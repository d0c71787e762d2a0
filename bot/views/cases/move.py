"""Move: the question to which desk a thread goes, and what is left where its card was."""

from __future__ import annotations

from collections.abc import Mapping

from bot.platform.i18n import Translator
from bot.views.cases.models import Card
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage, View
from bot.views.common.text import escape, link


def modal(thread_id: int, desks: Mapping[str, str], t: Translator) -> View:
    """Ask to which of these desks, names by key."""
    options = [b.option(name, key) for key, name in desks.items()]
    return b.modal(
        "move",
        t("Move #{number}", number=thread_id),
        [
            b.input_block(t("To which desk"), "desk", b.select("desk", t("Choose a desk"), *options)),
            b.context(t("Nobody owns it there yet. The customer's waiting time goes on as it is.")),
        ],
        submit=t("Move"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )


def done(thread_id: int, desk: str, t: Translator) -> SlackMessage:
    """Confirm it."""
    return b.message(t("#{number} is with {desk} now.", number=thread_id, desk=escape(desk, 60)))


def left(card: Card, desk: str, t: Translator) -> SlackMessage:
    """Show what stands in place of the card where it was."""
    number = link(card.permalink, f"#{card.thread.id}")
    text = t("*{number}* was moved to {desk}.", number=number, desk=escape(desk, 60))
    return b.message(text, b.section(text), b.divider())
