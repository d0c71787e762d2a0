"""The daily figures, against numbers worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.clock.calendar import AROUND_THE_CLOCK, Calendar
from bot.domain.clock.targets import ResponseKind
from bot.domain.clock.waits import Wait, WaitOutcome
from bot.domain.reports.standup import (
    Durations,
    Figures,
    Now,
    day_bounds,
    due_standup,
    durations,
    figures,
    percentile,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FRIDAY = date(2026, 11, 20)
START, END = datetime(2026, 11, 19, 23, tzinfo=UTC), datetime(2026, 11, 20, 23, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NINE = datetime(2026, 11, 20, 8, tzinfo=UTC)
NOTHING = Now(0, 0, 0, None, None)


def wait(
    minutes: float | None,
    *,
    since: datetime = NINE,
    target: ResponseKind = ResponseKind.FIRST,
    outcome: WaitOutcome = WaitOutcome.ANSWERED,
    by: str = "U0ANNA",
    due: float = 60,
    calendar: Calendar = AROUND_THE_CLOCK,
) -> Wait:
    """One wait that took so many minutes; None goes on."""
    ended = None if minutes is None else since + minutes * MINUTE
    over = (ended, outcome if ended else None, by if ended else None)
    return Wait(target, since, since + due * MINUTE, *over, due * MINUTE, calendar)


def day(*waits: Wait) -> Figures:
    return figures(FRIDAY, START, END, received=0, waits=waits, now=NOTHING)


def test_figures_match_a_day_counted_by_hand() -> None:
    of_friday = figures(
        FRIDAY,
        START,
        END,
        received=7,
        waits=[
            wait(10),
            wait(20),
            wait(40, by="U0LARS"),
            wait(90),  # answered, but late
            wait(30, target=ResponseKind.NEXT, due=120, by="U0LARS"),
            wait(None),  # still waits, and is late
            wait(5, outcome=WaitOutcome.CLOSED),
        ],
        now=NOTHING,
    )
    assert (of_friday.received, of_friday.answered, of_friday.met, of_friday.breached) == (7, 5, 4, 2)
    assert of_friday.within_target == pytest.approx(4 / 6)
    # 10, 20, 40, 90: the median lies half-way 20 and 40; p90 lies 0.7 of the way from 40 to 90.
    assert of_friday.first_response == Durations(4, 30 * MINUTE, 75 * MINUTE, 30 * MINUTE)
    anna, lars = of_friday.agents
    assert (anna.agent, anna.answered, anna.response.median) == ("U0ANNA", 3, 20 * MINUTE)
    assert (lars.agent, lars.answered, lars.response.median) == ("U0LARS", 2, 35 * MINUTE)


def test_day_without_decisions_has_no_share() -> None:
    empty = day()
    assert (empty.within_target, empty.first_response) == (None, Durations(0, None, None, None))


@pytest.mark.parametrize(("minutes", "met"), [(60 - 1e-3, True), (60, False)])
def test_answer_exactly_on_the_deadline_is_late(minutes: float, met: bool) -> None:
    one = day(wait(minutes))
    assert (one.met, one.breached) == (int(met), int(not met))


@pytest.mark.parametrize("outcome", [WaitOutcome.CLOSED, WaitOutcome.WITHDRAWN])
def test_unanswered_wait_breaches_past_its_deadline(outcome: WaitOutcome) -> None:
    assert day(wait(59, outcome=outcome)).breached == 0
    assert day(wait(61, outcome=outcome)).breached == 1


def test_each_wait_is_judged_on_one_day_alone() -> None:
    late_evening = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)  # due at 00:30 in Amsterdam
    met_after_midnight = wait(45, since=late_evening)
    breached_on_friday = wait(24 * 60)
    saturday = (END, END + timedelta(days=1))
    waits = [met_after_midnight, breached_on_friday]
    of_friday = figures(FRIDAY, START, END, received=0, waits=waits, now=NOTHING)
    of_saturday = figures(FRIDAY + timedelta(days=1), *saturday, received=0, waits=waits, now=NOTHING)
    assert (of_friday.met, of_friday.breached, of_friday.answered) == (0, 1, 0)
    assert (of_saturday.met, of_saturday.breached, of_saturday.answered) == (1, 0, 2)


def test_day_includes_its_first_instant_not_the_next_days() -> None:
    assert day(wait(0, since=START)).answered == 1
    assert day(wait(0, since=END)).answered == 0


@pytest.mark.parametrize(("share", "minutes"), [(0.0, 1), (0.25, 1.75), (0.5, 2.5), (0.9, 3.7), (1.0, 4)], ids=str)
def test_percentiles_match_percentile_cont(share: float, minutes: float) -> None:
    lengths = [each * MINUTE for each in (1, 2, 3, 4)]
    assert percentile(lengths, share) / MINUTE == pytest.approx(minutes)


def test_one_answer_is_its_own_median_and_p90() -> None:
    assert durations([wait(12), wait(None)]) == Durations(1, 12 * MINUTE, 12 * MINUTE, 12 * MINUTE)


@pytest.mark.parametrize(
    ("day", "start", "hours"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
        (FRIDAY, START, 24),
    ],
    ids=["spring", "autumn", "plain"],
)
def test_day_is_as_long_as_its_clocks_say(day: date, start: datetime, hours: int) -> None:
    begins, ends = (instant.astimezone(UTC) for instant in day_bounds(day, AMSTERDAM))
    assert (begins, ends - begins) == (start, timedelta(hours=hours))


@pytest.mark.parametrize(
    ("at", "standup", "due"),
    [
        (datetime(2026, 11, 20, 7, 59, 59, tzinfo=UTC), time(9), False),
        (datetime(2026, 11, 20, 8, tzinfo=UTC), time(9), True),
        (datetime(2026, 11, 20, 22, 59, tzinfo=UTC), time(9), True),
        # 02:30 does not exist on 29 March 2026: 02:00 became 03:00 at 01:00 UTC.
        (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), time(2, 30), False),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), time(2, 30), True),
        # 02:30 came at 00:30 UTC and again at 01:30 UTC on 25 October 2026.
        (datetime(2026, 10, 25, 0, 29, 59, tzinfo=UTC), time(2, 30), False),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), time(2, 30), True),
        (datetime(2026, 10, 25, 1, 10, tzinfo=UTC), time(2, 30), True),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), time(2, 30), True),
        (datetime(2026, 10, 25, 1, 10, tzinfo=UTC), time(3, 30), False),
    ],
)
def test_standup_is_due_at_local_time_over_clock_changes(at: datetime, standup: time, due: bool) -> None:
    assert due_standup(at, AMSTERDAM, standup) == (at.astimezone(AMSTERDAM).date() if due else None)


def test_counted_time_and_what_customers_felt_are_told_apart() -> None:
    office = Calendar("Mo-Fr 09:00-17:00", "UTC")
    over_the_weekend = wait(64 * 60 + 30, since=datetime(2026, 11, 27, 16, 45, tzinfo=UTC), calendar=office)
    found = durations([over_the_weekend])
    assert (found.median, found.p90, found.felt) == (30 * MINUTE, 30 * MINUTE, (64 * 60 + 30) * MINUTE)
