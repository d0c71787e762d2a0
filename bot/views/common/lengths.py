"""Lengths of counted time, said so that they are not taken for days on the wall."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.clock.calendar import Calendar
from bot.domain.clock.working_days import working_days
from bot.platform.i18n import Translator


def target(length: timedelta, calendar: Calendar, at: datetime, t: Translator) -> str:
    """Say a target; one of a day or more, at a desk with hours, with what it comes to there.

    "2 days (48 opening hours: about 6 working days)".
    """
    said = in_working_days(length, calendar, at, t)
    return f"{t.exact(length)} ({said})" if said else t.exact(length)


def in_working_days(length: timedelta, calendar: Calendar, at: datetime, t: Translator) -> str | None:
    """Say what a target comes to where only opening hours count; None if that is no other than what it says."""
    days = working_days(length, calendar, at)
    if days is None:
        return None
    hours = t.number(round(length / timedelta(hours=1), 1))
    return t.n(
        "{hours} opening hours: about {n} working day",
        "{hours} opening hours: about {n} working days",
        days,
        hours=hours,
    )
