"""What a calendar says, with everything that calendars do, and what is refused before it costs anything."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.desk.roster import Duty, RosterError
from bot.domain.desk.roster_calendar import MOST_BYTES, duties
from tests.support.calendars import calendar, event

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SINCE, UNTIL = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 10, tzinfo=UTC)
WINDOWS_ZONE = """BEGIN:VTIMEZONE\r
TZID:Our own\r
BEGIN:STANDARD\r
DTSTART:16010101T030000\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r
END:STANDARD\r
BEGIN:DAYLIGHT\r
DTSTART:16010101T020000\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r
END:DAYLIGHT\r
END:VTIMEZONE"""


def read(*events: str, head: str = "") -> list[Duty]:
    return duties(calendar(*events, head=head).encode(), AMSTERDAM, SINCE, UNTIL).duties


def times(*events: str, head: str = "") -> list[str]:
    return [f"{duty.starts_at:%d.%m. %H:%M}-{duty.ends_at:%d.%m. %H:%M}" for duty in read(*events, head=head)]


def refusal(content: str | bytes) -> str:
    with pytest.raises(RosterError) as caught:
        duties(content if isinstance(content, bytes) else content.encode(), AMSTERDAM, SINCE, UNTIL)
    return str(caught.value)


class TestTimes:
    def test_weekly_shift_keeps_its_local_hour_over_the_change_to_summer_time(self) -> None:
        assert times(event("20260301T090000", "20260301T170000", "RRULE:FREQ=WEEKLY")) == [
            "22.03. 08:00-22.03. 16:00",
            "29.03. 07:00-29.03. 15:00",
            "05.04. 07:00-05.04. 15:00",
        ]

    def test_night_of_the_change_is_an_hour_shorter(self) -> None:
        (night,) = read(event("20260328T220000", "20260329T060000"))
        assert (night.ends_at - night.starts_at).total_seconds() == 7 * 3600

    def test_whole_days_are_the_desk_s_days(self) -> None:
        assert times("DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330") == ["27.03. 23:00-29.03. 22:00"]
        assert times("DTSTART;VALUE=DATE:20260401") == ["31.03. 22:00-01.04. 22:00"]

    def test_time_without_a_zone_is_the_desk_s_or_the_calendar_s(self) -> None:
        floating = "DTSTART:20260327T090000\nDURATION:PT8H"
        assert times(floating) == ["27.03. 08:00-27.03. 16:00"]
        assert times(floating, head="X-WR-TIMEZONE:America/New_York") == ["27.03. 13:00-27.03. 21:00"]

    def test_zone_that_the_calendar_brings_along_counts(self) -> None:
        own = "DTSTART;TZID=Our own:20260401T090000\nDURATION:PT1H"
        content = calendar(own).replace("BEGIN:VEVENT", f"{WINDOWS_ZONE}\r\nBEGIN:VEVENT", 1)
        (duty,) = duties(content.encode(), AMSTERDAM, SINCE, UNTIL).duties
        assert duty.starts_at == datetime(2026, 4, 1, 7, tzinfo=UTC)

    def test_excluded_moved_and_cancelled_occurrences_are_not_there(self) -> None:
        master = event("20260321T090000", "20260321T170000", "UID:a", "RRULE:FREQ=DAILY;COUNT=4")
        excluded = f"{master}\nEXDATE;TZID=Europe/Amsterdam:20260322T090000"
        moved = event(
            "20260323T120000", "20260323T130000", "UID:a", "RECURRENCE-ID;TZID=Europe/Amsterdam:20260323T090000"
        )
        gone = event(
            "20260324T090000", "20260324T170000", "UID:a", "RECURRENCE-ID;TZID=Europe/Amsterdam:20260324T090000"
        )
        assert times(excluded, moved, f"{gone}\nSTATUS:CANCELLED") == [
            "21.03. 08:00-21.03. 16:00",
            "23.03. 11:00-23.03. 12:00",
        ]

    def test_cancelled_and_empty_events_and_tasks_are_no_shifts(self) -> None:
        assert times(event("20260321T090000", "20260321T170000", "STATUS:CANCELLED")) == []
        assert times(event("20260321T090000", "20260321T090000")) == []

    def test_shift_that_began_long_before_is_there(self) -> None:
        assert times(event("20260201T090000", "20260501T090000")) == ["01.02. 08:00-01.05. 07:00"]


class TestPeople:
    def test_guests_who_come_are_named_and_rooms_are_not(self) -> None:
        (duty,) = read(
            event(
                "20260321T090000",
                "20260321T170000",
                "SUMMARY:Jour\\, sen",
                "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:Anna@Acme.example",
                "ATTENDEE;PARTSTAT=DECLINED:mailto:lars@acme.example",
                "ATTENDEE;CUTYPE=ROOM:mailto:room@acme.example",
                "ORGANIZER;CN=Joost:mailto:joost@acme.example",
            )
        )
        assert (duty.summary, duty.attendees, duty.organizer) == (
            "Jour, sen",
            ("anna@acme.example",),
            "joost@acme.example",
        )


class TestRefused:
    @pytest.mark.parametrize("frequency", ["SECONDLY", "MINUTELY", "HOURLY"])
    def test_rule_finer_than_daily(self, frequency: str) -> None:
        assert refusal(calendar(event("20260321T090000", "20260321T170000", f"RRULE:FREQ={frequency}"))) == (
            f"too_fine: {frequency}"
        )

    def test_fine_rule_that_hides(self) -> None:
        folded = "RRULE:INTERVAL=1;FR\n EQ=SECOND\n LY"
        assert refusal(calendar(event("20260321T090000", "20260321T170000", folded))) == "too_fine: SECONDLY"
        small = "rrule;x=1:freq=minutely"
        assert refusal(calendar(event("20260321T090000", "20260321T170000", small))) == "too_fine: MINUTELY"
        zone = WINDOWS_ZONE.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=SECONDLY")
        assert refusal(calendar("DTSTART:20260321").replace("BEGIN:VEVENT", f"{zone}\r\nBEGIN:VEVENT", 1)) == (
            "too_fine: SECONDLY"
        )

    def test_daily_rule_with_a_minute_for_each_minute(self) -> None:
        every = f"RRULE:FREQ=DAILY;BYHOUR=8,9;BYMINUTE={','.join(map(str, range(60)))}"
        assert refusal(calendar(event("20260321T090000", "20260321T170000", every))) == "too_fine: BYHOUR"

    def test_more_than_a_megabyte(self) -> None:
        assert refusal(b"x" * (MOST_BYTES + 1)) == "too_big"

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"<!doctype html><title>Sign in</title>",
            calendar(event("20260321T090000", "20260321T170000")).encode()[:-40],
            calendar("SUMMARY:no start").encode(),
            calendar("DTSTART:yesterday").encode(),
            calendar(event("20260321T090000", "20260321T170000", "RRULE:FREQ=WEEKLX")).encode(),
            b"\xff\xfe\x00\x01" * 50,
        ],
    )
    def test_what_is_no_whole_calendar(self, content: bytes) -> None:
        assert refusal(content).startswith("not_a_calendar")

    def test_calendar_with_a_mark_of_its_encoding_and_short_line_ends_is_read(self) -> None:
        content = "\ufeff" + calendar(event("20260321T090000", "20260321T170000")).replace("\r\n", "\n")
        assert len(duties(content.encode(), AMSTERDAM, SINCE, UNTIL).duties) == 1


class TestOddEvents:
    GOOD = event("20260321T090000", "20260321T170000", "SUMMARY:Anna")

    @pytest.mark.parametrize("odd", ["UID:x", "DTSTART:yesterday", "DTSTART:20260321T090000Z\nRRULE:COUNT=x"])
    def test_event_that_cannot_be_read_is_left_out_and_named(self, odd: str) -> None:
        content = calendar(f"{odd}\nSUMMARY:Lars", self.GOOD).encode()
        found = duties(content, AMSTERDAM, SINCE, UNTIL)
        assert ([duty.summary for duty in found.duties], found.unread) == (["Anna"], ["Lars"])

    @pytest.mark.parametrize(
        "endless",
        [
            "DTSTART:20260301T090000Z\nDTEND:99991231T235959Z",
            "DTSTART;TZID=Europe/Amsterdam:20260301T090000\nDTEND;TZID=Europe/Amsterdam:99991231T235959",
            "DTSTART;VALUE=DATE:20260301\nDTEND;VALUE=DATE:99991231",
            "DTSTART:20260301T090000Z\nDTEND:80000229T000000Z",
        ],
    )
    def test_event_that_never_ends_counts(self, endless: str) -> None:
        found = read(f"{endless}\nSUMMARY:Lars", self.GOOD)
        assert [duty.summary for duty in found] == ["Lars", "Anna"]

    def test_rule_until_the_last_year_counts(self) -> None:
        daily = event("20260301T090000", "20260301T170000", "RRULE:FREQ=WEEKLY;UNTIL=99991231T235959Z")
        assert len(read(daily)) == 3

    def test_every_calendar_of_a_file_is_read(self) -> None:
        both = calendar(self.GOOD) + calendar(event("20260322T090000", "20260322T170000", "SUMMARY:Lars"))
        assert [duty.summary for duty in duties(both.encode(), AMSTERDAM, SINCE, UNTIL).duties] == ["Anna", "Lars"]
