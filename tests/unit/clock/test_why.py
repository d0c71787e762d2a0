"""Why a thread is due when it is: every span has its rule, and together they are all the time that passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clock.calendar import AROUND_THE_CLOCK, Calendar
from bot.domain.clock.targets import ResponseKind
from bot.domain.clock.waits import Wait, WaitOutcome
from bot.domain.clock.why import Rule, explain

OFFICE = Calendar("Mo-Fr 09:00-17:00", "UTC")
FRIDAY = datetime(2026, 11, 27, 16, 45, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def wait(
    start: datetime,
    end: datetime | None,
    outcome: WaitOutcome = WaitOutcome.ANSWERED,
    calendar: Calendar = OFFICE,
    due: datetime | None = None,
) -> Wait:
    due_at = due or start + 30 * MINUTE
    if end is None:
        return Wait(ResponseKind.FIRST, start, due_at, None, None, None, 30 * MINUTE, calendar)
    return Wait(ResponseKind.FIRST, start, due_at, end, outcome, "U0ANNA", 30 * MINUTE, calendar)


def test_weekend_is_one_span_that_does_not_count() -> None:
    (part,) = explain([wait(FRIDAY, None)], MONDAY + 10 * MINUTE)
    assert [(span.start, span.end, span.rule) for span in part.spans] == [
        (FRIDAY, FRIDAY + 15 * MINUTE, Rule.OPEN),
        (FRIDAY + 15 * MINUTE, MONDAY, Rule.CLOSED),
        (MONDAY, MONDAY + 10 * MINUTE, Rule.OPEN),
    ]
    assert (part.counted, part.not_counted) == (25 * MINUTE, timedelta(hours=64))


def test_between_two_waits_nothing_counts_and_the_reason_is_how_the_first_one_ended() -> None:
    for outcome, rule in (
        (WaitOutcome.ANSWERED, Rule.LAST_WORD),
        (WaitOutcome.CLOSED, Rule.NOT_ANSWERED),
        (WaitOutcome.WITHDRAWN, Rule.WITHDRAWN),
    ):
        first = wait(MONDAY, MONDAY + 5 * MINUTE, outcome)
        parts = explain([first, wait(MONDAY + 60 * MINUTE, None)], MONDAY + 70 * MINUTE)
        assert [part.spans[0].rule for part in parts] == [Rule.OPEN, rule, Rule.OPEN]
        assert [part.counted for part in parts] == [5 * MINUTE, timedelta(0), 10 * MINUTE]


def test_answered_thread_rests_until_now() -> None:
    parts = explain([wait(MONDAY, MONDAY + 5 * MINUTE)], MONDAY + 10 * MINUTE)
    assert [(part.wait is None, part.end) for part in parts] == [
        (False, MONDAY + 5 * MINUTE),
        (True, MONDAY + 10 * MINUTE),
    ]


def test_of_two_merged_waits_the_one_that_is_due_first_is_the_clocks() -> None:
    slow = wait(MONDAY, None, due=MONDAY + 120 * MINUTE)
    quick = wait(MONDAY + 10 * MINUTE, MONDAY + 20 * MINUTE, due=MONDAY + 30 * MINUTE)
    parts = explain([slow, quick], MONDAY + 30 * MINUTE)
    assert [part.wait for part in parts] == [slow, quick, slow]
    assert sum((part.counted for part in parts), timedelta(0)) == 30 * MINUTE


def test_wait_that_began_this_instant_has_no_spans_yet() -> None:
    assert explain([wait(MONDAY, None)], MONDAY) == ()
    assert explain([], MONDAY) == ()


INSTANTS = st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - as above
CALENDARS = st.sampled_from([OFFICE, AROUND_THE_CLOCK, Calendar("Sa 22:00-04:00", "Europe/Amsterdam")])
PAIRS = st.tuples(INSTANTS, INSTANTS).map(sorted).filter(lambda pair: pair[0] < pair[1])


@given(
    st.lists(
        st.builds(lambda pair, how, by: wait(pair[0], pair[1], how, by), PAIRS, st.sampled_from(WaitOutcome), CALENDARS)
    )
)
def test_counted_and_not_counted_are_all_the_time_that_passed(known: list[Wait]) -> None:
    until = datetime(2027, 1, 1, tzinfo=UTC)
    parts = explain(known, until)
    if known:
        began = min(each.started_at for each in known)
        assert sum((part.counted + part.not_counted for part in parts), timedelta(0)) == until - began
        spans = [span for part in parts for span in part.spans]
        assert all(one.end == other.start for one, other in pairwise(spans))
        assert (spans[0].start, spans[-1].end) == (began, until)


@given(PAIRS, CALENDARS)
def test_explanation_of_one_wait_says_what_the_figures_count(pair: list[datetime], calendar: Calendar) -> None:
    one = wait(pair[0], pair[1], calendar=calendar)
    first, *_ = explain([one], pair[1] + MINUTE)
    assert first.counted == one.counted
