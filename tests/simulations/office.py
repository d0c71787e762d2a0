"""A desk with opening hours, a holiday and shifts, and the same told by hand, so that neither is taken on trust."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.support.calendars import calendar, event

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MINUTE = timedelta(minutes=1)
SATURDAY = 5
HOLIDAY = date(2026, 10, 26)
RINGS_ON = timedelta(minutes=5)  # after closing time, for what was due just then

DESK = """\
hours = "Mo-Fr 09:00-17:30; Sa 10:00-14:00,22:00-04:00"
holidays = ["AT"]
roster = "oncall.ics"
"""
"""The night to Sunday the 25th is the one in which summer time ends. Austria's holiday is on Monday the 26th."""

LADDER = """\
[[desk.nags]]
at = "75%"
to = ["owner"]
[[desk.nags]]
at = "100%"
to = ["owner", "leads"]
[[desk.nags]]
at = "150%"
to = ["oncall"]
[[desk.nags]]
at = "every 100%"
to = ["C0PRESS"]
at_most = 2
"""
MOMENTS = (0.75, 1, 1.5, 2, 3)  # of that ladder, as shares of the target
USUAL_MOMENTS = (0.75, 1, 1.5, 2, 2.5, 3, 3.5)

SHIFTS = (("U0ANNA", time(8), time(13)), ("U0LARS", time(12), time(18)), ("U0EMMA", time(21), time(5)))
"""Every day; two of them overlap, and there are gaps."""


def roster() -> str:
    """Return the shifts as an iCalendar file that repeats each of them daily."""
    events = []
    for agent, begins, ends in SHIFTS:
        last = f"202610{'01' if begins < ends else '02'}T{ends:%H%M%S}"
        events.append(event(f"20261001T{begins:%H%M%S}", last, f"SUMMARY:{agent}", "RRULE:FREQ=DAILY"))
    return calendar(*events)


def on_call(at: datetime) -> set[str]:
    """Tell who is on call, from the clock on the wall."""
    now = at.astimezone(AMSTERDAM).time()
    return {
        agent
        for agent, begins, ends in SHIFTS
        if (begins <= now < ends if begins < ends else now >= begins or now < ends)
    }


class Hours:
    """When a desk is open, minute by minute: always, unless it has the `office` hours of this module."""

    def __init__(self, start: datetime, *, office: bool) -> None:
        self._office = office
        self._base = start - timedelta(days=2)  # nobody waits since before
        self._open = [0]  # how many of the first minutes are open

    def open_at(self, at: datetime) -> bool:
        """Tell it from the clock on the wall alone."""
        if not self._office:
            return True
        local = at.astimezone(AMSTERDAM)
        now, weekday = local.time(), local.weekday()
        if local.date() == HOLIDAY:
            return False
        if weekday < SATURDAY:
            return time(9) <= now < time(17, 30)
        if weekday == SATURDAY:
            return time(10) <= now < time(14) or now >= time(22)
        return now < time(4)

    def opens_on(self, day: date) -> bool:
        """Tell whether the desk opens at all on that local day."""
        return not self._office or day != HOLIDAY

    def may_ring(self, at: datetime) -> bool:
        return self.open_at(at) or self.open_at(at - RINGS_ON)

    def walked(self, since: datetime, until: datetime) -> timedelta:
        """Return in how many of the minutes between these the desk is open; exact to a minute at either end."""
        return MINUTE * (self._until(until) - self._until(since))

    def _until(self, at: datetime) -> int:
        number = int((at - self._base) / MINUTE)
        while len(self._open) <= number:
            begins = self._base + (len(self._open) - 1) * MINUTE
            self._open.append(self._open[-1] + self.open_at(begins))
        return self._open[number]
