"""A whole conversation, both sides with their words, and the same customer's other threads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain.cases.conversation import Event, EventKind, Post
from bot.domain.customers.customer import Customer
from bot.platform.i18n import N_, Translator
from bot.views.cases import customer, take_back
from bot.views.cases.card import pictures
from bot.views.cases.case_row import row
from bot.views.cases.models import Card, CaseRow, History
from bot.views.cases.references import references
from bot.views.cases.state import at_handle, called, customer_and_place, post_on
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.budget import size
from bot.views.common.reasons import reason
from bot.views.common.text import date, escape, language_name, link, person, web_address
from bot.views.customers import which
from bot.views.customers.reference_numbers import numbers

MAX_BLOCK_CHARACTERS = 2000  # Slack's limit for a text of a context block
PAGE_BLOCKS = 70  # of the 100 that a modal takes: the rest is for the customer's other threads
PAGE_CHARACTERS = 9_000
WHEN = "{date_short_pretty} {time}"
SHOWN_AS_POSTS = (EventKind.RECEIVED, EventKind.SENT, EventKind.OUTSIDE, EventKind.POSTED)
"""The kinds whose lines would only repeat what the posts show."""
MAX_OTHERS = 10

WORDS = {
    EventKind.RECEIVED: N_("{handle} wrote"),
    EventKind.POSTED: N_("card posted in Slack"),
    EventKind.CLAIMED: N_("{actor} claimed it"),
    EventKind.RELEASED: N_("{actor} released it"),
    EventKind.SHIFT_ENDED: N_("the shift of {owner} ended: nobody owns it now"),
    EventKind.OWNER_AWAY: N_("{owner} is away: nobody owns it now"),
    EventKind.KEPT: N_("{actor} keeps it"),
    EventKind.LET_GO: N_("nothing was heard of {owner}: it is the team's again"),
    EventKind.MOVED: N_("{actor} moved it from {from_desk} to {to_desk}"),
    EventKind.HANDED_OVER: N_("{actor} handed it over to {to}"),
    EventKind.TAKEN_OVER: N_("{actor} took it over"),
    EventKind.REPLIED: N_("{actor} wrote a reply"),
    EventKind.AWAITS: N_("{actor} wrote a reply that awaits approval"),
    EventKind.LOOK_ASKED: N_("{actor} asked for a look at their draft"),
    EventKind.SUGGESTED: N_("{actor} suggested a change to the draft by {to}"),
    EventKind.APPROVED: N_("{actor} approved the reply by {to}"),
    EventKind.RETURNED: N_("{actor} returned the reply by {to}: {note}"),
    EventKind.UNDONE: N_("{actor} undid the reply"),
    EventKind.CHECKING: N_("no answer from {network}; checking whether the reply arrived"),
    EventKind.SENT: N_("the reply by {actor} arrived on {network}"),
    EventKind.OUTSIDE: N_("answered on {network} itself"),
    EventKind.REFUSED: N_("the reply was not sent: {refusal}"),
    EventKind.UNKNOWN: N_("unknown whether the reply arrived; somebody must decide"),
    EventKind.TAKING_BACK: N_("{actor} had the answer by {to} taken back: {note}"),
    EventKind.TAKEN_BACK: N_("the answer by {to} is gone from {network}"),
    EventKind.TAKE_BACK_REFUSED: N_("{network} did not delete the answer"),
    EventKind.CAME_BACK: N_("the answer by {to} came back from {network}: {note}"),
    EventKind.WINDOW_CLOSES: N_("reminder: {network} takes an answer until {until}"),
    EventKind.WINDOW_CLOSED: N_("{network} takes no answer any more"),
    EventKind.ESCALATED: N_("{actor} escalated it to {to}: {why}"),
    EventKind.ADVISED: N_("{actor} answered {to}: {note}"),
    EventKind.NOTED: N_("{actor} noted: {note}"),
    EventKind.NAGGED: N_("reminder: the target is near"),
    EventKind.MORE_TIME: N_("{actor} asked for 10 more minutes"),
    EventKind.PROMISED: N_("{actor} promised to come back by {until}"),
    EventKind.PROMISE_KEPT: N_("the promise was kept"),
    EventKind.PROMISE_BROKEN: N_("the promise was broken"),
    EventKind.PROMISE_CANCELLED: N_("the promise was cancelled"),
    EventKind.SNOOZED: N_("{actor} snoozed it until {until}: {why}"),
    EventKind.WOKEN: N_("the snooze was over"),
    EventKind.CONTACTED: N_("{actor} answered the customer, not on {network}"),
    EventKind.CLOSED: N_("{actor} closed it without a reply: {reason}"),
    EventKind.REOPENED: N_("{actor} reopened it"),
    EventKind.OUTCOME: N_("{actor} said how it ended: {ended}"),
    EventKind.ASKED: N_("{actor} asked the customer whether our answer helped"),
    EventKind.SCORED: N_("{handle} says how much our answer helped: {score} of 5"),
    EventKind.LIKED: N_("{actor} liked what {handle} wrote"),
    EventKind.LIKE_REFUSED: N_("{network} did not take the like"),
    EventKind.HIDDEN: N_("{actor} had it hidden on {network}: {reason}"),
    EventKind.UNHIDDEN: N_("{actor} had it shown again on {network}"),
    EventKind.HIDE_REFUSED: N_("{network} did not hide it"),
    EventKind.UNHIDE_REFUSED: N_("{network} did not show it again"),
    EventKind.NOT_URGENT: N_("{actor} said that it is not urgent"),
    EventKind.HEARD: N_("{actor} said that it needs an answer"),
    EventKind.RETARGETED: N_("{actor} changed the desk's settings, so it is due by {to} instead of {due}"),
    EventKind.LABELLED: N_("{actor} labelled it “{label}”"),
    EventKind.UNLABELLED: N_("{actor} took the label “{label}” off"),
    EventKind.JOINED_INCIDENT: N_("{actor} put it into incident {incident}: {name}"),
    EventKind.LEFT_INCIDENT: N_("{actor} said that it does not belong to incident {incident}: {name}"),
    EventKind.MUTED: N_("{actor} muted the author: {reason}"),
    EventKind.UNMUTED: N_("{actor} ended the mute"),
    EventKind.LANGUAGE: N_("{actor} said that the customer writes {language}"),
    EventKind.TICKET: N_("{actor} opened ticket {ticket}"),
    EventKind.JOINED: N_("{actor} said that the customer is the same person as in #{thread}"),
    EventKind.UNJOINED: N_("{actor} took back that the customer is the same person as in #{thread}"),
    EventKind.TOLD_APART: N_("{actor} said that the customer is not the person of #{thread}"),
    EventKind.MERGED: N_("{actor} merged #{thread} into #{into}"),
    EventKind.SPLIT: N_("{actor} took #{thread} out of #{into} again"),
    EventKind.EDITED: N_("{handle} edited their post"),
    EventKind.WITHDRAWN: N_("{handle} deleted their post"),
    EventKind.RESTORED: N_("the post of {handle} can be seen again"),
    EventKind.ERASED: N_("erased at the customer's request"),
}
"""The words for each event kind. A test fails if a kind that the desk writes is missing here."""

_HANDED_OVER_WITH_NOTE = N_("{actor} handed it over to {to}: {note}")
_TAKEN_FROM = N_("{actor} took it over from {owner}")
_TAKEN_FROM_BECAUSE = N_("{actor} took it over from {owner}: {why}")
_NAGS = {"breach": N_("reminder: late"), "promise": N_("reminder: the promise is due soon")}
_BY_AGENTS = {
    EventKind.PROMISE_CANCELLED: N_("{actor} cancelled the promise: {why}"),
    EventKind.WOKEN: N_("{actor} ended the snooze"),
}
_MOVING = {
    EventKind.LABELLED: N_("{actor} labelled it “{label}”, so it is due by {to} instead of {due}"),
    EventKind.UNLABELLED: N_("{actor} took the label “{label}” off, so it is due by {to} instead of {due}"),
}
"""The words for a label that changed what the customer waits for."""
_SCORED_WITH_WORDS = N_("{handle} says how much our answer helped: {score} of 5, “{words}”")
_CLOSED_WITH_OUTCOME = N_("{actor} closed it without a reply: {reason} ({ended})")
_REFUSED_IN_PART = N_("{done} of {total} posts of the reply are public; the rest was not sent: {refusal}")
_WITH_DETAIL = (
    (EventKind.SCORED, "words", _SCORED_WITH_WORDS),
    (EventKind.CLOSED, "ended", _CLOSED_WITH_OUTCOME),
    (EventKind.HANDED_OVER, "note", _HANDED_OVER_WITH_NOTE),
    (EventKind.REFUSED, "done", _REFUSED_IN_PART),
)
_OUTSIDE_BY = N_("answered on {network} itself by {actor}")
_MEMBER = re.compile(r"(?:lead:)?([UW][A-Z0-9]{2,})")


def modal(history: History, t: Translator, page: int = 0) -> View:
    """Show what both sides said and what happened between, newest last; page 0 is the newest one."""
    card = history.card
    pages = _pages(history, t)
    page = min(page, len(pages) - 1)
    where = {"number": t.number(len(pages) - page), "total": t.number(len(pages))}
    older = _turn(t("Earlier"), card, page + 1) if page + 1 < len(pages) else None
    newer = _turn(t("Later"), card, page - 1) if page else None
    others = [] if page else _others(history.others, t)
    return b.modal(
        "history",
        t("History #{number}", number=card.thread.id),
        [
            b.section(_customer(card, t), older),
            b.context(t("Page {number} of {total}", **where)) if len(pages) > 1 else None,
            *pages[page],
            b.actions(newer, *(() if card.thread.erased_at else _further(card, t))),
            *others,
        ],
        close=t("Close"),
    )


def _further(card: Card, t: Translator) -> tuple[Block | None, ...]:
    of_the_answer = take_back.button(card, t)
    return b.button(t("Why this time"), "why", card.thread.id), customer.button(card.thread.id, t), of_the_answer


def _turn(label: str, card: Card, page: int) -> Block:
    return b.button(label, "history_page", f"{card.thread.id}:{page}")


def _pages(history: History, t: Translator) -> list[list[Block]]:
    """Divide the conversation into pages that a modal takes, newest page first; there is at least one."""
    pages: list[list[Block]] = [[]]
    used = 0
    for blocks in reversed(_entries(history, t)):
        needed = size(blocks)
        if pages[-1] and (len(pages[-1]) + len(blocks) > PAGE_BLOCKS or used + needed > PAGE_CHARACTERS):
            pages.append([])
            used = 0
        pages[-1] = blocks + pages[-1]
        used += needed
    return pages


def _entries(history: History, t: Translator) -> list[list[Block]]:
    """Return what was said and done, oldest first, each as its blocks; lines without words between are one entry."""
    card = history.card
    said: list[tuple[datetime, int, Post | Event]] = [(post.posted_at, 0, post) for post in history.posts]
    done = [(event.at, 1, event) for event in history.events if event.kind not in SHOWN_AS_POSTS]
    entries: list[list[Block]] = []
    lines: list[str] = []
    for _, _, thing in sorted((*said, *done), key=lambda entry: entry[:2]):
        if isinstance(thing, Event):
            lines.append(_line(thing, card, t))
            continue
        entries += [[b.context(part)] for part in _packed(lines)]
        lines = []
        entries.append(_post(thing, card, t))
    return entries + [[b.context(part)] for part in _packed(lines)]


def _post(post: Post, card: Card, t: Translator) -> list[Block]:
    """Show who said it, when, and every word of it."""
    who = f"*{called(card, limit=80)}*" if post.inbound else _who(post.author, t)
    edited = t("edited at {time}", time=date(post.edited_at, WHEN)) if post.edited_at else None
    linked = link(post.url, post_on(card, t)) if web_address(post.url) else None
    muted = t("🔇 muted") if post.muted else None
    gone = t("↩️ no longer there") if post.deleted_at and not post.inbound and post.text else None
    lead = " · ".join(filter(None, (who, date(post.posted_at, WHEN), linked, edited, muted, gone)))
    if post.deleted_at and not post.text:
        return [b.section(f"{lead} · _{t('deleted')}_")]
    return [b.section(lead), *references(card, post, t), *rich.quotations(post.text), *pictures(post, t)]


def _customer(card: Card, t: Translator) -> str:
    followers = card.thread.customer_followers
    reach = None if followers is None else t.n("{n} follower", "{n} followers", followers)
    return " · ".join(filter(None, (customer_and_place(card, t), reach, numbers(card.numbers, t))))


def message(threads: Sequence[CaseRow], customer: Customer, t: Translator) -> SlackMessage:
    """List a customer's threads, newest first, for the agent who asked; and their handles, if there were several."""
    handle = at_handle(customer.now_called)
    heading = t.n("*{handle}* · {n} thread", "*{handle}* · {n} threads", len(threads), handle=handle)
    if len(customer.handles) > 1:
        heading = f"{heading}\n{which.called(customer, t)}"
    return _listed(heading, threads, t)


def _listed(heading: str, threads: Sequence[CaseRow], t: Translator) -> SlackMessage:
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


_ERASABLE = (
    *("until", "to", "owner", "why", "reason", "note", "thread", "into", "label", "incident", "name"),
    *("ended", "score", "words", "from_desk", "to_desk"),
)


def _line(event: Event, card: Card, t: Translator) -> str:
    # Erasing a customer removes these.
    shown = dict.fromkeys(_ERASABLE, "—")
    shown |= {name: _who(value, t) for name, value in event.data.items()}
    shown |= {
        "actor": _who(event.actor, t),
        "handle": at_handle(card.thread.customer_handle),
        "network": card.network_name,
    }
    if "until" in event.data:
        shown["until"] = date(datetime.fromisoformat(str(event.data["until"])), WHEN)
    shown["language"] = language_name(str(event.data.get("language")), t) or "—"
    if "due" in event.data or event.kind is EventKind.RETARGETED:
        shown |= retargeted(event)
    if event.kind is EventKind.TICKET:
        number = event.data.get("number")
        shown["ticket"] = link(str(event.data["url"]), escape(str(number), 40)) if number else "—"
    if event.kind is EventKind.REFUSED:
        error = event.data.get("error")
        shown["refusal"] = reason(str(error) if error else None, card.network_name, t)
    return f"{date(event.at, WHEN)} · {t(words(event), **shown)}"


def retargeted(event: Event) -> dict[str, str]:
    """Return how a changed setting moved the deadline: `due` before and `to` after."""
    known = {name: event.data.get(name) for name in ("due", "to")}
    return {name: date(datetime.fromisoformat(at), WHEN) if isinstance(at, str) else "—" for name, at in known.items()}


def words(event: Event) -> str:
    """Return the words for one line of the timeline."""
    for kind, detail, more in _WITH_DETAIL:
        if event.kind is kind and event.data.get(detail):
            return more
    match event.kind:
        case EventKind.LABELLED | EventKind.UNLABELLED if "due" in event.data:
            return _MOVING[event.kind]
        case EventKind.TAKEN_OVER if event.data.get("owner"):
            return _TAKEN_FROM_BECAUSE if "why" in event.data else _TAKEN_FROM
        case EventKind.NAGGED if event.data.get("level") in _NAGS:
            return _NAGS[str(event.data["level"])]
        case EventKind.OUTSIDE if _MEMBER.fullmatch(event.actor):
            return _OUTSIDE_BY
    return _BY_AGENTS.get(event.kind, WORDS[event.kind]) if event.via != "desk" else WORDS[event.kind]


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
