"""A thread's timeline, line by line, and the same customer's other threads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.cases.conversation import Event, EventKind
from bot.domain.customers.person import Person
from bot.platform.i18n import N_, Translator
from bot.views.cases.case_row import row
from bot.views.cases.models import Card, CaseRow, History
from bot.views.cases.state import at_handle, customer_and_place
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.reasons import reason
from bot.views.common.text import date, escape, person
from bot.views.customers.which import called

MAX_LINES = 100
MAX_BLOCK_CHARACTERS = 3000  # Slack's limit
MAX_OTHERS = 10

WORDS = {
    EventKind.RECEIVED: N_("{handle} wrote"),
    EventKind.POSTED: N_("card posted in Slack"),
    EventKind.CLAIMED: N_("{actor} claimed it"),
    EventKind.RELEASED: N_("{actor} released it"),
    EventKind.HANDED_OVER: N_("{actor} handed it over to {to}"),
    EventKind.TAKEN_OVER: N_("{actor} took it over"),
    EventKind.REPLIED: N_("{actor} wrote a reply"),
    EventKind.UNDONE: N_("{actor} undid the reply"),
    EventKind.CHECKING: N_("no answer from {network}; checking whether the reply arrived"),
    EventKind.SENT: N_("the reply by {actor} arrived on {network}"),
    EventKind.OUTSIDE: N_("answered on {network} itself"),
    EventKind.REFUSED: N_("the reply was not sent: {refusal}"),
    EventKind.UNKNOWN: N_("unknown whether the reply arrived; somebody must decide"),
    EventKind.ESCALATED: N_("{actor} escalated it to {to}: {why}"),
    EventKind.NAGGED: N_("reminder: the target is near"),
    EventKind.MORE_TIME: N_("{actor} asked for 10 more minutes"),
    EventKind.CLOSED: N_("{actor} closed it without a reply: {reason}"),
    EventKind.REOPENED: N_("{actor} reopened it"),
    EventKind.EDITED: N_("{handle} edited their post"),
    EventKind.WITHDRAWN: N_("{handle} deleted their post"),
    EventKind.ERASED: N_("erased at the customer's request"),
}
"""The words for each event kind. A test fails if a kind that the desk writes is missing here."""

_HANDED_OVER_WITH_NOTE = N_("{actor} handed it over to {to}: {note}")
_TAKEN_FROM = N_("{actor} took it over from {owner}")
_TAKEN_FROM_BECAUSE = N_("{actor} took it over from {owner}: {why}")
_BREACHED = N_("reminder: past its target")
_OUTSIDE_BY = N_("answered on {network} itself by {actor}")
_MEMBER = re.compile(r"(?:lead:)?([UW][A-Z0-9]{2,})")


def modal(history: History, t: Translator) -> View:
    """Show the newest 100 lines of the timeline, oldest first, then the customer's other threads."""
    card = history.card
    lines = [_line(event, card, t) for event in history.events[-MAX_LINES:]]
    return b.modal(
        "history",
        t("History #{number}", number=card.thread.id),
        [
            b.section(_customer(card, t)),
            *(b.section(part) for part in _packed(lines)),
            *_others(history.others, t),
        ],
        close=t("Close"),
    )


def _customer(card: Card, t: Translator) -> str:
    followers = card.thread.customer_followers
    reach = None if followers is None else t.n("{n} follower", "{n} followers", followers)
    return " · ".join(filter(None, (customer_and_place(card, t), reach)))


def message(threads: Sequence[CaseRow], customer: Person, t: Translator) -> SlackMessage:
    """List a customer's threads, newest first, for the agent who asked; and their handles, if there were several."""
    handle = at_handle(customer.now_called)
    heading = t.n("*{handle}* · {n} thread", "*{handle}* · {n} threads", len(threads), handle=handle)
    if len(customer.handles) > 1:
        heading = f"{heading}\n{called(customer, t)}"
    rows = [b.section(row(case, t), b.button(t("History"), "history", case.thread.id)) for case in threads[:20]]
    return b.message(heading, b.section(heading), *rows)


def _packed(lines: Sequence[str]) -> list[str]:
    """Join the lines into as few texts as fit: Slack leaves a gap between blocks that would seem to mean something."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= MAX_BLOCK_CHARACTERS:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts


def _others(threads: Sequence[CaseRow], t: Translator) -> list[Block]:
    if not threads:
        return [b.context(t("No other threads with this customer."))]
    heading = t("*Other threads with this customer*")
    return [b.divider(), b.section(heading), *(b.section(row(case, t)) for case in threads[:MAX_OTHERS])]


def _line(event: Event, card: Card, t: Translator) -> str:
    shown = dict.fromkeys(("to", "why", "reason"), "—")  # erasing a customer removes these
    shown |= {name: _who(value, t) for name, value in event.data.items()}
    shown |= {
        "actor": _who(event.actor, t),
        "handle": at_handle(card.thread.customer_handle),
        "network": card.network_name,
    }
    if event.kind is EventKind.REFUSED:
        error = event.data.get("error")
        shown["refusal"] = reason(str(error) if error else None, card.network_name, t)
    return f"{date(event.at, '{date_short_pretty} {time}')} · {t(_words(event), **shown)}"


def _words(event: Event) -> str:
    if event.kind is EventKind.HANDED_OVER and "note" in event.data:
        return _HANDED_OVER_WITH_NOTE
    if event.kind is EventKind.TAKEN_OVER and event.data.get("owner"):
        return _TAKEN_FROM_BECAUSE if "why" in event.data else _TAKEN_FROM
    if event.kind is EventKind.NAGGED and event.data.get("level") == "breach":
        return _BREACHED
    if event.kind is EventKind.OUTSIDE and _MEMBER.fullmatch(event.actor):
        return _OUTSIDE_BY
    return WORDS[event.kind]


def _who(value: object, t: Translator) -> str:
    """Show a member as a mention, also within targets such as "lead:U0LEAD, team:Press"; escape the rest."""
    if value == "desk":
        return t("the desk")
    text = str(value if value is not None else "")
    parts = text.split(", ") if text.startswith(("lead:", "team:")) else [text]
    named = [_MEMBER.fullmatch(part) for part in parts]
    return ", ".join(
        person(member[1]) if member else escape(part.removeprefix("team:"), 300) or "—"
        for part, member in zip(parts, named, strict=True)
    )
