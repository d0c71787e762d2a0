"""Product feedback: what customers said in a week, by label, and what may be said of it in public."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.clock.calendar import Calendar
from bot.domain.common.handles import HANDLES
from bot.domain.reports.standup import is_working_day

WEEK = timedelta(days=7)
QUOTED = 3  # customers of one label
RUN = 5  # words in a row that make a line a quotation
_OURS_FIRST = re.compile(rf"^(?:{HANDLES.pattern}[\s,:]*)+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Quote:
    """What one customer wrote in a labelled thread, and where it stands."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Author:
    """Whom a public line must not name, and what they wrote, of which it must repeat nothing."""

    handle: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Improvement:
    """What was done about a label, as the public may read it."""

    label: str
    week: date
    text: str
    by: str
    at: datetime


def week_due(calendar: Calendar, at: datetime, zone: ZoneInfo, due: time) -> tuple[date, datetime]:
    """Return the Monday of the last full local week, and when that week is to be told.

    That is at the time `due` of the first day of this week on which the desk opens, or of Monday if it never does.
    """
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(days=number) for number in range(7))
    first = next((day for day in days if is_working_day(calendar, day, zone)), monday)
    return monday - WEEK, datetime.combine(first, due, zone)


def week_bounds(monday: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the local week that begins on that Monday begins and ends."""
    return datetime.combine(monday, time(), zone), datetime.combine(monday + WEEK, time(), zone)


def without_handles(text: str) -> str:
    """Return a post's words without whom it is addressed to, and with other handles made unreadable."""
    return HANDLES.sub("@…", _OURS_FIRST.sub("", text.strip()))


def gives_away(line: str, authors: Iterable[Author]) -> bool:
    """Tell whether a public line has a handle, a customer's name, or RUN words in a row that one of them wrote.

    A name of one word may be a word of the language, so only names of several count.
    """
    if HANDLES.search(line):
        return True
    words = _words(line)
    runs = set(_runs(words, RUN))
    for author in authors:
        name = _words(author.name)
        if len(name) > 1 and name in _runs(words, len(name)):
            return True
        handle = _words(author.handle)
        if len(author.handle) > 3 and handle in _runs(words, len(handle)):
            return True
        if not runs.isdisjoint(_runs(_words(author.text), RUN)):
            return True
    return False


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _runs(words: tuple[str, ...], length: int) -> list[tuple[str, ...]]:
    return [words[at : at + length] for at in range(len(words) - length + 1)]
