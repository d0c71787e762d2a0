"""Whom a line under a card rings and names: one rule for follow-ups, ends of snoozes, promises and cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.common.text import date, escape, named, person
from bot.views.desk.models import Gone, Missing, Reached

MAX_LEADS = 20

_GONE = {
    Gone.AWAY: (N_("🌴 *{name}* is away."), N_("🌴 *{name}* is away until {until}.")),
    Gone.OFF: (N_("🌴 *{name}* is off by the roster."), N_("🌴 *{name}* is off by the roster until {until}.")),
    Gone.QUIET: (N_("🔕 *{name}* is not to be disturbed."), N_("🔕 *{name}* is not to be disturbed until {until}.")),
}


def called(reached: Reached) -> str:
    """Mention those who are rung; "" if that is nobody."""
    return ", ".join(map(person, reached.called))


def away(reached: Reached, owner: str | None, t: Translator) -> str:
    """Ask for somebody in place of an owner who is not there; "" for any other."""
    if owner is None or owner not in reached.off:
        return ""
    return " " + t("🌴 {people} is away: who can take over?", people=f"*{escape(reached.off[owner], 60)}*")


def take_over(reached: Reached, thread_id: int, owner: str | None, t: Translator) -> Block | None:
    """Offer the thread of an owner who is not there; None for any other."""
    return b.button(t("Take over"), "take_over", thread_id) if owner in reached.off else None


def for_leads(leads: Mapping[str, str], t: Translator) -> str:
    """Name the leads without ringing them, for their one live list does that."""
    people = ", ".join(named(lead, leads) for lead in list(leads)[:MAX_LEADS])
    return " " + t("For the attention of {people}.", people=people) if people else ""


def missing(people: Iterable[Missing], t: Translator) -> str:
    """Say of each why they do not hear it now, and until when; "" if everybody does."""
    return " ".join(_missing(each, t) for each in people)


def _missing(one: Missing, t: Translator) -> str:
    plain, until = _GONE[one.why]
    name = escape(one.name, 60)
    if one.until is None:
        return t(plain, name=name)
    return t(until, name=name, until=date(one.until, "{date_short_pretty} {time}"))
