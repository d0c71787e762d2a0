"""Times that people type, in three languages."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.clock.calendar import Calendar
from bot.domain.clock.said import Edge, NotATime, Quick, Remark, Said, quick, read

ZONE = ZoneInfo("Europe/Amsterdam")
OFFICE = Calendar("Mo-Fr 09:00-17:30; Sa 10:00-14:00; 2026 Dec 25 off", "Europe/Amsterdam")
ALWAYS = Calendar("", "Europe/Amsterdam")
FRIDAY = datetime(2026, 11, 27, 10, 0, tzinfo=ZONE)


def said(text: str, *, edge: Edge = Edge.OPENING, now: datetime = FRIDAY, calendar: Calendar = OFFICE) -> Said:
    return read(text, now.astimezone(UTC), calendar, edge)


def local(found: Said) -> str:
    return f"{found.at.astimezone(ZONE):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tomorrow 09:00", "2026-11-28 09:00"),
        ("Tomorrow at 9:30", "2026-11-28 09:30"),
        ("morgen 9.30", "2026-11-28 09:30"),
        ("morgen om 9u", "2026-11-28 09:00"),
        ("morgen 9u30", "2026-11-28 09:30"),
        ("morgen 9:30 uur", "2026-11-28 09:30"),
        ("morgen 11 uur", "2026-11-28 11:00"),
        ("imorgon kl 9", "2026-11-28 09:00"),
        ("i morgon kl. 9.15", "2026-11-28 09:15"),
        ("overmorgen 14:00", "2026-11-29 14:00"),
        ("övermorgon 14.00", "2026-11-29 14:00"),
        ("17:00", "2026-11-27 17:00"),
        ("17.00", "2026-11-27 17:00"),
        ("at 17:00", "2026-11-27 17:00"),
        ("kl 17", "2026-11-27 17:00"),
        ("om 17 uur", "2026-11-27 17:00"),
        ("om 2 uur", "2026-11-27 14:00"),
        ("14u", "2026-11-27 14:00"),
        ("3pm", "2026-11-27 15:00"),
        ("17:00 tomorrow", "2026-11-28 17:00"),
        ("9:00 maandag", "2026-11-30 09:00"),
        ("in 2h", "2026-11-27 12:00"),
        ("2h", "2026-11-27 12:00"),
        ("1h30m", "2026-11-27 11:30"),
        ("90 min", "2026-11-27 11:30"),
        ("over 2 uur", "2026-11-27 12:00"),
        ("over 2u", "2026-11-27 12:00"),
        ("2 uur", "2026-11-27 12:00"),
        ("om 2 timmar", "2026-11-27 12:00"),
        ("om en timme", "2026-11-27 11:00"),
        ("over een half uur", "2026-11-27 10:30"),
        ("half an hour", "2026-11-27 10:30"),
        ("an hour", "2026-11-27 11:00"),
        ("over 3 dagen", "2026-11-30 10:00"),
        ("om 2 veckor", "2026-12-11 10:00"),
        ("2026-12-01 14:00", "2026-12-01 14:00"),
        ("2026-12-01T14:00", "2026-12-01 14:00"),
        ("1 dec 9:00", "2026-12-01 09:00"),
        ("dec 1, 9:00", "2026-12-01 09:00"),
        ("1 december 2026 kl 14", "2026-12-01 14:00"),
        ("1/12 14:00", "2026-12-01 14:00"),
        ("1-12-2026 14.30", "2026-12-01 14:30"),
        ("1 mrt 10:00", "2027-03-01 10:00"),
        ("monday 12:00", "2026-11-30 12:00"),
        ("next monday 12:00", "2026-11-30 12:00"),
        ("volgende maandag 12:00", "2026-11-30 12:00"),
        ("ma 12:00", "2026-11-30 12:00"),
        ("på måndag kl 12", "2026-11-30 12:00"),
        ("mandag 12", "2026-11-30 12:00"),
        ("do 12:00", "2026-12-03 12:00"),
        ("friday 9:00", "2026-12-04 09:00"),
        ("tot morgen 12:00", "2026-11-28 12:00"),
        ("1h30", "2026-11-27 11:30"),
        ("in 2h15", "2026-11-27 12:15"),
        ("17h00", "2026-11-27 17:00"),
        ("volgende week dinsdag 9:00", "2026-12-01 09:00"),
        ("next week tuesday 9:00", "2026-12-01 09:00"),
        ("onsdag nästa vecka kl 10", "2026-12-02 10:00"),
        ("in 3 days 9:00", "2026-11-30 09:00"),
        ("over 3 dagen om 10 uur", "2026-11-30 10:00"),
        ("zo 12:00", "2026-11-29 12:00"),
        ("zo", "2026-11-30 09:00"),
    ],
)
def test_time_is_read_in_the_zone_of_the_desk(typed: str, meant: str) -> None:
    found = said(typed)
    assert (local(found), found.rest) == (meant, "")


@pytest.mark.parametrize(
    ("typed", "opening", "closing"),
    [
        ("today", "2026-11-27 16:30", "2026-11-27 17:30"),
        ("vandaag", "2026-11-27 16:30", "2026-11-27 17:30"),
        ("i dag", "2026-11-27 16:30", "2026-11-27 17:30"),
        ("end of today", "2026-11-27 16:30", "2026-11-27 17:30"),
        ("this afternoon", "2026-11-27 16:30", "2026-11-27 17:30"),
        ("tomorrow", "2026-11-28 10:00", "2026-11-28 14:00"),
        ("morgen", "2026-11-28 10:00", "2026-11-28 14:00"),
        ("imorgon", "2026-11-28 10:00", "2026-11-28 14:00"),
        ("monday", "2026-11-30 09:00", "2026-11-30 17:30"),
        ("ma", "2026-11-30 09:00", "2026-11-30 17:30"),
        ("måndag", "2026-11-30 09:00", "2026-11-30 17:30"),
        ("next week", "2026-11-30 09:00", "2026-11-30 17:30"),
        ("volgende week", "2026-11-30 09:00", "2026-11-30 17:30"),
        ("tomorrow morning", "2026-11-28 10:00", "2026-11-28 12:00"),
        ("maandagochtend", "2026-11-30 09:00", "2026-11-30 12:00"),
        ("maandagmiddag", "2026-11-30 13:00", "2026-11-30 17:30"),
        ("imorgon bitti", "2026-11-28 10:00", "2026-11-28 12:00"),
        ("1 dec", "2026-12-01 09:00", "2026-12-01 17:30"),
        ("2026-12-01", "2026-12-01 09:00", "2026-12-01 17:30"),
    ],
)
def test_day_without_a_time_means_the_hours_of_the_desk(typed: str, opening: str, closing: str) -> None:
    assert (local(said(typed)), local(said(typed, edge=Edge.CLOSING))) == (opening, closing)


def test_day_without_a_time_means_nine_and_five_around_the_clock() -> None:
    for calendar in (ALWAYS, Calendar("24/7", "Europe/Amsterdam")):
        found = [local(said("monday", edge=edge, calendar=calendar)) for edge in Edge]
        assert found == ["2026-11-30 09:00", "2026-11-30 17:00"]


@pytest.mark.parametrize(
    ("typed", "opening", "closing"),
    [
        ("sunday", "2026-11-30 09:00", "2026-11-30 17:30"),
        ("25 dec", "2026-12-26 10:00", "2026-12-26 14:00"),
        ("zondag", "2026-11-30 09:00", "2026-11-30 17:30"),
    ],
)
def test_closed_day_means_the_next_open_one_and_says_so(typed: str, opening: str, closing: str) -> None:
    for edge, meant in ((Edge.OPENING, opening), (Edge.CLOSING, closing)):
        found = said(typed, edge=edge)
        assert (local(found), found.remark) == (meant, Remark.CLOSED)


def test_night_shift_closes_the_next_morning() -> None:
    night = Calendar("Mo-Su 18:00-02:00", "Europe/Amsterdam")
    found = [local(said("monday", edge=edge, calendar=night)) for edge in Edge]
    assert found == ["2026-11-30 18:00", "2026-12-01 02:00"]


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("tomorrow 09:00 waiting for the depot", "waiting for the depot"),
        ("2h waiting for 3 parcels", "waiting for 3 parcels"),
        ("morgen 3 pakketten onderweg", "3 pakketten onderweg"),
        ("17:00, we wait for the depot", "we wait for the depot"),
        ("17:00 to be checked", "to be checked"),
        ("monday: Waiting for Ändré", "Waiting for Ändré"),
        ("om 2 timmar väntar på lagret", "väntar på lagret"),
        ("ma wachten op depot", "wachten op depot"),
        ("1 dec 9:00 levering 2 dec", "levering 2 dec"),
        ("in 2 hours 5 minutes away", "away"),
    ],
)
def test_what_follows_the_time_is_left_over(typed: str, rest: str) -> None:
    assert said(typed).rest == rest


def test_time_of_day_that_has_passed_is_the_next_open_days_for_a_snooze() -> None:
    found = said("09:00")
    assert (local(found), found.remark) == ("2026-11-28 09:00", Remark.TOMORROW)
    saturday = FRIDAY.replace(day=28, hour=15)
    assert local(said("11:00", now=saturday)) == "2026-11-30 11:00"


@pytest.mark.parametrize(
    ("typed", "edge", "meant"),
    [
        ("09:00", Edge.CLOSING, "2026-11-28 09:00"),
        ("today 09:00", Edge.OPENING, "2026-11-28 09:00"),
        ("vandaag 9:30", Edge.CLOSING, "2026-11-28 09:30"),
        ("yesterday 17:00", Edge.OPENING, "2026-11-27 17:00"),
        ("igår", Edge.OPENING, "2026-11-28 09:00"),
        ("2026-11-01 14:00", Edge.CLOSING, "2026-11-27 14:00"),
        ("0m", Edge.OPENING, "2026-11-28 10:00"),
    ],
)
def test_time_in_the_past_is_refused_with_the_next_one_like_it(typed: str, edge: Edge, meant: str) -> None:
    with pytest.raises(NotATime) as refused:
        said(f"{typed} reason", edge=edge)
    assert (refused.value.fault, refused.value.piece, refused.value.meant) == ("past", typed, meant)


@pytest.mark.parametrize("typed", ["2028-01-01", "400 days", "60 weken", "1 jan 2099 09:00"])
def test_time_beyond_a_year_is_refused_with_the_last_day_that_is_allowed(typed: str) -> None:
    with pytest.raises(NotATime) as refused:
        said(f"{typed} reason")
    assert (refused.value.fault, refused.value.piece, refused.value.meant) == ("too_far", typed, "2027-11-27")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tomorow 09:00 depot", "tomorrow 09:00"),
        ("vandag 17:00 depot", "vandaag 17:00"),
        ("imorgen 9:00", "morgen 9:00"),
        ("waiting for the depot", "tomorrow 09:00"),
        ("25:00 depot", "tomorrow 09:00"),
        ("9:99", "tomorrow 09:00"),
        ("31 feb 09:00", "tomorrow 09:00"),
        ("2026-13-01", "tomorrow 09:00"),
        ("", "tomorrow 09:00"),
        ("9999999 h", "tomorrow 09:00"),
        ("do it later", "tomorrow 09:00"),
    ],
)
def test_time_that_cannot_be_read_is_refused_with_what_was_probably_meant(typed: str, meant: str) -> None:
    with pytest.raises(NotATime) as refused:
        said(typed)
    assert (refused.value.fault, refused.value.meant) == ("unreadable", meant)


@pytest.mark.parametrize("edge", list(Edge))
@pytest.mark.parametrize(
    ("typed", "piece", "meant"),
    [
        ("tomorrow 25:00 wacht", "tomorrow 25:00", ("2026-11-28 10:00", "2026-11-28 14:00")),
        ("tomorrow 9:00-10:00 depot", "tomorrow 9:00", None),
        ("vrijdag over een week depot", "vrijdag over een week", ("2026-12-11 09:00", "2026-12-11 17:30")),
        ("friday the 27th we call", "friday the 27th", ("2026-12-04 09:00", "2026-12-04 17:30")),
        ("tomorrow noon wait", "tomorrow noon", ("2026-11-28 12:00",)),
        ("morgenavond bellen", "morgenavond", ("2026-11-28 18:00",)),
        ("morgen 's avonds bellen", "morgen 's avonds", ("2026-11-28 18:00",)),
        ("imorgon kväll ringer vi", "imorgon kväll", ("2026-11-28 18:00",)),
        ("imorgon lunch ringer vi", "imorgon lunch", ("2026-11-28 12:00",)),
        ("9 uur morgenochtend bellen", "9 uur morgenochtend", ("2026-11-28 09:00",)),
        ("2h tomorrow we call", "2h tomorrow", None),
    ],
)
def test_time_of_which_something_is_left_is_refused(
    typed: str, piece: str, meant: tuple[str, ...] | None, edge: Edge
) -> None:
    with pytest.raises(NotATime) as refused:
        said(typed, edge=edge)
    assert (refused.value.fault, refused.value.piece) == ("unreadable", piece)
    assert meant is None or refused.value.meant in meant


@pytest.mark.parametrize(
    "typed", ["zo snel mogelijk terug", "ons pakket komt", "do it later", "sat with the depot", "wed like to wait"]
)
def test_word_that_is_also_a_short_day_is_none(typed: str) -> None:
    with pytest.raises(NotATime):
        said(typed)


@pytest.mark.parametrize("hour", [6, 7])
def test_later_today_is_never_before_the_desk_opens(hour: int) -> None:
    short = Calendar("Mo-Fr 09:00-09:30", "Europe/Amsterdam")
    found = quick(FRIDAY.replace(hour=hour).astimezone(UTC), short, Edge.OPENING)
    assert f"{found[Quick.LATER].astimezone(ZONE):%H:%M}" == "09:00"


DAYS = "Mo-Fr 09:00-17:00"


@pytest.mark.parametrize(
    ("at", "hours", "offered"),
    [
        ("2026-11-20 14:00", DAYS, ["hour 15:00", "later 16:00", "monday 09:00"]),
        ("2026-11-20 16:10", DAYS, ["monday 09:00"]),
        ("2026-11-19 18:00", DAYS, ["tomorrow 09:00", "monday 09:00"]),
        ("2026-11-19 06:30", DAYS, ["opening 09:00", "later 16:00", "tomorrow 09:00", "monday 09:00"]),
        ("2026-11-20 18:00", f"{DAYS}; 2026 Nov 23 off", ["opening 09:00"]),
        ("2026-11-20 18:00", "Mo-Fr 09:00-12:00,18:30-22:00", ["hour 19:00", "later 21:00", "monday 09:00"]),
        ("2026-11-20 23:30", "", ["hour 00:30", "tomorrow 09:00", "monday 09:00"]),
    ],
)
def test_first_choice_of_a_snooze_is_a_time_at_which_the_desk_is_open(at: str, hours: str, offered: list[str]) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=ZONE).astimezone(UTC)
    found = quick(now, Calendar(hours, "Europe/Amsterdam"), Edge.OPENING)
    assert [f"{name} {when.astimezone(ZONE):%H:%M}" for name, when in found.items()] == offered


def test_days_are_those_of_the_zone_when_the_clocks_change() -> None:
    before = datetime(2027, 3, 27, 10, 0, tzinfo=ZONE)
    assert said("tomorrow 09:00", now=before, calendar=ALWAYS).at == datetime(2027, 3, 28, 7, 0, tzinfo=UTC)
    assert local(said("tomorrow 02:30", now=before, calendar=ALWAYS)) == "2027-03-28 03:30"
    autumn = datetime(2026, 10, 24, 10, 0, tzinfo=ZONE)
    assert said("tomorrow 09:00", now=autumn, calendar=ALWAYS).at == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
    assert said("in 24h", now=autumn, calendar=ALWAYS).at == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
    assert said("tomorrow 02:30", now=autumn, calendar=ALWAYS).at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
