"""A desk's opening hours as its config has them, and the calendar that they come to with holidays written out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from holidays import HolidayBase
from holidays.constants import PUBLIC
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # left out of its stub

from bot.domain.clock.calendar import Calendar, opens_again, opens_before

_NEXT_TO_PUBLIC = {"SE": ("de_facto",)}  # the eves on which Sweden is closed are public holidays in no law
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = {
    name: day
    for day, names in {
        "Mo": "mon monday ma maandag må mån måndag",
        "Tu": "tue tuesday di dinsdag ti tis tisdag",
        "We": "wed wednesday wo woensdag on ons onsdag",
        "Th": "thu thursday do donderdag to tors torsdag",
        "Fr": "fri friday vr vrijdag fre fredag",
        "Sa": "sat saturday za zaterdag lö lör lördag",
        "Su": "sun sunday zo zondag sö sön söndag",
    }.items()
    for name in (day.casefold(), *names.split())
}
_TIME = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.h](\d{2}))?(?![\d:.])")
_DATED = re.compile(rf"(\d{{4}}) ({'|'.join(_MONTHS)}) (\d\d)(?= off| \d)")
_OFF = re.compile(rf"{_DATED.pattern} off(?: \"(?P<name>.*)\")?$")
_NOT_OURS = ("PH", "SH", "sunrise", "sunset", "dawn", "dusk")  # their reader would need a country, or a place


@dataclass(frozen=True, slots=True)
class OpeningTimes:
    """What the config says.

    `hours` is OpenStreetMap's notation, None for around the clock; `holidays` are like "NL", "DE-BY" or "SE:de_facto";
    an `open` day is like "2026-12-06 10:00-16:00" and goes before `closed` and holidays. On `worked` days holidays do
    not count.
    """

    hours: str | None
    holidays: tuple[str, ...]
    closed: tuple[date, ...]
    open: tuple[str, ...]
    zone: str
    language: str
    worked: tuple[date, ...] = ()

    def closed_after(self, at: datetime) -> dict[date, str]:
        """Return the days of the twelve months after `at` that are closed, with the names of holidays."""
        today = at.astimezone(ZoneInfo(self.zone)).date()
        ends = today + timedelta(days=365)
        found = dict.fromkeys(self.closed, "") | holidays_kept(self, (today.year, today.year + 1))
        return {day: name for day, name in sorted(found.items()) if today <= day < ends}

    def calendar(self, at: datetime) -> Calendar:
        """Return the calendar as it is written out at that time: with the holidays of last year, this one and next."""
        return _written_out(self, at.astimezone(ZoneInfo(self.zone)).year)


def require_readable(hours: str, at: datetime) -> None:
    """Raise ValueError with what is wrong if these hours cannot be read, or are not open within two years."""
    unknown = next((word for word in _NOT_OURS if re.search(rf"\b{word}\b", hours, re.IGNORECASE)), None)
    if unknown in ("PH", "SH"):
        raise ValueError(f'{unknown} is not read here: name the country instead, as in holidays = ["NL"]')
    if unknown is not None:
        raise ValueError(f"{unknown} is not read here: write a time of day")
    try:
        OpeningHours(hours)
    except ParserError as error:
        place = str(error).partition("--> 1:")[2].partition("\n")[0]
        raise ValueError(f"the reader stops at {_words_at(hours, place)}") from None
    if not opens_again(Calendar(hours, "UTC"), at):
        raise ValueError("it is not open once in the next two years")


def require_open(times: OpeningTimes, at: datetime) -> None:
    """Raise ValueError if holidays and closed days leave nothing of the hours.

    Holidays are written out until the end of next year, so only hours that are open until then tell.
    """
    zone = ZoneInfo(times.zone)
    until = datetime(at.astimezone(zone).year + 2, 1, 1, tzinfo=zone)
    plain = Calendar(times.hours or "", times.zone)
    if opens_before(plain, at, until) and not opens_before(times.calendar(at), at, until):
        raise ValueError("it is not open once until the end of next year")


def likely(hours: str, at: datetime) -> str | None:
    """Return what was probably meant by hours that cannot be read, or None if that cannot be read either."""
    words = re.sub(r"[^\W\d_]+", lambda found: _DAYS.get(found[0].casefold(), found[0]), hours)
    meant = _TIME.sub(lambda found: f"{int(found[1]):02}:{found[2] or '00'}", words)
    try:
        require_readable(meant, at)
    except ValueError:
        return None
    return meant


def require_known(spec: str) -> None:
    """Raise ValueError with what is allowed if there is no such country, region or category of holidays."""
    _holidays(spec, (2026,), "en")


def countries() -> Collection[str]:
    """Return the countries whose holidays are known, such as "NL"."""
    return holidays.list_supported_countries(include_aliases=False)


def regions(country: str) -> Iterable[str]:
    """Return the regions of a country that have holidays of their own, such as "DE-BY"."""
    return [f"{country}-{region}" for region in holidays.list_supported_countries().get(country, ())]


def categories(place: str) -> Iterable[str]:
    """Return the kinds of holidays of a country or region, such as "SE:de_facto"."""
    country = place.partition("-")[0]
    if country not in countries():
        return []
    return [f"{place}:{kind}" for kind in holidays.country_holidays(country).supported_categories]


def holidays_of(times: OpeningTimes, years: Iterable[int]) -> dict[date, str]:
    """Return the name of each holiday of these years where the desk is, by date."""
    found: dict[date, str] = {}
    for spec in times.holidays:
        for day, name in sorted(_holidays(spec, tuple(years), times.language).items()):
            found.setdefault(day, name)
    return found


def holidays_kept(times: OpeningTimes, years: Iterable[int]) -> dict[date, str]:
    """Return those of these holidays on which the desk does not work."""
    return {day: name for day, name in holidays_of(times, years).items() if day not in times.worked}


def in_force(calendar: Calendar, begin: datetime, end: datetime) -> list[str]:
    """Return the rules of a calendar, of those that are dates only the ones in this time."""
    zone = ZoneInfo(calendar.zone)
    first, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    rules = calendar.hours.split("; ")
    return [rule for rule in rules if not (dated := _DATED.match(rule)) or first <= _date(dated) <= last]


def closed_days(calendar: Calendar, begin: datetime, end: datetime) -> dict[date, str]:
    """Return the days between these two on which the desk would be open but for the date, with their holidays' names.

    A day that the config closes without being a holiday has the name "".
    """
    zone = ZoneInfo(calendar.zone)
    first, last = begin.astimezone(zone).date(), (end - timedelta(microseconds=1)).astimezone(zone).date()
    rules = calendar.hours.split("; ")
    usual = Calendar("; ".join(rule for rule in rules if not _DATED.match(rule)), calendar.zone)
    found: dict[date, str] = {}
    for rule in rules:
        if not (dated := _DATED.match(rule)) or not first <= (day := _date(dated)) <= last:
            continue
        found.pop(day, None)  # of several rules for a day the last one holds
        starts = datetime.combine(day, time(), zone)
        ends = datetime.combine(day + timedelta(days=1), time(), zone)
        if (off := _OFF.match(rule)) and opens_before(usual, starts, ends):
            found[day] = off["name"] or ""
    return found


def _date(dated: re.Match[str]) -> date:
    return date(int(dated[1]), _MONTHS.index(dated[2]) + 1, int(dated[3]))


@lru_cache(maxsize=64)
def _written_out(times: OpeningTimes, year: int) -> Calendar:
    free = holidays_kept(times, (year - 1, year, year + 1)) | dict.fromkeys(times.closed, "")
    if times.hours is None and not free:
        return Calendar("", times.zone)
    rules = [times.hours or "24/7"]
    rules += [f"{_day(day)} off" + (f' "{_quoted(name)}"' if name else "") for day, name in sorted(free.items())]
    opened: dict[str, list[str]] = {}
    for day in times.open:
        opened.setdefault(day[:10], []).append(day[11:])
    rules += [f"{_day(date.fromisoformat(on))} {','.join(hours)}" for on, hours in opened.items()]
    return Calendar("; ".join(rules), times.zone)


def _holidays(spec: str, years: tuple[int, ...], language: str) -> HolidayBase:
    place, _, category = spec.partition(":")
    country, _, region = place.partition("-")
    kinds = dict.fromkeys((PUBLIC, *((category,) if category else _NEXT_TO_PUBLIC.get(country, ()))))
    names = next((name for name in _languages(country) if name.startswith(language)), None)
    try:
        return holidays.country_holidays(
            country, subdiv=region or None, years=years, categories=tuple(kinds), language=names
        )
    except (NotImplementedError, ValueError) as error:
        raise ValueError(str(error).rstrip(".")) from None


def _languages(country: str) -> tuple[str, ...]:
    return tuple(holidays.list_localized_countries().get(country, ()))


def _day(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02}"


def _quoted(name: str) -> str:
    return name.replace('"', "'")


def _words_at(hours: str, place: str) -> str:
    rest = hours[max(int(place) - 1, 0) :] if place.isdigit() else ""
    return f'"{rest[:20]}"' if rest else "its end"
