"""Short lines in the Slack thread under a card, for colleagues only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.domain.cases.conversation import EventKind
from bot.platform.i18n import N_, Translator
from bot.views.cases.models import CaseRow
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import date, escape, link, person

MEMBER = re.compile("[UW][A-Z0-9]+")


_BY_A_COLLEAGUE = {
    EventKind.ADVISED: N_("{person}, {other} answers your request for help:"),
    EventKind.SUGGESTED: N_("📝 {person}, {other} suggests a change to your draft, above."),
    EventKind.RETURNED: N_("↩️ {person}, {other} returned your reply; the form has its text:"),
    EventKind.CAME_BACK: N_("📭 {person}, this answer came back; the card shows what is left to do:"),
    EventKind.TAKEN_BACK: N_("↩️ {person}, {other} took your answer back; the card shows what is left to do:"),
}
_BY_A_NETWORK = {
    EventKind.HIDE_REFUSED: N_("{person}, {network} did not hide that post."),
    EventKind.TAKE_BACK_REFUSED: N_("{person}, {network} did not delete the answer: customers can still read it."),
}
_SOME_LEFT = N_("{person}, the customer deleted a post. The card shows what is left to answer.")
_NOTHING_LEFT = N_("{person}, the customer deleted what they wrote: nothing is left to answer.")


def said_directly(case: CaseRow, note: SlackMessage, t: Translator) -> SlackMessage:
    """Build a note as a direct message: where it belongs, then its words."""
    about = t("See its card: {card}", card=link(case.permalink, f"#{case.thread.id}"))
    return SlackMessage(note.text, [*note.blocks, b.context(about)])


def handed_on(people: Mapping[str, str], t: Translator) -> SlackMessage:
    """Tell the former owner that a lead gave their thread to a colleague."""
    to, by = person(people["to"]), person(people["from"])
    return b.message(t("{other} handed this over from you to {person}.", person=to, other=by))


def let_go(people: Mapping[str, str], t: Translator) -> SlackMessage:
    """Tell an owner of whom nothing was heard that their thread is the team's again."""
    words = t(
        "{person}, this is the team's again: nothing was heard of you by the deadline.", person=person(people["from"])
    )
    return b.message(words)


def note(code: EventKind, people: Mapping[str, str], t: Translator, said: str | None = None) -> SlackMessage:
    """Word one note and mention the agent who must know: `handed_over` (from, to), `taken_over` (by, from),
    `advised`, `returned`, `suggested`, `taken_back` and `came_back` (by, to), `escalated` (to, and in `asked` who has
    not answered), `moved` (by, desk), `merged` and `split` (to, by, the numbers in `thread` and `into`, and in `owner`
    who has a merged thread if that is not `to`), `hide_refused` and `take_back_refused` (to, network), `window_closes`
    (to, network, until), or `withdrawn` (to, and in `left` whether "some" or "none" of the customer's posts wait).

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
        case _ if code in _BY_A_COLLEAGUE:
            return t(_BY_A_COLLEAGUE[code], person=person(people["to"]), other=person(people["by"]))
        case EventKind.ESCALATED:
            to, asked = person(people["to"]), people["asked"]
            who = person(asked) if MEMBER.fullmatch(asked) else f"*{escape(asked, 80)}*"
            return t(
                "{person}, {asked} has not answered your request for help yet.", person=person(people["to"]), asked=who
            )
        case EventKind.MERGED | EventKind.SPLIT | EventKind.MOVED | EventKind.WINDOW_CLOSES:
            return _rearranged(code, people, t) if code is not EventKind.WINDOW_CLOSES else _closes(people, t)
        case EventKind.WITHDRAWN | EventKind.HIDE_REFUSED | EventKind.TAKE_BACK_REFUSED:
            words = _BY_A_NETWORK.get(code) or (_NOTHING_LEFT if people["left"] == "none" else _SOME_LEFT)
            return t(words, person=person(people["to"]), network=escape(people.get("network", "")))
    raise ValueError(f"no words for the note {code}")


def _closes(people: Mapping[str, str], t: Translator) -> str:
    until = date(datetime.fromisoformat(people["until"]), "{date_short_pretty} {time}")
    about = {"network": escape(people["network"]), "until": until}
    if not people["to"]:
        return t("⏳ {network} takes an answer until {until}, and nobody has claimed this yet.", **about)
    return t("⏳ {person}, {network} takes an answer until {until}.", person=person(people["to"]), **about)


def _rearranged(code: EventKind, people: Mapping[str, str], t: Translator) -> str:
    if code is EventKind.MOVED:
        desk = escape(people["desk"], 60)
        return t("{person} moved this to {desk}; it is not yours any more.", person=person(people["by"]), desk=desk)
    told = {"person": person(people["to"]), "other": person(people["by"])}
    told |= {"thread": escape(people["thread"]), "into": escape(people["into"])}
    if code is EventKind.SPLIT:
        return t("{person}, {other} split #{thread} from #{into} again: #{thread} is yours.", **told)
    if owner := people.get("owner"):
        return t("{person}, {other} merged #{thread} into #{into}: {owner} has it now.", **told, owner=person(owner))
    return t("{person}, {other} merged #{thread} into #{into}: it is yours.", **told)
