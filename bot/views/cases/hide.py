"""Hide: what the card says of a post that our account hides, and the answers to the commands."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.cases.models import Card
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import person


def on_card(card: Card, t: Translator) -> Block | None:
    """Say who had one of the posts that it shows hidden, with the way back. Why is in the History."""
    hidden = next((post for post in reversed(card.posts) if post.hidden_by), None)
    if hidden is None or hidden.hidden_by is None:
        return None
    text = t("🙈 Hidden on {network} by {person}", network=card.network_name, person=person(hidden.hidden_by))
    return b.section(text, b.button(t("Unhide"), "unhide", card.thread.id))


def hidden(thread: int, t: Translator) -> SlackMessage:
    """Confirm it."""
    return b.message(t("The newest post in #{thread} is being hidden. The History has your reason.", thread=thread))


def shown(thread: int, t: Translator) -> SlackMessage:
    """Confirm the way back."""
    return b.message(t("What was hidden in #{thread} is being shown again.", thread=thread))
