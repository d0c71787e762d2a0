"""A private link: the button in the reply form."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.replies.models import Draft

USE = "private_link"


def in_reply(draft: Draft, t: Translator) -> Block | None:
    """Offer to ask the customer for a private message, where the account has a place for that."""
    if not draft.private_link:
        return None
    number = draft.card.thread.id
    return b.actions(b.button(t("Ask for a private message"), USE, number))
