"""Short lines in the Slack thread under a card, for colleagues only."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.cases.conversation import EventKind
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import person


def note(code: EventKind, people: Mapping[str, str], t: Translator, said: str | None = None) -> SlackMessage:
    """Word one note and mention the agent who must know: `handed_over` (from, to), `taken_over` (by, from) or
    `withdrawn` (to, and in `left` whether "some" or "none" of the customer's posts still wait).

    `said` is what the colleague adds in their own words. Raises ValueError for any other code.
    """
    text = _text(code, people, t)
    return b.message(text, b.section(text), rich.quotation(said) if said else None)


def _text(code: EventKind, people: Mapping[str, str], t: Translator) -> str:
    match code:
        case EventKind.HANDED_OVER:
            to, by = person(people["to"]), person(people["from"])
            return t("{person}, this is yours now: {other} handed it over.", person=to, other=by)
        case EventKind.TAKEN_OVER:
            of, by = person(people["from"]), person(people["by"])
            return t("{person}, {other} has taken this over from you.", person=of, other=by)
        case EventKind.WITHDRAWN:
            to = person(people["to"])
            if people["left"] == "none":
                return t("{person}, the customer deleted what they wrote: nothing is left to answer.", person=to)
            return t("{person}, the customer deleted a post. The card shows what is left to answer.", person=to)
    raise ValueError(f"no words for the note {code}")
