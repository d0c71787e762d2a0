"""No reply needed: the menu of reasons on the card, and the modal that asks for another one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platform.i18n import N_, Translator
from bot.views.cases import outcome
from bot.views.cases.models import Card
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, View

USUAL = (N_("Thanks"), N_("Already solved"), N_("Not for us"), N_("Spam"))


def reasons(thread_id: int, own: Sequence[str], t: Translator) -> Block:
    """Offer the desk's `own` reasons, or the usual ones. An option's value is thread and reason, as in "5:Spam"."""
    offered = own or [t(reason) for reason in USUAL]
    return b.select(
        "no_reply_needed", t("No reply needed"), *(b.option(reason, f"{thread_id}:{reason}") for reason in offered)
    )


def modal(card: Card, t: Translator) -> View:
    """Ask why a thread needs no reply, and where the desk has words for it, how it ended."""
    return b.modal(
        "close",
        t("Close #{number}", number=card.thread.id),
        [
            b.text_input(
                t("Why this needs no reply"),
                "reason",
                placeholder=t("For example: solved by phone, spam, not meant for us"),
            ),
            *(outcome.fields(card, t) if card.outcomes else ()),
            b.context(t("The reason is kept with the thread. If the customer writes again, the thread reopens.")),
        ],
        submit=t("Close"),
        close=t("Cancel"),
        metadata={"thread": card.thread.id},
    )
