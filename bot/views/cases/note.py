"""Short lines in the Slack thread under a card, for colleagues only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import person


def note(code: str, details: Mapping[str, Any], t: Translator) -> SlackMessage:
    """Word one note and mention the agent who must know: `handed_over` (from, to) or `taken_over` (by, from).

    Raises ValueError for any other code.
    """
    match code:
        case "handed_over":
            return b.message(
                t(
                    "{person}, this is yours now: {other} handed it over.",
                    person=person(details["to"]),
                    other=person(details["from"]),
                )
            )
        case "taken_over":
            return b.message(
                t(
                    "{person}, {other} has taken this over from you.",
                    person=person(details["from"]),
                    other=person(details["by"]),
                )
            )
    raise ValueError(f"no words for the note {code}")
