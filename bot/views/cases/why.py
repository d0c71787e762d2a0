"""Why a thread is due when it is: each wait with its rule, what counted of it and what did not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.cases.conversation import Event, EventKind
from bot.domain.clock.calendar import Calendar
from bot.domain.clock.hours import closed_days, in_force
from bot.domain.clock.promises import Promise, PromiseOutcome
from bot.domain.clock.resolution import Resolution
from bot.domain.clock.target_rules import criteria
from bot.domain.clock.targets import ResponseKind
from bot.domain.clock.waits import Wait, WaitOutcome
from bot.domain.clock.why import Part, Rule, Span
from bot.platform.i18n import N_, Translator
from bot.views.cases.history import retargeted, words
from bot.views.cases.models import Card, Why
from bot.views.cases.state import called, headline
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.lengths import target
from bot.views.common.text import code, date, escape, is_near, language_name, person

MAX_PARTS = 20
MAX_PARTS_OF_MESSAGE = 6  # a message has less room than a modal
MAX_CALENDARS = 3
MAX_CHANGES = 5
MAX_DAYS = 5  # that are named in one line
MAX_PROMISES = 5
MAX_SPANS = 7  # of one wait; the others become one line
WHEN = "{date_short_pretty} {time}"

_RULES = {
    Rule.OPEN: N_("🟢 {length} counted"),
    Rule.CLOSED: N_("💤 {length} not counted: outside opening hours"),
    Rule.SNOOZED: N_("⏸ {length} not counted: snoozed by {person}: {why}"),
    Rule.LAST_WORD: N_("⏸ {length} not counted: we had the last word"),
    Rule.NOT_ANSWERED: N_("⏸ {length} not counted: closed without a reply"),
    Rule.WITHDRAWN: N_("⏸ {length} not counted: the customer had deleted what they wrote"),
}
_TARGETS = {
    ResponseKind.FIRST: N_("*First answer* within {length}, by {due}"),
    ResponseKind.NEXT: N_("*Next answer* within {length}, by {due}"),
}
_ENDS = {
    WaitOutcome.ANSWERED: N_("answered by {person} at {time}"),
    WaitOutcome.CONTACT: N_("spoken to by {person} at {time}"),
    WaitOutcome.CLOSED: N_("closed by {person} at {time}"),
    WaitOutcome.WITHDRAWN: N_("deleted by the customer at {time}"),
}


def modal(why: Why, t: Translator) -> View:
    """Show the thread's life, newest last, and what it comes to; a long one folds."""
    title = t("Clock of #{number}", number=why.card.thread.id)
    return b.modal("why", title, _life(why, MAX_PARTS, t), close=t("Close"))


def message(why: Why, t: Translator) -> SlackMessage:
    """Show the same to who typed the command."""
    title = t("Clock of #{number}", number=why.card.thread.id)
    return b.message(title, b.section(f"*{title}*"), *_life(why, MAX_PARTS_OF_MESSAGE, t))


def _life(why: Why, most: int, t: Translator) -> list[Block | None]:
    folded, shown = why.parts[:-most], why.parts[-most:]
    return [
        b.section(f"{headline(why.card, t)}\n{called(why.card)}"),
        b.divider(),
        b.context(_folded([span for part in folded for span in part.spans], t)) if folded else None,
        *(block for part in shown for block in _part(part, why.card.network_name, t)),
        *([b.context(_awaits(why.card, since, t))] if (since := why.card.thread.approval_since) else []),
        *(b.context(_changed(event, t)) for event in why.changes[-MAX_CHANGES:]),
        *(b.context(_promised(promise, why.card.at, t)) for promise in why.promises[-MAX_PROMISES:]),
        b.divider(),
        b.section(_sum(why.parts, t)),
        b.section(_resolution(why.card.resolution, why.card.thread.calendar, t)) if why.card.resolution else None,
        *_calendars(why.parts, t),
    ]


def _awaits(card: Card, since: datetime, t: Translator) -> str:
    about = {"author": person(card.reply.author if card.reply else ""), "since": date(since, WHEN)}
    return t("🖐️ The reply by {author} awaits approval since {since}; the clock goes on.", **about)


def _part(part: Part, network: str, t: Translator) -> list[Block]:
    if part.wait is None:
        return [b.context(_span(part.spans, t))]
    return [b.section(_wait(part.wait, network, t)), b.context("\n".join(_spans(part.spans, t)))]


def _wait(wait: Wait, network: str, t: Translator) -> str:
    due = date(wait.due_at, WHEN)
    length = target(wait.target, wait.calendar, wait.started_at, t)
    agreed = t(_TARGETS[wait.response_kind], length=length, due=due)
    if wait.target_rule:
        agreed = f"{agreed} · {_rule(wait.target_rule, network, t)}"
    if wait.outcome is None or wait.ended_at is None:
        return f"{agreed}\n{t('waits since {time}', time=date(wait.started_at, WHEN))}"
    late = " · 🔴" if wait.ended_at >= wait.judged_at else ""
    about = {"person": person(wait.ended_by) if wait.ended_by else "—", "time": date(wait.ended_at, WHEN)}
    return f"{agreed}\n{t(_ENDS[wait.outcome], **about)}{late}"


def _rule(name: str, network: str, t: Translator) -> str:
    """Name the rule that a target is by; one that names a network names the thread's own."""
    about = criteria(name)
    if "label" in about:
        label = escape(about["label"], 40)
        rest = " ".join(f"{key}={value}" for key, value in about.items() if key != "label")
        if not rest:
            return t("target for the label “{label}”", label=label)
        return t("{rule} and the label “{label}”", rule=_rule(rest, network, t), label=label)
    if "kind" in about:
        return _of_kind(about["kind"], {key: value for key, value in about.items() if key != "kind"}, network, t)
    if "signal" in about:
        return t("target for whom this is the last resort")
    return _of_place(about, network, t)


def _of_place(about: Mapping[str, str], network: str, t: Translator) -> str:
    code = about.get("language")
    language = language_name(code, t) or escape(code or "", 20)
    if "network" not in about:
        return t("target for posts in {language}", language=language)
    if not language:
        return t("target for posts on {network}", network=network)
    return t("target for posts in {language} on {network}", language=language, network=network)


def _of_kind(kind: str, rest: Mapping[str, str], network: str, t: Translator) -> str:
    private = kind == "private"
    if not rest:
        return t("target for private messages") if private else t("target for public posts")
    rule = _rule(" ".join(f"{key}={value}" for key, value in rest.items()), network, t)
    return t("{rule}, in private", rule=rule) if private else t("{rule}, in public", rule=rule)


def _spans(spans: Sequence[Span], t: Translator) -> list[str]:
    """Say each span in a line; of many, the first and the last ones, and what those between come to."""
    if len(spans) <= MAX_SPANS:
        return [_span([span], t) for span in spans]
    head, between, tail = spans[:3], spans[3:-3], spans[-3:]
    return [*_spans(head, t), _folded(between, t), *_spans(tail, t)]


def _span(spans: Sequence[Span], t: Translator) -> str:
    """Say in a line what these spans, which have one rule, come to."""
    pause = spans[0].pause
    who = {"person": person(pause.by), "why": escape(pause.why or "—", 200)} if pause else {}
    start, end = spans[0].start, spans[-1].end
    rule, wait = spans[0].rule, spans[0].wait
    days = closed_days(wait.calendar, start, end) if rule is Rule.CLOSED and wait else {}
    words = N_("💤 {length} not counted: outside opening hours; closed: {days}") if days else _RULES[rule]
    said = t(words, length=t.exact(_length(spans)), **who, days=_named(days, t))
    return f"{date(start, WHEN)} → {date(end, '{time}' if is_near(end, start) else WHEN)}: {said}"


def _named(days: Mapping[dt.date, str], t: Translator) -> str:
    """Name the days on which the desk was closed: holidays by their names, others by their dates."""
    named = [escape(name, 60) if name else t.day(day) for day, name in days.items()]
    return ", ".join(named[:MAX_DAYS]) + (" …" if len(named) > MAX_DAYS else "")


def _folded(spans: Sequence[Span], t: Translator) -> str:
    counted = _length([span for span in spans if span.counted])
    return t(
        "… {n} spans up to {time}: {counted} counted, {rest} not",
        n=len(spans),
        time=date(spans[-1].end, WHEN),
        counted=t.exact(counted),
        rest=t.exact(_length(spans) - counted),
    )


def _changed(event: Event, t: Translator) -> str:
    """Say who changed settings or labels while the customer waited, or took an answer back, and what that did."""
    if event.kind in _GONE:
        return _gone(event, t)
    label = escape(str(event.data.get("label", "")), 40)
    said = t(words(event), actor=person(event.actor), label=label, **retargeted(event))
    return f"✏️ {date(event.at, WHEN)}: {said}"


_GONE = {
    EventKind.TAKEN_BACK: N_("↩️ {time}: {person} took the answer by {author} back, so it does not count: {why}"),
    EventKind.CAME_BACK: N_("📭 {time}: the answer by {author} came back, so it does not count: {why}"),
}
_OWN_GONE = N_("↩️ {time}: {person} took their own answer back, so it does not count: {why}")


def _gone(event: Event, t: Translator) -> str:
    about = {
        "time": date(event.at, WHEN),
        "person": person(event.actor),
        "author": person(str(event.data["to"])) if event.data.get("to") else "—",
        "why": escape(str(event.data.get("note") or "—"), 200),
    }
    own = event.kind is EventKind.TAKEN_BACK and event.actor == event.data.get("to")
    return t(_OWN_GONE if own else _GONE[event.kind], **about)


def _promised(promise: Promise, at: datetime, t: Translator) -> str:
    """Say when who promised to come back, by when, and what became of it."""
    said = t(
        "🤝 {time}: {person} promised to come back by {due}",
        time=date(promise.made_at, WHEN),
        person=person(promise.by),
        due=date(promise.due_at, WHEN),
    )
    match promise.standing(at):
        case None:
            became = t("still open")
        case PromiseOutcome.KEPT if promise.ended_at is not None:
            became = t("kept at {time}", time=date(promise.ended_at, WHEN))
        case PromiseOutcome.BROKEN if promise.ended_at is None:
            became = t("🔴 broken, and still not answered")
        case PromiseOutcome.BROKEN:
            became = t("🔴 broken")
        case _:
            became = t("no longer needed")
    return f"{said} · {became}"


def _sum(parts: Sequence[Part], t: Translator) -> str:
    counted = sum((part.counted for part in parts), timedelta(0))
    rest = sum((part.not_counted for part in parts), timedelta(0))
    return t(
        "*In all* {total}: {counted} counted and {rest} not",
        total=t.exact(counted + rest),
        counted=t.exact(counted),
        rest=t.exact(rest),
    )


def _resolution(case: Resolution, calendar: Calendar, t: Translator) -> str:
    """Say how the whole case stands."""
    about = {"target": target(case.target, calendar, case.started_at, t), "since": date(case.started_at, WHEN)}
    if case.due_at is not None:
        return t("*To be settled* by {due}: {target} in all, since {since}", due=date(case.due_at, WHEN), **about)
    said = t("*Settled:* {counted} of the {target} agreed in all, since {since}", counted=t.exact(case.spent), **about)
    return said if case.met else f"{said} · 🔴"


def _calendars(parts: Sequence[Part], t: Translator) -> list[Block]:
    """Name the opening hours that held, the latest ones, each once."""
    known = list(dict.fromkeys(part.wait.calendar for part in parts if part.wait is not None))
    return [b.context(_calendar(calendar, parts, t)) for calendar in known[-MAX_CALENDARS:]]


def _calendar(calendar: Calendar, parts: Sequence[Part], t: Translator) -> str:
    """Name the hours, and of the days that are written out those that fall into the thread's life."""
    if not calendar.hours:
        return t("These targets run around the clock.")
    begin, end = parts[0].start, max(parts[-1].end, *(part.wait.due_at for part in parts if part.wait))
    hours = code("; ".join(in_force(calendar, begin, end)), 600)
    return t("Opening hours ({zone}): {hours}", zone=calendar.zone, hours=hours)


def _length(spans: Sequence[Span]) -> timedelta:
    return sum((span.length for span in spans), timedelta(0))
