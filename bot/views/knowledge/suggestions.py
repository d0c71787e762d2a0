"""What the reply form offers of the knowledge bank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.common.text import escape
from bot.views.knowledge.bank import called, last_use
from bot.views.knowledge.models import Shown

USE = "bank_use"
EXCERPT = 160  # characters of an answer


def in_reply(suggested: Sequence[Shown], t: Translator) -> list[Block]:
    """Offer what may answer this customer, each as a start that is to be changed."""
    return [
        b.section(_line(each, t), b.button(t("Use as a start"), USE, each.entry.id)) | {"block_id": f"{USE}:{number}"}
        for number, each in enumerate(suggested)
    ]


def left_out(blocks: Iterable[Block]) -> list[Block]:
    """Return the form's blocks without these."""
    return [block for block in blocks if not str(block.get("block_id")).startswith(f"{USE}:")]


def _line(shown: Shown, t: Translator) -> str:
    entry = shown.entry
    about = [last_use(shown.last, t)] if shown.last else []
    if shown.to_review:
        about.append(t("not looked at for long"))
    lead = " · ".join((f"📚 *{called(entry, t)}*", *about))
    return f"{lead}\n{escape(entry.answer, EXCERPT)}"
