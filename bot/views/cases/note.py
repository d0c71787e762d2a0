"""Short lines in the Slack thread under a card, for colleagues only."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.cases.conversation import EventKind
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import person


def note(code: EventKind, people: Mapping[str, str], t: Translator) -> SlackMessage:
    """Word one note and mention the agent who must know: `handed_over` (from, to) or `taken_over` (by, from).

    Raises ValueError for any other code.
    """
    match code:
        case EventKind.HANDED_OVER:
            return b.message(
                t(
                    "{person}, this is yours now: {other} handed it over.",
                    person=person(people["to"]),
                    other=person(people["from"]),
                )
            )
        case EventKind.TAKEN_OVER:
            return b.message(
                t(
                    "{person}, {other} has taken this over from you.",
                    person=person(people["from"]),
                    other=person(people["by"]),
                )
            )
    raise ValueError(f"no words for the note {code}")
