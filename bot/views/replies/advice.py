"""What colleagues who were asked for help answered, where the reply is written."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block
from bot.views.common.text import escape, moment, person
from bot.views.replies.models import Draft

USE = "advice_use"
SHOWN = 400  # characters of an answer


def in_reply(draft: Draft, t: Translator) -> list[Block]:
    """Show each answer with who gave it and when."""
    shown: list[Block] = []
    for advice in draft.advice:
        who = person(advice.by)
        about = {"time": moment(advice.at, draft.card.at), "team": escape(advice.team, 80), "person": who}
        if advice.team:
            said = t("💬 *{team}* answered at {time} ({person}):", **about)
        else:
            said = t("💬 {person} answered at {time}:", **about)
        use = b.button(t("Use as a start"), USE, advice.event_id)
        shown.append(b.section(said, use) | {"block_id": f"{USE}:{advice.event_id}"})
        shown.append(rich.quotation(advice.words, SHOWN))
    return shown
