"""A desk's opening hours: what is read from the config, and the calendar that it comes to."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.clock.calendar import is_open
from bot.domain.clock.hours import OpeningTimes
from bot.settings import values

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def times(
    hours: str | None = "Mo-Fr 09:00-17:00",
    holidays: tuple[str, ...] = (),
    closed: tuple[date, ...] = (),
    open_: tuple[str, ...] = (),
    language: str = "en",
) -> OpeningTimes:
    return OpeningTimes(hours, holidays, closed, open_, "Europe/Amsterdam", language)


def open_at(desk: OpeningTimes, text: str) -> bool:
    return is_open(desk.calendar(NOW), datetime.fromisoformat(text).astimezone(UTC))


class TestCalendar:
    def test_desk_without_hours_is_around_the_clock(self) -> None:
        assert times(None).calendar(NOW).hours == ""

    @pytest.mark.parametrize(
        ("holidays", "day", "open_"),
        [
            (("NL",), "2026-12-25", False),
            (("NL",), "2026-12-24", True),
            (("NL",), "2027-04-27", False),  # next year is written out as well
            (("NL",), "2026-05-05", True),  # a holiday every fifth year only
            (("NL:optional",), "2026-05-05", False),
            (("NL:optional",), "2026-12-25", False),  # a category adds to the public days
            (("SE",), "2026-12-24", False),  # closed in no law, and in every office
            (("SE:de_facto",), "2026-12-24", False),
            (("SE", "NL"), "2026-04-27", False),
            (("DE",), "2026-06-04", True),
            (("DE-BY",), "2026-06-04", False),
            (("GB",), "2026-12-28", False),  # the day off for a Boxing Day on a Saturday
        ],
    )
    def test_holidays_are_closed(self, holidays: tuple[str, ...], day: str, open_: bool) -> None:
        assert open_at(times(holidays=holidays), f"{day}T12:00+01:00") is open_

    def test_days_of_ones_own_go_before_holidays(self) -> None:
        desk = times(
            holidays=("NL",),
            closed=(date(2026, 12, 28),),
            open_=("2026-12-25 10:00-12:00", "2026-12-28 10:00-12:00,13:00-14:00"),
        )
        assert open_at(desk, "2026-12-25T11:00+01:00")
        assert not open_at(desk, "2026-12-25T12:30+01:00")
        assert open_at(desk, "2026-12-28T13:30+01:00")
        assert not open_at(desk, "2026-12-28T09:30+01:00")

    def test_one_day_may_open_twice(self) -> None:
        desk = times(open_=("2026-12-28 10:00-11:00", "2026-12-28 12:00-13:00"))
        assert open_at(desk, "2026-12-28T10:30+01:00")
        assert open_at(desk, "2026-12-28T12:30+01:00")
        assert not open_at(desk, "2026-12-28T11:30+01:00")

    def test_holidays_alone_close_days_of_a_desk_around_the_clock(self) -> None:
        desk = times(None, holidays=("NL",))
        assert not open_at(desk, "2026-12-25T03:00+01:00")
        assert open_at(desk, "2026-12-27T03:00+01:00")

    def test_same_config_comes_to_the_same_text_all_year(self) -> None:
        desk = times(holidays=("NL",))
        assert desk.calendar(NOW) == desk.calendar(datetime(2026, 1, 2, tzinfo=UTC))
        assert desk.calendar(NOW) != desk.calendar(datetime(2027, 1, 2, tzinfo=UTC))

    def test_days_of_ones_own_are_among_those_that_are_closed(self) -> None:
        desk = times(closed=(date(2026, 12, 28), date(2028, 1, 3)))
        assert desk.closed_after(NOW) == {date(2026, 12, 28): ""}

    def test_holidays_of_the_next_twelve_months_have_the_desks_names(self) -> None:
        found = times(holidays=("NL",), language="nl").closed_after(NOW)
        assert found[date(2026, 12, 25)] == "Eerste kerstdag"
        assert date(2027, 1, 1) in found
        assert min(found) >= date(2026, 11, 27)


class TestValues:
    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("Mo-Fr 9-17", 'did you mean "Mo-Fr 09:00-17:00"?'),
            ("ma-vr 09:00-17:30", 'did you mean "Mo-Fr 09:00-17:30"?'),
            ("mån-fre 8.30-17", 'did you mean "Mo-Fr 08:30-17:00"?'),
            ("Mon-Fri 9:00-17:30; Sat 10-14", 'did you mean "Mo-Fr 09:00-17:30; Sa 10:00-14:00"?'),
            ("Mo-Fr 09:00-17:00; PH off", 'holidays = ["NL"]'),
            ("sunrise-sunset", "write a time of day"),
            ("SUNRISE-17:00", "write a time of day"),
            ("2100 Jan 01", "it is not open once in the next two years"),
            ("off", "it is not open once in the next two years"),
            ("2025 Mo-Fr 09:00-17:00", "it is not open once in the next two years"),
            ("", 'for example "Mo-Fr 09:00-17:30; Sa 10:00-14:00"'),
            ("office hours", "the reader stops at"),
            (9, "9 is not opening hours"),
        ],
    )
    def test_hours_that_cannot_be_read_are_refused_with_what_was_meant(self, written: object, said: str) -> None:
        with pytest.raises(ValueError, match="is not opening hours") as caught:
            values.opening_hours(written)
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_hours_may_be_written_on_several_lines(self) -> None:
        assert values.opening_hours("Mo-Fr 09:00-17:00;\nSa 10:00-14:00\n") == "Mo-Fr 09:00-17:00; Sa 10:00-14:00"
        with pytest.raises(ValueError, match="is not opening hours") as caught:
            values.opening_hours("Mo-Fr 09:00-17:00;\nSamstag")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("NLL", 'did you mean "NL"?'),
            ("nl", 'did you mean "NL"?'),
            ("DE-BYY", 'did you mean "DE-BY"?'),
            ("SE:de_fact", 'did you mean "SE:de_facto"?'),
            ("Holland", "not available"),
            (["NL"], "is not a country"),
        ],
    )
    def test_unknown_holidays_are_refused_with_the_nearest(self, written: object, said: str) -> None:
        with pytest.raises(ValueError, match="is not a country, region or category") as caught:
            values.public_holidays(written)
        assert said in str(caught.value)

    @pytest.mark.parametrize(
        "written", ["28-12-2026", "2026-02-30", "28 dec", 20261228, "2026-12-28T00:00", "2026-1-6", "0001-01-01"]
    )
    def test_date_is_written_in_one_way(self, written: object) -> None:
        assert values.day("2026-12-28") == date(2026, 12, 28)
        with pytest.raises(ValueError, match="is not a date in quotes"):
            values.day(written)

    @pytest.mark.parametrize(
        "written",
        [
            *("2026-12-06", "2026-12-06 10-16", "2026-12-06 off", "2026-12-06 Mo 10:00-16:00", "10:00-16:00"),
            *(
                "2026-12-06 2027",
                "2026-1-6 10:00-16:00",
                "0001-01-01 10:00-16:00",
                "2026-12-06 10:00-12:00 13:00-16:00",
            ),
        ],
    )
    def test_open_day_names_its_hours(self, written: str) -> None:
        with pytest.raises(ValueError, match="is not a date with its hours"):
            values.open_day(written)
        assert values.open_day("2026-12-06 10:00-12:00,13:00-16:00") == "2026-12-06 10:00-12:00,13:00-16:00"
