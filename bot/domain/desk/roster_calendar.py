"""What a roster in iCalendar says.

A rule can be written so that following it never ends, or fills the memory. So rules finer than daily are refused, and
`python -m bot.domain.desk.roster_calendar` reads in a process of its own, which whoever needs it can end.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import prod
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from bot.domain.desk.roster import Duty, RosterError

MOST_BYTES = 1_000_000
MOST_DUTIES = 5_000
MOST_A_DAY = 24  # occurrences of one rule

_FOLD = re.compile(r"\r?\n[ \t]")
_RULE = re.compile(r"(?:RRULE|EXRULE)\b[^:]*:(.*)", re.IGNORECASE)
_TOO_FINE = {"SECONDLY", "MINUTELY", "HOURLY"}
_NEVER_ENDS = re.compile(
    r"^(DTEND\b[^:\n]*:|(?:RRULE|EXRULE)\b[^\n]*?UNTIL=)(?:2[4-9]\d\d|[3-9]\d{3})(\d{4})", re.IGNORECASE | re.MULTILINE
)
"""An end so far ahead that "never" is meant; its reader counts back by the length of an event, to before year 1."""
_NEVER = r"\g<1>2400\g<2>"
_WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")


class Found(NamedTuple):
    """What a calendar says, and the summaries of events that cannot be read: the others count all the same."""

    duties: list[Duty]
    unread: list[str]


def duties(content: bytes, zone: tzinfo, since: datetime, until: datetime) -> Found:
    """Return what lies between these two, in UTC. Whole days and times without a zone are of `zone`.

    Raises RosterError: "too_big", "not_a_calendar", "too_fine" with the frequency, "too_many_shifts" with the most.
    """
    if len(content) > MOST_BYTES:
        raise RosterError("too_big")
    text = _FOLD.sub("", content.decode("utf-8-sig", errors="replace")).strip()
    if not re.fullmatch(r"BEGIN:VCALENDAR\s.*\sEND:VCALENDAR", text, re.IGNORECASE | re.DOTALL):
        raise RosterError("not_a_calendar")
    _require_coarse(text)
    try:
        calendars = Calendar.from_ical(_NEVER_ENDS.sub(_NEVER, text), multiple=True)
    except Exception as error:  # whatever a library stumbles over in words of others
        raise RosterError("not_a_calendar", type(error).__name__) from error
    found: list[Duty] = []
    unread: list[str] = []
    for calendar in calendars:
        theirs, not_theirs = _read(calendar, zone, since - timedelta(days=1), until)
        found += theirs
        unread += not_theirs
    if unread and not found:
        raise RosterError("not_a_calendar")
    if len(found) > MOST_DUTIES:
        raise RosterError("too_many_shifts", str(MOST_DUTIES))
    ahead = sorted((duty for duty in found if duty.ends_at > since), key=lambda duty: (duty.starts_at, duty.summary))
    return Found(ahead, unread)


def _read(calendar: Calendar, zone: tzinfo, since: datetime, until: datetime) -> tuple[list[Duty], list[str]]:
    """Return the duties of one calendar, and the summaries of what cannot be read.

    Where the whole cannot be, it is read event by event, those of one UID together.
    """
    with suppress(Exception):
        return _duties(calendar, zone, since, until), []
    series: dict[str, list[Any]] = {}
    for number, event in enumerate(calendar.walk("VEVENT")):
        series.setdefault(str(event.get("UID", number)), []).append(event)
    found: list[Duty] = []
    unread: list[str] = []
    for events in series.values():
        alone = Calendar(calendar)
        alone.subcomponents = events
        try:
            found += _duties(alone, zone, since, until)
        except Exception:  # noqa: BLE001 - as above
            unread.append(str(events[0].get("SUMMARY", "")).strip() or "?")
    return found, unread


def _duties(calendar: Calendar, zone: tzinfo, since: datetime, until: datetime) -> list[Duty]:
    events = recurring_ical_events.of(calendar).between(since, until)
    return [duty for event in events if (duty := _duty(event, zone)) is not None]


def _require_coarse(text: str) -> None:
    for line in text.splitlines():
        if rule := _RULE.match(line.strip()):
            parts = dict(part.partition("=")[::2] for part in rule[1].upper().split(";"))
            if (frequency := parts.get("FREQ", "").strip()) in _TOO_FINE:
                raise RosterError("too_fine", frequency)
            if prod(len(parts.get(name, "").split(",")) for name in _WITHIN_A_DAY) > MOST_A_DAY:
                raise RosterError("too_fine", "BYHOUR")


def _duty(event: Any, zone: tzinfo) -> Duty | None:
    """Return what an event says; None if it was cancelled or takes no time."""
    starts_at, ends_at = _instant(event["DTSTART"].dt, zone), _instant(event["DTEND"].dt, zone)
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or ends_at <= starts_at:
        return None
    asked = event.get("ATTENDEE", [])
    coming = [one for one in (asked if isinstance(asked, list) else [asked]) if _comes(one)]
    return Duty(
        starts_at,
        ends_at,
        str(event.get("SUMMARY", "")).strip(),
        tuple(filter(None, map(_address, coming))),
        _address(event.get("ORGANIZER", "")),
    )


def _comes(attendee: Any) -> bool:
    parameters = getattr(attendee, "params", {})
    is_person = str(parameters.get("CUTYPE", "INDIVIDUAL")).upper() in ("INDIVIDUAL", "UNKNOWN")
    return is_person and str(parameters.get("PARTSTAT", "")).upper() != "DECLINED"


def _address(written: Any) -> str:
    text = str(written).strip().lower().removeprefix("mailto:")
    return text if "@" in text else ""


def _instant(moment: date | datetime, zone: tzinfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def main() -> None:
    """Read a calendar from standard input; write its duties, or why it cannot be read, as JSON.

    The arguments are the zone, and from when to when, in ISO 8601.
    """
    zone, since, until = sys.argv[1:]
    answer: dict[str, Any]
    try:
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
        found = duties(content, ZoneInfo(zone), datetime.fromisoformat(since), datetime.fromisoformat(until))
        answer = {"duties": [asdict(duty) for duty in found.duties], "unread": found.unread}
    except RosterError as error:
        answer = {"code": error.code, "detail": error.detail}
    json.dump(answer, sys.stdout, default=datetime.isoformat)


if __name__ == "__main__":
    main()
