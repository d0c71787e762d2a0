"""Calendars as teams publish their rosters."""

from __future__ import annotations

from itertools import count

ZONED = "DTSTART;TZID=Europe/Amsterdam:{}\nDTEND;TZID=Europe/Amsterdam:{}"


def calendar(*events: str, head: str = "") -> str:
    """Return an iCalendar file with these events; each is its lines, a UID is added where there is none."""
    numbers = count(1)
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", *head.split()]
    for event in events:
        uid = [] if "UID:" in event else [f"UID:{next(numbers)}@tests"]
        parts += ["BEGIN:VEVENT", *uid, *event.split("\n"), "END:VEVENT"]
    return "\r\n".join([*parts, "END:VCALENDAR", ""])


def event(start: str, end: str, *lines: str) -> str:
    """Return an event in Amsterdam, such as `event("20261120T090000", "20261120T170000", "SUMMARY:Anna")`."""
    return "\n".join([ZONED.format(start, end), *lines])
