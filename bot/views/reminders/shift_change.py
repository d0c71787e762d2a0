"""The hand-over at a change of shifts: who comes and who goes, and what is open, a short line each."""

from __future__ import annotations

from datetime import datetime

from bot.platform.i18n import N_, Translator
from bot.views.cases.case_row import quoted
from bot.views.cases.state import awaiting
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import escape, link, moment, person
from bot.views.reminders.models import HandedOn, HandOver

NAMED = 10
WORDS = 40  # characters of a post that a line shows
_CLAIMABLE = ("late", "open")

_TITLES = {
    "late": N_("⚠️ *Late* ({n})"),
    "promised": N_("🤝 *Promised* ({n})"),
    "escalated": N_("🆘 *Escalated* ({n})"),
    "open": N_("📥 *Open* ({n})"),
    "snoozed": N_("⏸ *Snoozed* ({n})"),
}


def hand_over(change: HandOver, command: str, t: Translator) -> SlackMessage:
    """Ring those who come, name those who go, and list what is open with its owners, who are not rung.

    `command` is "/webcare".
    """
    heading = " ".join(filter(None, (_comes(change, t), _goes(change, t), _released(change, t))))
    left = sum(change.counts.values()) - len(change.threads)
    more = t.n("and {n} more", "and {n} more", left)
    unowned = any(thread.owner is None and thread.group in _CLAIMABLE for thread in change.threads)
    return b.message(
        heading,
        b.section(heading),
        *(block for group in _TITLES for block in _group(change, group, t)),
        b.context(f"{more} · `{command} open`") if left > 0 else None,
        b.actions(b.button(t("Claim next 5"), "claim_next", change.desk, style="primary")) if unowned else None,
    )


def _comes(change: HandOver, t: Translator) -> str:
    people = ", ".join(person(agent) for agent in change.came[:NAMED])
    if people and change.until is not None:
        return t("🔁 On call from now: {people}, until {until}.", people=people, until=moment(change.until, change.at))
    if people:
        return t("🔁 On call from now: {people}.", people=people)
    return t("🔁 Shift change.")


def _goes(change: HandOver, t: Translator) -> str:
    people = ", ".join(escape(name, 60) for name in change.went[:NAMED])
    if not people:
        return ""
    if change.came or change.next_from is None:
        return t("The shift of {people} is over.", people=people)
    until = moment(change.next_from, change.at)
    return t("The shift of {people} is over. The next one begins at {until}.", people=people, until=until)


def _released(change: HandOver, t: Translator) -> str:
    if not change.released:
        return ""
    return t.n(
        "{n} thread that they had not answered has no owner now.",
        "{n} threads that they had not answered have no owner now.",
        change.released,
    )


def _group(change: HandOver, group: str, t: Translator) -> list[Block]:
    lines = [_line(thread, change.at, t) for thread in change.threads if thread.group == group]
    if lines:
        lines[0] = f"{t(_TITLES[group], n=t.number(change.counts.get(group, len(lines))))}\n{lines[0]}"
    return b.sections(lines)


def _line(thread: HandedOn, at: datetime, t: Translator) -> str:
    """Say by when, whose, and who the customer is with their first words; a promise has its sign."""
    case = thread.case
    number = link(case.permalink, f"#{case.thread.id}")
    name = escape(thread.owner or "", 40)
    owner = (t("👤 {name} (off)", name=name) if thread.is_off else f"👤 {name}") if name else t("🔔 *Unclaimed*")
    due = moment(thread.due_at, at) if thread.due_at else None
    words = quoted(case, t, limit=WORDS)
    awaits = t("🖐️ awaits approval") if awaiting(case) else None
    return " · ".join(filter(None, (f"*{number}*", "🤝" if case.promise else None, awaits, due, owner, words)))
