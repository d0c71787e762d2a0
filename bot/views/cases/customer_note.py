"""Notes about a customer: a line each, and the answer to the command."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.conversation import Event
from bot.domain.customers.contact import Door
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import date, escape, person

SHORT = 150  # characters of a note in the reply form
DAY = "{date_short}"
_ICONS = {Door.PHONE.value: "📞", Door.MAIL.value: "✉️", Door.COUNTER.value: "🏬"}


def line(note: Event, limit: int) -> str:
    """Show who noted what, and when."""
    icon = _ICONS.get(str(note.data.get("door")), "📝")
    return f"{icon} {person(note.actor)} · {date(note.at, DAY)}: {escape(str(note.data.get('note') or '—'), limit)}"


def in_short(notes: Iterable[Event]) -> list[Block]:
    """Show the beginning of each."""
    return [b.context(line(note, SHORT)) for note in notes]


def done(thread: int, t: Translator, *, waits_on: bool = False) -> SlackMessage:
    """Say that it is noted, and where a contact does not count as the answer that the customer `waits_on`."""
    noted = t("Noted in #{thread}. Only colleagues see it.", thread=thread)
    if waits_on:
        noted += " " + t("The customer still waits and the clock runs on: reply, or close the thread with a reason.")
    return b.message(noted)
