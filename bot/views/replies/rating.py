"""Was this helpful?: what the customer is asked, and the form in which an agent reads it first."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import View


def question(link: str, t: Translator) -> str:
    """Return what the customer reads, in their language."""
    return t("Did our answer help you? One tap is enough: {link}", link=link)


def modal(thread_id: int, text: str, t: Translator) -> View:
    """Show exactly what will be posted."""
    return b.modal(
        "rating",
        t("Was this helpful?"),
        [
            b.section(t("This is posted in public, as an answer to the customer of #{number}:", number=thread_id)),
            rich.quotation(text),
            b.context(
                t(
                    "The link leads to a page with 1 to 5, for 14 days. Everybody who reads the post can open it. A "
                    "customer is asked once a month at most."
                )
            ),
        ],
        submit=t("Ask"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )
