"""The question which customer is meant, where several have used a handle."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.customers.customer import Customer, Handle
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import date, escape

MAX_PEOPLE = 10
MAX_HANDLES = 2


def which(
    handle: str, people: Sequence[Customer], t: Translator, *, action: str = "history_of", label: str | None = None
) -> SlackMessage:
    """Show who used the handle and when, each with a button that shows what is known of them alone."""
    heading = t.n(
        "{n} person has used the name @{handle}. Whom do you mean?",
        "{n} people have used the name @{handle}. Whom do you mean?",
        len(people),
        handle=escape(handle.removeprefix("@"), 50),
    )
    rows = [
        b.section(called(person, t), b.button(label or t("History"), action, f"{person.key[:100]} {handle[:100]}"))
        for person in people[:MAX_PEOPLE]
    ]
    return b.message(heading, b.section(heading), *rows)


def called(person: Customer, t: Translator) -> str:
    """Name a customer by their newest handles, each with the dates between which they wrote under it."""
    return dated(person.handles, t, "\n")


def dated(handles: Sequence[Handle], t: Translator, between: str) -> str:
    """Show the newest handles, the present one first, each with the dates between which somebody wrote under it."""
    return between.join(_dated(used, t) for used in handles[::-1][:MAX_HANDLES])


def _dated(used: Handle, t: Translator) -> str:
    first, last = date(used.first_at, "{date_short}"), date(used.last_at, "{date_short}")
    if used.first_at.date() == used.last_at.date():
        return t("*@{handle}* on {day}", handle=escape(used.handle, 30), day=first)
    return t("*@{handle}* from {first} to {last}", handle=escape(used.handle, 30), first=first, last=last)
