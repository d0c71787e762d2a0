"""Small lines in the Slack thread under a card: for colleagues only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Message
from bot.views.common.text import person


def note(code: str, facts: Mapping[str, Any], t: Translator) -> Message:
    """`handed_over` (from, to) and `taken_over` (by, from), each mentioning who must know."""
    match code:
        case "handed_over":
            return b.message(
                t(
                    "{person}, this is yours now: {other} handed it over.",
                    person=person(facts["to"]),
                    other=person(facts["from"]),
                )
            )
        case "taken_over":
            return b.message(
                t(
                    "{person}, {other} has taken this over from you.",
                    person=person(facts["from"]),
                    other=person(facts["by"]),
                )
            )
    raise ValueError(f"no words for the note {code}")
