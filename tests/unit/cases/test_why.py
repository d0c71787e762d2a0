"""The modal that shows a thread's clock."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.clock.calendar import AROUND_THE_CLOCK, Calendar
from bot.domain.clock.resolution import Resolution
from bot.domain.clock.targets import ResponseKind
from bot.domain.clock.waits import Wait, WaitOutcome
from bot.domain.clock.why import explain
from bot.platform.i18n import translator
from bot.views.cases.models import Why
from bot.views.cases.why import MAX_PARTS, MAX_SPANS, message, modal
from bot.views.common.budget import BUDGET, size
from tests.support.samples import card, fine, thread

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = Calendar("Mo-Fr 09:00-17:00", "UTC")


def answered(start: datetime, length: timedelta, calendar: Calendar = AROUND_THE_CLOCK) -> Wait:
    end = start + length
    return Wait(ResponseKind.FIRST, start, start + HOUR, end, WaitOutcome.ANSWERED, "U0ANNA", HOUR, calendar)


def shown(*waits: Wait, until: datetime, language: str = "en") -> str:
    return fine(modal(Why(card(), explain(waits, until)), translator(language)))


def test_each_span_says_whether_it_counted_and_why() -> None:
    text = shown(answered(MONDAY, 25 * HOUR, OFFICE), until=MONDAY + 26 * HOUR)
    for words in (
        "*First answer* within 1 hr",
        "answered by <@U0ANNA>",
        "🟢 8 hr counted",
        "💤 16 hr not counted: outside opening hours",
        "⏸ 1 hr not counted: we had the last word",
        "*In all* 1 day 2 hr: 9 hr counted and 17 hr not",
        "Opening hours (UTC): `Mo-Fr 09:00-17:00`",
    ):
        assert words in text


def test_wait_that_was_late_before_its_snooze_is_shown_as_late() -> None:
    moved = answered(MONDAY, 2 * HOUR)
    snoozed = replace(moved, due_at=MONDAY + 3 * HOUR, paused=2 * HOUR, missed_at=MONDAY + HOUR)
    assert "🔴" in shown(snoozed, until=MONDAY + 3 * HOUR)
    assert "🔴" not in shown(replace(snoozed, missed_at=None), until=MONDAY + 3 * HOUR)


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_long_life_folds_and_keeps_its_sum(language: str) -> None:
    many = [answered(MONDAY + 10 * day * HOUR, HOUR) for day in range(MAX_PARTS * 5)]
    text = shown(*many, until=MONDAY + 1000 * HOUR, language=language)
    assert "180" in text  # spans of the ones that are folded: each wait, and the rest after it


def test_long_wait_folds_its_nights() -> None:
    text = shown(answered(MONDAY, 24 * 28 * HOUR, OFFICE), until=MONDAY + 24 * 28 * HOUR)
    assert text.count("outside opening hours") <= MAX_SPANS
    assert "spans up to" in text
    assert "6 days 16 hr counted" in text


def test_days_that_are_written_out_are_named_where_they_matter() -> None:
    calendar = Calendar('Mo-Fr 09:00-17:00; 2026 Dec 25 off "Christmas"; 2027 Jan 01 off "New Year"', "UTC")
    text = shown(answered(MONDAY, 24 * 26 * HOUR, calendar), until=MONDAY + 24 * 27 * HOUR)
    assert "Christmas" in text
    assert "New Year" not in text


@pytest.mark.parametrize(
    ("dated", "start", "hours", "named"),
    [
        ('2026 Dec 25 off "Christmas Day"', datetime(2026, 12, 24, 16, tzinfo=UTC), 90, "Christmas Day"),
        ('2026 Dec 01 off "King\'s Day"', MONDAY, 49, "King's Day"),
        ("2026 Dec 01 off", MONDAY, 49, "Tue 1 Dec"),
        ('2026 Dec 01 off "A"; 2026 Dec 02 off "<!channel>"', MONDAY, 73, "A, &lt;!channel&gt;"),
        ('2026 Dec 05 off "On a Saturday"', datetime(2026, 12, 4, 16, tzinfo=UTC), 66, None),
        ('2026 Dec 01 off "Worked"; 2026 Dec 01 18:00-19:00', MONDAY, 25, None),
        ('2026 Dec 03 off "Later"', MONDAY, 25, None),
    ],
)
def test_day_that_is_closed_by_its_date_is_named(dated: str, start: datetime, hours: int, named: str | None) -> None:
    calendar = Calendar(f"Mo-Fr 09:00-17:00; {dated}", "UTC")
    text = shown(answered(start, hours * HOUR, calendar), until=start + hours * HOUR)
    assert re.findall(r"outside opening hours; closed: (.*?)(?=\\n|\")", text) == ([named] if named else [])


def test_target_of_days_says_what_it_comes_to_in_the_desk_s_hours() -> None:
    wait = replace(answered(MONDAY, HOUR, OFFICE), target=48 * HOUR, due_at=MONDAY + 24 * 7 * HOUR)
    case = Resolution(MONDAY, 24 * HOUR, HOUR, MONDAY + 24 * 2 * HOUR, None, None)
    one = card(thread=thread(calendar=OFFICE), resolution=case)
    text = fine(modal(Why(one, explain([wait], MONDAY + HOUR)), translator("en")))
    assert "*First answer* within 2 days (48 opening hours: about 6 working days), by" in text
    assert "1 day (24 opening hours: about 3 working days) in all" in text


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_message_of_a_long_life_has_room(language: str) -> None:
    many = [answered(MONDAY + 100 * day * HOUR, 90 * HOUR, OFFICE) for day in range(30)]
    answer = message(Why(card(), explain(many, MONDAY + 3000 * HOUR)), translator(language))
    text = fine(answer)
    assert size(answer.blocks) < BUDGET
    assert "…" in text


def test_hostile_calendar_has_no_effect() -> None:
    calendar = Calendar('Mo-Fr 09:00-17:00; 2026 Dec 25 off "<!channel> `*x*`"' + "; 2026 Dec 26 off" * 200, "UTC")
    assert "<!channel>" not in shown(answered(MONDAY, HOUR, calendar), until=MONDAY + HOUR)
