"""The times that people type, in English, Dutch and Swedish: "tomorrow 09:00", "om 14 uur", "på måndag", "in 2h".

What follows the time is left over, such as the reason of a snooze. Where that still looks like a time, the whole is
refused: nobody may be promised half of what was typed. Times of day are those of 24 hours.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.domain.clock.calendar import Calendar, is_open, may_ring, spans

EXAMPLE = "tomorrow 09:00"
FURTHEST = timedelta(days=366)
BEFORE_CLOSING = timedelta(hours=1)
"""What is put off until later today comes back while there is still time to do it."""

OPENS, CLOSES = time(9), time(17)  # of a desk that never closes


class Edge(StrEnum):
    """Which end of a desk's hours a day without a time means."""

    OPENING = "opening"
    CLOSING = "closing"


NOON = {Edge.OPENING: time(13), Edge.CLOSING: time(12)}
"""When an afternoon begins, and by when a morning has passed."""


class Remark(StrEnum):
    """What whoever typed a time must know about how it was read."""

    CLOSED = "closed"  # the desk is closed on that day, so it is the next one on which it is open
    OUTSIDE = "outside"  # the desk is closed at that time
    TOMORROW = "tomorrow"  # that time of day has passed, so it is that of the next day on which the desk is open


@dataclass(frozen=True, slots=True)
class Said:
    """An instant in UTC, and the text after it."""

    at: datetime
    rest: str
    remark: Remark | None = None


class NotATime(ValueError):
    """A time that cannot be used.

    `piece` is what was typed, `fault` is "unreadable", "past" or "too_far", and `meant` what could be typed instead.
    """

    def __init__(self, fault: str, piece: str, meant: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.piece = piece
        self.meant = meant


def _table(words: dict[str, str]) -> dict[str, str]:
    """Turn "meaning: names, separated by commas" around; names are compared without case and accents."""
    return {_plain(name.strip()): meaning for meaning, names in words.items() for name in names.split(",")}


def _plain(text: str) -> str:
    """Return the text without case, accents and line breaks, character by character, so that places stay the same."""
    return "".join(" " if char.isspace() else unicodedata.normalize("NFKD", char)[0].lower()[:1] for char in text)


_UNITS = _table(
    {
        "minutes": "m, min, mins, minute, minutes, minuut, minuten, minuutje, minut, minuter",
        "hours": "h, hr, hrs, hour, hours, u, uur, uren, uurtje, t, tim, timme, timmar",
        "days": "d, day, days, dag, dagen, dagar",
        "weeks": "w, wk, week, weeks, weken, v, vecka, veckor",
    }
)
_DAYS = _table(
    {
        "-1": "yesterday, gisteren, igår, i går",
        "0": "today, vandaag, idag, i dag",
        "1": "tomorrow, morgen, imorgon, i morgon, imorn",
        "2": "overmorgen, övermorgon, i övermorgon, iövermorgon, day after tomorrow, the day after tomorrow",
    }
)
_LATER_TODAY = _table(
    {
        "afternoon": "this afternoon, vanmiddag, i eftermiddag, ieftermiddag",
        "end": "end of today, end of the day, end of day, eod, eind van de dag, einde van de dag, slutet av dagen",
    }
)
_WEEKDAYS = _table(
    {
        "0": "monday, mon, maandag, ma, måndag, mån, må",
        "1": "tuesday, tue, dinsdag, di, tisdag, tis",
        "2": "wednesday, wed, woensdag, wo, onsdag, ons",
        "3": "thursday, thu, donderdag, do, torsdag, tors",
        "4": "friday, fri, vrijdag, vr, fredag, fre",
        "5": "saturday, sat, zaterdag, za, lördag, lör, lö",
        "6": "sunday, sun, zondag, zo, söndag, sön, sö",
    }
)
_MONTHS = _table(
    {
        "1": "january, jan, januari",
        "2": "february, feb, februari",
        "3": "march, mar, maart, mrt, mars",
        "4": "april, apr",
        "5": "may, mei, maj",
        "6": "june, jun, juni",
        "7": "july, jul, juli",
        "8": "august, aug, augustus, augusti",
        "9": "september, sep, sept",
        "10": "october, oct, oktober, okt",
        "11": "november, nov",
        "12": "december, dec",
    }
)
_SHORT = frozenset(_plain(name) for name in ("do", "zo", "ons", "sat", "sun", "wed"))
"""Days that are words as well: they count where a time or nothing follows."""
_PARTS = _table(
    {
        "opening": "morning, in the morning, ochtend, morgonen, bitti, på morgonen, förmiddag",
        "afternoon": "afternoon, in the afternoon, middag, eftermiddag, på eftermiddagen",
    }
)

_OTHER_PARTS = _table(
    {
        "12:00": "noon, midday, lunch, lunchtime, lunchtijd",
        "15:00": "'s middags, smiddags, på eftermiddagen",
        "18:00": "evening, tonight, avond, vanavond, 's avonds, savonds, kväll, ikväll, kvällen",
        "09:00": "early, vroeg, 's ochtends, 's morgens, sochtends, smorgens, morgon, tidigt, first thing",
        "23:59": "night, midnight, nacht, middernacht, 's nachts, natt, natten, midnatt",
    }
)
"""Parts of a day that are not read, and what can be typed instead."""


def _any(table: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(table, key=len, reverse=True))


_END = r"(?!\w)"
_DAY_END = r"(?=\W|$|ochtend|middag|avond|nacht)"  # Dutch joins them: "maandagochtend"
_UNTIL = re.compile(r"(?:until|till|til|tot)\s+")
_AMOUNT = rf"(?:\d{{1,4}}\s*|(?:an?|one|een|ett|en)\s+)(?:{_any(_UNITS)})(?=\d|\W|$)"
_LENGTH = re.compile(
    r"(?P<lead>in|om|over|for|i)?\s*(?:(?P<half>half an hour|(?:een )?half uur|halfuur|(?:en )?halvtimme)(?!\w)|"
    rf"(?P<amounts>{_AMOUNT}(?:\s*{_AMOUNT})*))"
)
_AMOUNTS = re.compile(rf"(?:(\d+)|(?:an?|one|een|ett|en)\s)\s*({_any(_UNITS)})(?=\d|\W|$)")
_TIME = re.compile(
    r"(?:(?P<at>at|om|kl\.?|klockan|@|t)\s*)?"
    r"(?P<hour>\d{1,2})(?:(?P<colon>[:.])(?P<minute>\d\d)|(?P<u>[uh])(?P<after>\d\d)?)?"
    r"\s*(?P<noon>am|pm)?\s*(?P<uur>uur|o'clock)?(?![\w:/-]|\.\d)"
)
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?!\d)")
_NUMBERS = re.compile(r"(\d\d?)[-/](\d\d?)(?:[-/](\d{4}))?(?![\d:/-])")
_NAMED = re.compile(
    rf"(?:(\d\d?)\.?(?:st|nd|rd|th|:e|e)?\s+({_any(_MONTHS)})|({_any(_MONTHS)})\s+(\d\d?)(?:st|nd|rd|th)?)\.?"
    rf"(?:,?\s+(\d{{4}}))?{_END}"
)
_RELATIVE = re.compile(rf"({_any(_DAYS)}){_DAY_END}")
_LATER = re.compile(rf"({_any(_LATER_TODAY)}){_END}")
_WEEKDAY = re.compile(
    rf"(?:(?:on|next|op|aanstaande|volgende|pa|nasta)\s+)?({_any(_WEEKDAYS)})(?:\.(?=\s|$)|{_DAY_END})"
)
_WEEK = re.compile(rf"\s*(?:next week|volgende week|nasta vecka){_END}")
_DAY_OF_WEEK = re.compile(rf"\s+(?:on |op |pa )?({_any(_WEEKDAYS)}){_DAY_END}")
_HOURS_AND_MINUTES = re.compile(r"(?P<lead>in|over|om)?\s*(\d{1,2})h(\d\d)(?!\w)")
_PART = re.compile(rf"\s*({_any(_PARTS)}){_END}")
_LONG_ENOUGH = 5  # letters of a day that may also stand after its time; a shorter one may be a word of the reason
_TRAILING = re.compile(
    rf"\s+(?:on |op |pa )?({_any(name for name in (*_DAYS, *_WEEKDAYS) if len(name) >= _LONG_ENOUGH)}){_END}"
)
_AFTERNOON_HOURS = range(1, 7)  # "om 2 uur" is no time of the night
_PART_LEFT = re.compile(
    rf"(?:(?:in the|at|in de|rond|pa|i|tegen(?: de)?) )?({_any(_OTHER_PARTS)}|{_any(_PARTS)}){_END}"
)
_TIME_LEFT = re.compile(
    r"(?:[-\u2013\u2014]\s*|(?:at|om|kl\.?|klockan|@|around|rond|tot|till|until)\s*)?"
    r"\d{1,2}(?:[:.]\d\d|[uh]\d{0,2}|\s*(?:am|pm|uur|o'clock))(?!\w)"
)
_DAY_LEFT = re.compile(
    rf"(?:(?:on|op|pa|next|volgende|nasta|the|de) )*(?:{_any((*_DAYS, *_LATER_TODAY))}"
    rf"|{_any(name for name in _WEEKDAYS if len(name) >= _LONG_ENOUGH)}|\d\d?(?:st|nd|rd|th|:e|e)(?!\w)){_DAY_END}"
    rf"(?:\s*(?:{_any((*_PARTS, *_OTHER_PARTS))}){_END})?"
)
_LENGTH_LEFT = re.compile(rf"(?:in|over|om)\s+{_AMOUNT}")


def read(text: str, now: datetime, calendar: Calendar, edge: Edge) -> Said:
    """Read the time that the text begins with, as it is meant in the calendar's zone.

    A day without a time means the `edge` of the desk's hours. A time of day alone that has passed is tomorrow's for
    what is put off until an OPENING, and past otherwise. Raises NotATime.
    """
    words = text.strip()
    found = _Reader(words, now, calendar, edge).read()
    if found is None:
        raise NotATime("unreadable", " ".join(words.split()[:3]), _nearest(words, now, calendar, edge))
    piece = words[: len(words) - len(found.rest)].strip() or words
    left = _left(found.rest)
    if left is not None:
        whole = words[: len(words) - len(found.rest) + left.end()]
        raise NotATime("unreadable", whole, _instead(piece, found.at, left, now, calendar, edge))
    if found.at <= now:
        raise NotATime("past", piece, _later(found.at, now, calendar, edge))
    if found.at > now + FURTHEST:
        local = (now + timedelta(days=365)).astimezone(ZoneInfo(calendar.zone))
        raise NotATime("too_far", piece, f"{local:%Y-%m-%d}")
    if edge is Edge.OPENING and found.remark is None and not may_ring(calendar, found.at):
        return replace(found, remark=Remark.OUTSIDE)
    return found


class Quick(StrEnum):
    """What is offered to who does not want to type a time."""

    HOUR = "hour"
    OPENING = "opening"  # the next one of the desk
    LATER = "later"  # today
    TOMORROW = "tomorrow"
    MONDAY = "monday"


def quick(now: datetime, calendar: Calendar, edge: Edge) -> dict[Quick, datetime]:
    """Return the moments that are offered, of those that are ahead and on whose day the desk opens.

    In an hour it must be open as well, else its next opening is offered; so there is always something until an OPENING.
    """
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    days = {Quick.TOMORROW: 1, Quick.MONDAY: 7 - today.weekday()}
    if edge is Edge.OPENING:
        in_an_hour = now + timedelta(hours=1)
        first = (Quick.HOUR, in_an_hour) if is_open(calendar, in_an_hour) else (Quick.OPENING, _opens(now, calendar))
        found = dict([first, (Quick.LATER, later_today(now, calendar))])
    else:
        found = {Quick.LATER: day_edge(today, calendar, edge)}
    named = {name: day_edge(today + timedelta(days=ahead), calendar, edge) for name, ahead in days.items()}
    if Quick.OPENING in found and found[Quick.OPENING] in (found[Quick.LATER], *named.values()):
        del found[Quick.OPENING]  # the other name says more
    offered: dict[Quick, datetime] = {}
    for name, at in (found | named).items():
        if at is not None and at > now and at not in offered.values():
            offered[name] = at.astimezone(UTC)
    return offered


def _opens(now: datetime, calendar: Calendar) -> datetime:
    """Return when the desk opens next, today or on a later day."""
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    at = day_edge(today, calendar, Edge.OPENING)
    return at if at is not None and at > now else open_day(today + timedelta(days=1), calendar, Edge.OPENING)[1]


def day_edge(day: date, calendar: Calendar, edge: Edge) -> datetime | None:
    """Return when the desk opens, or closes, on a local day; None if it does not open on it."""
    zone = ZoneInfo(calendar.zone)
    begin, end = _at(day, time(), zone), _at(day + timedelta(days=1), time(), zone)
    near = spans(calendar, begin - timedelta(days=1), end + timedelta(days=1))
    known = list(takewhile(lambda span: span[0] < end, near))
    if any(start <= begin and closes >= end for start, closes in known):
        return _at(day, OPENS if edge is Edge.OPENING else CLOSES, zone)
    opened = [span for span in known if span[0] >= begin]
    if not opened:
        return None
    return opened[0][0] if edge is Edge.OPENING else opened[-1][1]


def open_day(day: date, calendar: Calendar, edge: Edge) -> tuple[date, datetime]:
    """Return this day and the edge of the desk's hours on it, or those of the next day on which it is open."""
    for number in range(FURTHEST.days):
        at = day_edge(day + timedelta(days=number), calendar, edge)
        if at is not None:
            return day + timedelta(days=number), at
    return day, _at(day, OPENS if edge is Edge.OPENING else CLOSES, ZoneInfo(calendar.zone))


def later_today(now: datetime, calendar: Calendar) -> datetime | None:
    """Return the last good moment of the desk's hours today; None if that has passed."""
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    opens, closes = (day_edge(today, calendar, edge) for edge in (Edge.OPENING, Edge.CLOSING))
    if opens is None or closes is None:
        return None
    at = max(opens, closes - BEFORE_CLOSING)
    return at if at > now else None


class _Reader:
    def __init__(self, words: str, now: datetime, calendar: Calendar, edge: Edge) -> None:
        until = _UNTIL.match(_plain(words))
        self.words = words[until.end() :] if until else words
        self.plain = _plain(self.words)
        self.now, self.calendar, self.edge = now, calendar, edge
        self.zone = ZoneInfo(calendar.zone)
        self.today = now.astimezone(self.zone).date()

    def read(self) -> Said | None:
        return self._length() or self._later_today() or self._dated() or self._time_alone()

    def _length(self) -> Said | None:
        """Read "in 2h", "over 2 uur", "om 2 timmar", "half an hour"."""
        exact = _HOURS_AND_MINUTES.match(self.plain)
        if exact is not None and (exact["lead"] or int(exact[2]) in _AFTERNOON_HOURS):
            return self._said(self.now + timedelta(hours=int(exact[2]), minutes=int(exact[3])), exact.end())
        match = _LENGTH.match(self.plain)
        if match is None:
            return None
        amounts = [(int(number or 1), unit) for number, unit in _AMOUNTS.findall(match["amounts"] or "")]
        units = {unit for _, unit in amounts}
        if match["lead"] == "om" and units & {"u", "uur"}:
            return None  # Dutch: at that time
        if (match["lead"] is None and units == {"u"}) or self.plain[match.end() : match.end() + 1].isdigit():
            return None  # "9u" and "17h00" are times of day
        half = timedelta(minutes=30) if match["half"] else timedelta()
        length = sum((timedelta(**{_UNITS[unit]: number}) for number, unit in amounts), half)
        timed = self._time(match.end())
        if timed is not None and amounts and {_UNITS[unit] for unit in units} <= {"days", "weeks"}:
            return self._said(_at(self.today + length, timed[0], self.zone), timed[1])
        return self._said(self.now + length, match.end())

    def _later_today(self) -> Said | None:
        match = _LATER.match(self.plain)
        if match is None:
            return None
        if self.edge is Edge.CLOSING:
            return self._on(self.today, match.end())
        at = later_today(self.now, self.calendar)
        if at is None:
            at = day_edge(self.today, self.calendar, Edge.CLOSING) or self.now
        return self._said(at, match.end())

    def _dated(self) -> Said | None:
        found = self._day()
        if found is None:
            return None
        day, end = found
        part = _PART.match(self.plain, end)
        if part is not None:
            end = part.end()
        timed = self._time(end)
        if timed is not None:
            of_day, end, _ = timed
            return self._said(_at(day, of_day, self.zone), end)
        if part is not None and (_PARTS[part[1]] == "opening") is (self.edge is Edge.CLOSING):
            return self._said(_at(day, NOON[self.edge], self.zone), end)
        return self._on(day, end)

    def _day(self) -> tuple[date, int] | None:
        """Return the day that the text begins with, and where it ends."""
        if match := _RELATIVE.match(self.plain):
            return self.today + timedelta(days=int(_DAYS[match[1]])), match.end()
        if _WEEK.match(self.plain) or _WEEKDAY.match(self.plain):
            return self._weekday()
        return self._date()

    def _weekday(self) -> tuple[date, int] | None:
        """Return a day of this week or of the next one: "monday", "next week", "tuesday next week"."""
        monday = self.today - timedelta(days=self.today.weekday() - 7)
        if match := _WEEK.match(self.plain):
            of_week = _DAY_OF_WEEK.match(self.plain, match.end())
            if of_week and self._counts(of_week[1], of_week.end()):
                return monday + timedelta(days=int(_WEEKDAYS[of_week[1]])), of_week.end()
            return monday, match.end()
        match = _WEEKDAY.match(self.plain)
        if match is None or not self._counts(match[1], match.end()):
            return None
        number = int(_WEEKDAYS[match[1]])
        if week := _WEEK.match(self.plain, match.end()):
            return monday + timedelta(days=number), week.end()
        return self.today + timedelta(days=(number - self.today.weekday() - 1) % 7 + 1), match.end()

    def _counts(self, name: str, end: int) -> bool:
        """Tell whether this name of a day, which ends there, is meant as one."""
        return (
            name not in _SHORT
            or not self.plain[end:].strip()
            or self._time(end) is not None
            or bool(_PART.match(self.plain, end) or _WEEK.match(self.plain, end))
        )

    def _date(self) -> tuple[date, int] | None:
        if match := _ISO.match(self.plain):
            return self._made(int(match[3]), int(match[2]), match[1], match.end())
        if match := _NUMBERS.match(self.plain):
            return self._made(int(match[1]), int(match[2]), match[3], match.end())
        if match := _NAMED.match(self.plain):
            day, month = (match[1], match[2]) if match[1] else (match[4], match[3])
            return self._made(int(day), int(_MONTHS[month]), match[5], match.end())
        return None

    def _made(self, day: int, month: int, year: str | None, end: int) -> tuple[date, int] | None:
        """Return a date; one without a year is the next such day."""
        for each in [int(year)] if year else range(self.today.year, self.today.year + 9):
            try:
                made = date(each, month, day)
            except ValueError:
                continue
            if year or made >= self.today:
                return made, end
        return None

    def _time(self, start: int) -> tuple[time, int, bool] | None:
        """Return the time of day that stands here, where it ends, and whether it was written as one."""
        start += len(self.plain[start:]) - len(self.plain[start:].lstrip(" ,"))
        match = _TIME.match(self.plain, start)
        if match is None:
            return None
        marked = any(match[name] for name in ("at", "colon", "u", "noon", "uur"))
        if not marked and match.end() < len(self.plain):
            return None  # a number that the reason begins with
        hour, minute = int(match["hour"]), int(match["minute"] or match["after"] or 0)
        if match["noon"] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if match["noon"] == "pm" else 0)
        elif hour in _AFTERNOON_HOURS and len(match["hour"]) == 1 and not match["colon"]:
            hour += 12
        if hour == 24 and not minute:
            hour, minute = 23, 59
        if hour > 23 or minute > 59:
            return None
        return time(hour, minute), match.end(), marked

    def _time_alone(self) -> Said | None:
        timed = self._time(0)
        if timed is None or not timed[2]:
            return None
        of_day, end, _ = timed
        match = _TRAILING.match(self.plain, end)
        # A promise stands before words that a customer reads: those may begin with a day.
        if match and (self.edge is Edge.OPENING or match.end() == len(self.plain)):
            day, _ = _Reader(match[1], self.now, self.calendar, self.edge)._day() or (self.today, 0)
            return self._said(_at(day, of_day, self.zone), match.end())
        at = _at(self.today, of_day, self.zone)
        if at > self.now or self.edge is Edge.CLOSING:
            return self._said(at, end)
        day, _ = open_day(self.today + timedelta(days=1), self.calendar, self.edge)
        return self._said(_at(day, of_day, self.zone), end, Remark.TOMORROW)

    def _on(self, day: date, end: int) -> Said:
        """Return what a day without a time means."""
        if day < self.today:
            return self._said(_at(day, OPENS, self.zone), end)
        meant, at = open_day(day, self.calendar, self.edge)
        if self.edge is Edge.OPENING and day == self.today == meant and at <= self.now:
            at = later_today(self.now, self.calendar) or at
        return self._said(at, end, Remark.CLOSED if meant != day else None)

    def _said(self, at: datetime, end: int, remark: Remark | None = None) -> Said:
        return Said(at.astimezone(UTC), self.words[end:].lstrip(" \t\r\n,:;"), remark)


def _left(rest: str) -> re.Match[str] | None:
    """Return what of the text after a time still looks like a time, a day or a part of a day."""
    plain = _plain(rest)
    looks = (_TIME_LEFT, _DAY_LEFT, _PART_LEFT, _WEEK, _LENGTH_LEFT, _ISO, _NUMBERS, _NAMED)
    return next((match for look in looks if (match := look.match(plain))), None)


def _instead(piece: str, at: datetime, left: re.Match[str], now: datetime, calendar: Calendar, edge: Edge) -> str:
    """Return what can be typed for a piece that was understood as `at`, but for what is left."""
    zone = ZoneInfo(calendar.zone)
    turned = _Reader(f"{left[0]} {piece}", now, calendar, edge).read()
    if turned is not None and not turned.rest:
        at = turned.at
    elif left.re is _LENGTH_LEFT and (further := _Reader(left[0], now, calendar, edge).read()):
        at += further.at - now
    of_day = _OTHER_PARTS.get(left[1]) if left.re is _PART_LEFT else None
    if of_day is not None:
        at = _at(at.astimezone(zone).date(), time.fromisoformat(of_day), zone)
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at > now else _later(at, now, calendar, edge)


def _at(day: date, of_day: time, zone: ZoneInfo) -> datetime:
    """Return a local time in UTC. Of a time that the autumn change repeats it is the first."""
    return datetime.combine(day, of_day, zone).astimezone(UTC)


def _nearest(words: str, now: datetime, calendar: Calendar, edge: Edge) -> str:
    """Return what was probably meant by a time with a misspelt day; else an example."""
    first, _, rest = words.partition(" ")
    close = difflib.get_close_matches(_plain(first), {**_DAYS, **_WEEKDAYS}, n=1, cutoff=0.7)
    mended = f"{close[0]} {rest}" if close else ""
    found = _Reader(mended, now, calendar, edge).read()
    return mended[: len(mended) - len(found.rest)].strip() if found and found.at > now else EXAMPLE


def _later(at: datetime, now: datetime, calendar: Calendar, edge: Edge) -> str:
    """Return the next instant like one that has passed, as it can be typed."""
    zone = ZoneInfo(calendar.zone)
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    for number in range(FURTHEST.days):
        day = today + timedelta(days=number)
        again = _at(day, local.time(), zone)
        if again > now and day_edge(day, calendar, edge) is not None:
            return f"{again.astimezone(zone):%Y-%m-%d %H:%M}"
    return EXAMPLE
