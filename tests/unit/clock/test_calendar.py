"""Counted time under opening hours: the cases that a sceptic would try."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from bot.domain.clock.calendar import (
    AROUND_THE_CLOCK,
    Calendar,
    after,
    before,
    counted,
    is_open,
    left,
    may_ring,
    opens_again,
    spans,
)

NL = "Europe/Amsterdam"
OFFICE = "Mo-Fr 09:00-17:00"
LUNCH = "Mo-Fr 09:00-12:00,13:00-17:30"
NIGHT = "Fr-Sa 22:00-02:00"
XMAS = f"{OFFICE}; 2026 Dec 25 off; 2026 Dec 26 off; 2027 Jan 01 off"
MINUTES = timedelta(minutes=1)


def at(text: str, zone: str = NL) -> datetime:
    """The instant of a local time such as "2026-11-27 16:45"; a "B" behind it means the second of two."""
    local = datetime.fromisoformat(text.removesuffix("B")).replace(tzinfo=ZoneInfo(zone), fold=text.endswith("B"))
    return local.astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "since", "minutes", "due", "zone"),
    [
        # The golden case, and its neighbours.
        (OFFICE, "2026-11-27 16:45", 30, "2026-11-30 09:15", NL),
        (OFFICE, "2026-11-27 16:45", 15, "2026-11-27 17:00", NL),  # exactly at closing time
        (OFFICE, "2026-11-27 16:45", 16, "2026-11-30 09:01", NL),
        (OFFICE, "2026-11-27 17:00", 30, "2026-11-30 09:30", NL),
        (OFFICE, "2026-11-27 16:59:30", 1, "2026-11-30 09:00:30", NL),
        (OFFICE, "2026-11-27 08:59", 30, "2026-11-27 09:30", NL),
        (OFFICE, "2026-11-27 09:00", 480, "2026-11-27 17:00", NL),
        (OFFICE, "2026-11-27 09:00", 481, "2026-11-30 09:01", NL),
        # A night, a weekend, a week, a month.
        (OFFICE, "2026-11-25 23:10", 30, "2026-11-26 09:30", NL),
        (OFFICE, "2026-11-28 12:00", 30, "2026-11-30 09:30", NL),
        (OFFICE, "2026-11-29 23:59", 30, "2026-11-30 09:30", NL),
        (OFFICE, "2026-11-23 09:00", 5 * 480, "2026-11-27 17:00", NL),
        (OFFICE, "2026-11-23 09:00", 5 * 480 + 1, "2026-11-30 09:01", NL),
        (OFFICE, "2026-11-30 16:50", 30, "2026-12-01 09:20", NL),
        (OFFICE, "2026-12-31 16:50", 30, "2027-01-01 09:20", NL),
        # Several spans a day.
        (LUNCH, "2026-11-27 11:50", 30, "2026-11-27 13:20", NL),
        (LUNCH, "2026-11-27 12:00", 1, "2026-11-27 13:01", NL),
        (LUNCH, "2026-11-27 12:30", 1, "2026-11-27 13:01", NL),
        (LUNCH, "2026-11-27 11:00", 60, "2026-11-27 12:00", NL),
        (LUNCH, "2026-11-27 17:20", 20, "2026-11-30 09:10", NL),
        # Past midnight.
        (NIGHT, "2026-11-27 23:30", 120, "2026-11-28 01:30", NL),
        (NIGHT, "2026-11-28 01:30", 60, "2026-11-28 22:30", NL),
        (NIGHT, "2026-11-29 02:00", 5, "2026-12-04 22:05", NL),
        (NIGHT, "2026-11-27 12:00", 240, "2026-11-28 02:00", NL),
        ("Mo-Su 18:00-24:00", "2026-11-27 23:50", 20, "2026-11-28 18:10", NL),
        ("24/7", "2026-11-27 23:50", 20, "2026-11-28 00:10", NL),
        ("Mo-Su 00:00-24:00", "2026-11-30 23:50", 20, "2026-12-01 00:10", NL),
        # Holidays, and days of one's own.
        (XMAS, "2026-12-24 16:45", 30, "2026-12-28 09:15", NL),
        (XMAS, "2026-12-25 10:00", 30, "2026-12-28 09:30", NL),
        (XMAS, "2026-12-31 16:45", 30, "2027-01-04 09:15", NL),
        (f"{OFFICE}; 2026 Dec 06 10:00-16:00", "2026-12-05 12:00", 30, "2026-12-06 10:30", NL),
        (f"{OFFICE}; 2026 Dec 07 10:00-11:00", "2026-12-07 09:00", 90, "2026-12-08 09:30", NL),
        ("24/7; 2026 Dec 25 off", "2026-12-24 23:50", 20, "2026-12-26 00:10", NL),
        # Leap days.
        (OFFICE, "2028-02-28 16:50", 20, "2028-02-29 09:10", NL),
        (OFFICE, "2028-02-29 16:50", 20, "2028-03-01 09:10", NL),
        (f"{OFFICE}; 2028 Feb 29 off", "2028-02-28 16:50", 20, "2028-03-01 09:10", NL),
        # Daylight saving: 29 March has no 02:30, 25 October has two.
        (OFFICE, "2026-03-27 16:50", 20, "2026-03-30 09:10", NL),
        (OFFICE, "2026-10-23 16:50", 20, "2026-10-26 09:10", NL),
        ("Mo-Su 22:00-06:00", "2026-03-28 22:00", 7 * 60, "2026-03-29 06:00", NL),
        ("Mo-Su 22:00-06:00", "2026-10-24 22:00", 9 * 60, "2026-10-25 06:00", NL),
        ("Mo-Su 01:00-02:30", "2026-03-29 01:00", 60, "2026-03-29 03:00", NL),
        ("Mo-Su 01:00-02:30", "2026-03-29 01:00", 61, "2026-03-30 01:01", NL),
        ("Mo-Su 02:30-04:00", "2026-03-29 00:00", 60, "2026-03-29 04:00", NL),
        ("Mo-Su 02:10-02:50", "2026-03-29 00:00", 10, "2026-03-30 02:20", NL),
        ("Mo-Su 02:10-02:50", "2026-10-25 00:00", 40, "2026-10-25 02:50B", NL),
        ("Mo-Su 02:30-04:00", "2026-10-25 00:00", 90, "2026-10-25 04:00", NL),
        ("Mo-Su 01:00-02:30", "2026-10-25 01:00", 150, "2026-10-25 02:30B", NL),
        ("Mo-Su 01:00-02:30", "2026-10-25 02:10", 60, "2026-10-25 02:10B", NL),
        ("24/7", "2026-03-29 01:30", 60, "2026-03-29 03:30", NL),
        ("24/7", "2026-10-25 01:30", 120, "2026-10-25 02:30B", NL),
        # Half-hour zones, a zone that changes at midnight, one that changes by half an hour.
        (OFFICE, "2026-11-27 16:45", 30, "2026-11-30 09:15", "Asia/Kolkata"),
        (OFFICE, "2026-11-27 16:45", 30, "2026-11-30 09:15", "Asia/Kathmandu"),
        (OFFICE, "2026-04-03 16:45", 30, "2026-04-06 09:15", "Australia/Lord_Howe"),
        (OFFICE, "2026-10-30 16:45", 30, "2026-11-02 09:15", "America/Havana"),
        ("Mo-Su 23:00-03:00", "2026-10-31 23:00", 5 * 60, "2026-11-01 03:00", "America/Havana"),
        (OFFICE, "2026-11-27 16:45", 30, "2026-11-30 09:15", "Pacific/Chatham"),
        (OFFICE, "2026-11-27 16:45", 30, "2026-11-30 09:15", "UTC"),
        # Rare hours.
        ("Mo[1] 09:00-10:00", "2026-11-27 12:00", 30, "2026-12-07 09:30", NL),
        ("week 1-53/2 Mo 09:00-10:00", "2026-12-01 12:00", 30, "2026-12-14 09:30", NL),
        ("Dec-Feb Mo-Fr 09:00-17:00", "2027-02-26 16:50", 20, "2027-12-01 09:10", NL),
        ("2027 Mo-Fr 09:00-17:00", "2026-11-27 12:00", 30, "2027-01-01 09:30", NL),
        # Ended: around the clock from there.
        ("2026 Mo-Fr 09:00-17:00", "2026-12-31 16:45", 30, "2026-12-31 17:15", NL),
        ("2025 Mo-Fr 09:00-17:00", "2026-11-27 16:45", 30, "2026-11-27 17:15", NL),
        ("", "2026-11-27 16:45", 30, "2026-11-27 17:15", NL),
    ],
)  # fmt: skip
def test_deadline_counts_open_time_only(hours: str, since: str, minutes: int, due: str, zone: str) -> None:
    calendar, begun = Calendar(hours, zone), at(since, zone)
    found = after(calendar, begun, minutes * MINUTES)
    assert found == at(due, zone)
    assert counted(calendar, begun, found) == minutes * MINUTES


@pytest.mark.parametrize(
    ("hours", "since", "until", "minutes"),
    [
        (OFFICE, "2026-11-27 16:45", "2026-11-30 09:15", 30),
        (OFFICE, "2026-11-27 16:45", "2026-11-29 12:00", 15),
        (OFFICE, "2026-11-28 10:00", "2026-11-29 12:00", 0),
        (OFFICE, "2026-11-27 17:00", "2026-11-30 09:00", 0),
        (OFFICE, "2026-11-27 12:00", "2026-11-27 12:00", 0),
        (OFFICE, "2026-11-27 12:00", "2026-11-27 11:00", 0),
        (OFFICE, "2026-11-23 00:00", "2026-11-30 00:00", 5 * 480),
        (OFFICE, "2026-11-01 00:00", "2026-12-01 00:00", 21 * 480),
        (LUNCH, "2026-11-27 11:30", "2026-11-27 13:30", 60),
        (NIGHT, "2026-11-27 00:00", "2026-11-30 00:00", 480),
        (XMAS, "2026-12-24 16:00", "2026-12-28 10:00", 120),
        ("24/7", "2026-03-28 12:00", "2026-03-29 12:00", 23 * 60),
        ("24/7", "2026-10-24 12:00", "2026-10-25 12:00", 25 * 60),
        ("2026 Mo-Fr 09:00-17:00", "2026-12-31 16:00", "2026-12-31 18:00", 120),
        ("", "2026-11-27 17:00", "2026-11-30 09:00", 64 * 60),
    ],
)
def test_counted_time_is_what_was_open(hours: str, since: str, until: str, minutes: int) -> None:
    assert counted(Calendar(hours, NL), at(since), at(until)) == minutes * MINUTES


@pytest.mark.parametrize(
    ("now", "due", "minutes"),
    [
        ("2026-11-27 16:50", "2026-11-30 09:15", 25),
        ("2026-11-28 12:00", "2026-11-30 09:15", 15),
        ("2026-11-30 09:15", "2026-11-30 09:15", 0),
        ("2026-11-30 09:20", "2026-11-30 09:15", -5),
        ("2026-11-30 22:00", "2026-11-30 16:50", -10),
        ("2026-12-01 09:10", "2026-11-30 16:50", -20),
    ],
)
def test_what_is_left_stands_still_while_closed(now: str, due: str, minutes: int) -> None:
    assert left(Calendar(OFFICE, NL), at(now), at(due)) == minutes * MINUTES


@pytest.mark.parametrize(
    ("hours", "until", "minutes", "since"),
    [
        (OFFICE, "2026-11-30 09:15", 30, "2026-11-27 16:45"),
        (OFFICE, "2026-11-30 08:00", 30, "2026-11-27 16:30"),
        (OFFICE, "2026-11-27 12:00", 60, "2026-11-27 11:00"),
        (NIGHT, "2026-11-28 22:30", 60, "2026-11-28 01:30"),
        ("", "2026-11-30 09:15", 30, "2026-11-30 08:45"),
    ],
)
def test_steps_are_found_backwards_as_well(hours: str, until: str, minutes: int, since: str) -> None:
    assert before(Calendar(hours, NL), at(until), minutes * MINUTES) == at(since)


@pytest.mark.parametrize(
    ("now", "open_", "rings"),
    [
        ("2026-11-27 08:59:59", False, False),
        ("2026-11-27 09:00", True, True),
        ("2026-11-27 16:59:59", True, True),
        ("2026-11-27 17:00", False, True),  # what was due at closing time says so once
        ("2026-11-27 17:05", False, False),
        ("2026-11-28 12:00", False, False),
        ("2026-11-30 03:00", False, False),
    ],
)
def test_nothing_rings_while_closed(now: str, open_: bool, rings: bool) -> None:
    calendar = Calendar(OFFICE, NL)
    assert (is_open(calendar, at(now)), may_ring(calendar, at(now))) == (open_, rings)
    assert may_ring(AROUND_THE_CLOCK, at(now))


@pytest.mark.parametrize(
    ("hours", "again"), [(OFFICE, True), ("", True), ("off", False), ("2025 Mo", False), ("2030 Mo", False)]
)
def test_calendar_that_has_ended_is_known(hours: str, *, again: bool) -> None:
    assert opens_again(Calendar(hours, NL), at("2026-11-27 12:00")) is again


@pytest.mark.parametrize(
    "hours", ["Mo-Fr 09:00-17:00 unknown", "2026 Jan 01-2026 Dec 31 Mo-Fr 09:00-17:00", "Mo-Su 00:00-24:00"]
)
def test_no_calendar_is_read_up_to_the_year_9999(hours: str) -> None:
    begun = process_time()
    for month in range(1, 13):
        since = at(f"2027-{month:02}-15 03:00")
        assert after(Calendar(hours, NL), since, timedelta(hours=2)) == since + timedelta(hours=2)
    assert process_time() - begun < 5  # it was up to half a minute for each


def test_spans_are_not_cut_at_the_end_of_a_month() -> None:
    assert list(spans(Calendar("Mo 22:00-06:00", NL), at("2026-11-30 12:00"), at("2026-12-08 05:00"))) == [
        (at("2026-11-30 22:00"), at("2026-12-01 06:00")),
        (at("2026-12-07 22:00"), at("2026-12-08 05:00")),
    ]


@pytest.mark.parametrize("hours", ["24/7", "Mo-Su 00:00-24:00", "24/7; 2026 Dec 25 off"])
def test_span_without_an_end_is_not_looked_for_up_to_the_year_9999(hours: str) -> None:
    begun = process_time()
    whole = at("2027-01-05 12:00"), at("2027-03-05 12:00")
    assert list(spans(Calendar(hours, NL), *whole)) == [whole]
    assert process_time() - begun < 5


ZONES = st.sampled_from([NL, "UTC", "Europe/Stockholm", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"])
CALENDARS = st.builds(Calendar, st.sampled_from([OFFICE, LUNCH, NIGHT, XMAS, "24/7; 2026 Dec 25 off", ""]), ZONES)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
LENGTHS = st.timedeltas(timedelta(seconds=1), timedelta(hours=30))


@given(CALENDARS, INSTANTS, LENGTHS)
def test_what_was_counted_until_a_deadline_is_the_target(
    calendar: Calendar, since: datetime, length: timedelta
) -> None:
    assert counted(calendar, since, after(calendar, since, length)) == length


@given(CALENDARS, INSTANTS, INSTANTS, LENGTHS)
def test_who_came_first_is_due_first(calendar: Calendar, one: datetime, other: datetime, length: timedelta) -> None:
    first, second = sorted((one, other))
    assert after(calendar, first, length) <= after(calendar, second, length)


@given(CALENDARS, st.lists(INSTANTS, min_size=3, max_size=3))
def test_counted_time_adds_up(calendar: Calendar, instants: list[datetime]) -> None:
    begin, middle, end = sorted(instants)
    parts = counted(calendar, begin, middle) + counted(calendar, middle, end)
    assert counted(calendar, begin, end) == parts
    assert timedelta(0) <= parts <= end - begin


@given(
    st.sampled_from([OFFICE, LUNCH, NIGHT, XMAS, "Mo-Su 01:00-02:30", "Mo-Su 02:30-04:00", "Mo-Su 22:00-06:00"]),
    ZONES,
    st.sampled_from(
        ["2026-03-28 12:00", "2026-10-24 12:00", "2026-12-24 12:00", "2026-11-27 12:00", "2026-04-04 12:00"]
    ),
    st.integers(0, 2000),
    st.integers(1, 300),
)
def test_walk_minute_by_minute_says_the_same(hours: str, zone: str, day: str, begin: int, minutes: int) -> None:
    since = at(day) + begin * MINUTES
    until = since + minutes * MINUTES
    walked = sum(_open_by_the_wall_clock(hours, zone, since + minute * MINUTES) for minute in range(minutes))
    assert counted(Calendar(hours, zone), since, until) == walked * MINUTES


def _open_by_the_wall_clock(hours: str, zone: str, instant: datetime) -> bool:
    """Whether the hours are open by the time on the wall, which stands still while an hour passes that comes again."""
    local = instant.astimezone(ZoneInfo(zone))
    while local.fold == 0 and local.replace(fold=1).utcoffset() != local.utcoffset() and _exists(local):
        instant -= MINUTES
        local = instant.astimezone(ZoneInfo(zone))
    return OpeningHours(hours).is_open(local.replace(tzinfo=None))


def _exists(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)
