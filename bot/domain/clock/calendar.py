"""When a desk's clock runs: its opening hours in one time zone. No other module walks them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import takewhile
from operator import itemgetter
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State

CLOSING = timedelta(minutes=5)
"""For so long after closing time a reminder may still ring: one that was due just then."""

GAP = timedelta(days=731)
"""A calendar that is closed for so long has ended."""

FOR_EVER = datetime.max.replace(tzinfo=UTC)
LAST_MONTH = date.max.replace(day=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours in OpenStreetMap's notation, with holidays written out as dates; "" means around the clock.

    The text and the zone say all: whoever has stored them can work out again what was due when. `id` is the number
    under which they are stored, if they are; around the clock needs none.
    """

    hours: str = ""
    zone: str = "UTC"
    id: int | None = None


AROUND_THE_CLOCK = Calendar()


def spans(calendar: Calendar, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield when the clock runs between these two, as (start, end) in UTC.

    Once a calendar has ended, such as one of a year, it is open around the clock: nobody would be reminded otherwise.
    A time of day that the spring change skips counts as the moment of the change. Of one that the autumn change
    repeats, the second counts: the calendar stands still during the first of the two hours.
    """
    begun: tuple[datetime, datetime] | None = None
    for start, closes in takewhile(lambda piece: piece[0] < until, _pieces(calendar, since)):
        end = min(closes, until)
        if begun is not None and begun[1] == start:
            begun = begun[0], end
            continue
        if begun is not None:
            yield begun
        begun = start, end
    if begun is not None:
        yield begun


def after(calendar: Calendar, since: datetime, length: timedelta) -> datetime:
    """Return when `length` of counted time has passed since then.

    What is due exactly at closing time is due then, not when the desk opens again.
    """
    for start, end in _pieces(calendar, since):
        if length <= end - start:
            return start + length
        length -= end - start
    raise OverflowError("a deadline lies beyond the last year that a date can have")


def before(calendar: Calendar, until: datetime, length: timedelta) -> datetime:
    """Return since when `length` of counted time has passed at `until`: the latest such moment.

    Looks no further back than a year; what would lie there is a year ago.
    """
    if not calendar.hours:
        return until - length
    earliest = until - timedelta(days=366)
    passed = list(takewhile(lambda span: span[0] < until, _pieces(calendar, earliest)))
    for start, end in reversed(passed):
        ended = min(end, until)
        if length <= ended - start:
            return ended - length
        length -= ended - start
    return earliest


def counted(calendar: Calendar, since: datetime, until: datetime) -> timedelta:
    """Return how much of the time from `since` to `until` counts; nothing if that is no later."""
    passed = takewhile(lambda span: span[0] < until, _pieces(calendar, since))
    return sum((min(end, until) - start for start, end in passed), timedelta(0))


def left(calendar: Calendar, at: datetime, due_at: datetime) -> timedelta:
    """Return how much counted time is left until `due_at`; negative once it has passed."""
    return counted(calendar, at, due_at) if at < due_at else -counted(calendar, due_at, at)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Tell whether the clock runs at that moment. At closing time it does no more."""
    start, _ = next(_pieces(calendar, at))
    return start == at


def may_ring(calendar: Calendar, at: datetime) -> bool:
    """Tell whether colleagues may be reminded at that moment: during opening hours, or as they end."""
    return is_open(calendar, at) or is_open(calendar, at - CLOSING)


def opens_again(calendar: Calendar, at: datetime) -> bool:
    """Tell whether the clock runs at that moment or within two years from it; else the calendar has ended."""
    return not calendar.hours or next(_open(calendar.hours, calendar.zone, at, at + GAP), None) is not None


def opens_before(calendar: Calendar, at: datetime, until: datetime) -> bool:
    """Tell whether the clock runs at some moment between these."""
    return not calendar.hours or next(_open(calendar.hours, calendar.zone, at, until), None) is not None


def _pieces(calendar: Calendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans from `since` on, cut at the ends of months."""
    if not calendar.hours:
        yield since, FOR_EVER
        return
    ended = since
    month: date | None = since.astimezone(UTC).date().replace(day=1)
    while month is not None:
        pieces = _in_month(calendar.hours, calendar.zone, month)
        for start, end in pieces[bisect_right(pieces, since, key=itemgetter(1)) :]:
            yield max(start, since), end
            ended = end
        month = _month_after(month) if pieces else _next_open(calendar.hours, calendar.zone, month)
    if ended < FOR_EVER:
        yield ended, FOR_EVER


# Reading the notation takes most of the time, and all threads of a desk ask for the same few months.
@lru_cache(maxsize=4096)
def _in_month(hours: str, zone: str, month: date) -> tuple[tuple[datetime, datetime], ...]:
    """Return when this calendar is open in a month of UTC."""
    first, following = _midnight(month), _month_after(month)
    last = FOR_EVER if following is None else _midnight(following)
    return tuple((max(start, first), end) for start, end in _open(hours, zone, first, last))


def _open(hours: str, zone: str, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield when this calendar is open before `until`; the first span may begin before `since`.

    The reader is always told where to stop: it would go through every day up to the year 9999 else.
    """
    local = ZoneInfo(zone)
    # Read from noon the day before, since the reader takes a start within a doubled hour for its second time.
    noon = (since - timedelta(days=1)).astimezone(local).replace(hour=12, minute=0, second=0, microsecond=0)
    stop = (until + timedelta(days=2)).astimezone(local) if until < FOR_EVER else None
    for start, end, state, _ in _read(hours, zone).intervals(noon, stop):
        opens, closes = start.astimezone(UTC), FOR_EVER if end is None else end.astimezone(UTC)
        if opens >= until:
            return
        if state == State.OPEN and opens < closes and closes > since:
            yield opens, min(closes, until)


@lru_cache(maxsize=4096)
def _next_open(hours: str, zone: str, month: date) -> date | None:
    """Return the next month in which this calendar is open, or None if it has ended."""
    first = _midnight(month)
    until = first + GAP if first < FOR_EVER - GAP else FOR_EVER
    start, _ = next(_open(hours, zone, first, until), (None, None))
    return start.date().replace(day=1) if start else None


def _month_after(month: date) -> date | None:
    return (month + timedelta(days=32)).replace(day=1) if month < LAST_MONTH else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@lru_cache(maxsize=64)
def _read(hours: str, zone: str) -> OpeningHours:
    return OpeningHours(hours, timezone=ZoneInfo(zone), auto_timezone=False)
