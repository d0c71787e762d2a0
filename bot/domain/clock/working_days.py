"""Working days: what a target of a day or more comes to at a desk with opening hours, of which only those count."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.clock.calendar import Calendar, spans

DAY = timedelta(days=1)
LOOKED_AT = timedelta(weeks=8)
_NEARLY_ALL_DAY = timedelta(hours=23)


def working_days(length: timedelta, calendar: Calendar, at: datetime) -> int | None:
    """Return about how many days on which the desk is open go into this much counted time, from tomorrow's on.

    None for less than a day, and where a day of the desk is as long as any other.
    """
    if length < DAY or not calendar.hours:
        return None
    zone = ZoneInfo(calendar.zone)
    begin = datetime.combine(at.astimezone(zone).date() + DAY, time(), zone)
    open_on: dict[date, timedelta] = defaultdict(timedelta)
    for start, end in spans(calendar, begin, begin + LOOKED_AT):
        at = start
        while at < end:
            day = at.astimezone(zone).date()
            over = min(end, datetime.combine(day + DAY, time(), zone).astimezone(UTC))
            open_on[day] += over - at
            at = over
    if not open_on:
        return None
    usual = sum(open_on.values(), timedelta(0)) / len(open_on)
    return None if usual >= _NEARLY_ALL_DAY else max(1, round(length / usual))
