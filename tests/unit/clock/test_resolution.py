"""How long a case takes: what counts, when it is due, and when another one begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clock.calendar import AROUND_THE_CLOCK, Calendar
from bot.domain.clock.resolution import Resolution, resolve
from bot.domain.clock.targets import NagLevel, ResponseKind
from bot.domain.clock.waits import Wait, WaitOutcome

OFFICE = Calendar("Mo-Fr 09:00-17:00", "UTC")
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TARGET = 16 * HOUR  # two office days


def wait(start: datetime, length: timedelta | None, calendar: Calendar = OFFICE) -> Wait:
    end = None if length is None else start + length
    outcome = None if end is None else WaitOutcome.ANSWERED
    return Wait(ResponseKind.FIRST, start, start + HOUR, end, outcome, None, HOUR, calendar)


def case(*waits: Wait, at: datetime, known: Resolution | None = None) -> Resolution:
    found = resolve(waits, TARGET, 0.75, at, known)
    assert found is not None
    return found


def test_case_is_due_when_its_open_hours_are_over() -> None:
    now = case(wait(MONDAY, None), at=MONDAY)
    assert (now.due_at, now.next_nag_at) == (MONDAY + 32 * HOUR, MONDAY + 28 * HOUR)  # Tuesday 17:00 and 13:00


def test_time_in_which_we_had_the_last_word_is_given_back() -> None:
    first, second = wait(MONDAY, 4 * HOUR), wait(MONDAY + 7 * HOUR, None)
    rested = case(first, at=MONDAY + 6 * HOUR)
    assert (rested.spent, rested.due_at, rested.next_nag_at) == (4 * HOUR, None, None)
    now = case(first, second, at=MONDAY + 7 * HOUR, known=rested)
    assert now.due_at == MONDAY + timedelta(days=2, hours=3)  # 1 of 12 hours on Monday, 8 on Tuesday, 3 on Wednesday


def test_who_writes_again_after_a_long_rest_begins_another_case() -> None:
    first = wait(MONDAY, 15 * HOUR)
    later = MONDAY + timedelta(days=7)
    before = case(first, at=MONDAY + timedelta(days=1))
    now = case(first, wait(later, None), at=later, known=replace(before, nag_level=NagLevel.BREACH))
    assert (now.started_at, now.spent, now.nag_level) == (later, timedelta(0), NagLevel.NOT_YET)
    assert now.due_at == later + 32 * HOUR


def test_case_that_was_late_goes_on_being_late_and_reminds_no_more() -> None:
    first = wait(MONDAY, timedelta(days=2, hours=1))
    again = MONDAY + timedelta(days=2, hours=3)
    known = replace(case(wait(MONDAY, None), at=MONDAY), nag_level=NagLevel.BREACH)
    now = case(first, wait(again, None), at=again, known=known)
    assert (now.due_at, now.next_nag_at, now.met) == (MONDAY + 32 * HOUR, None, False)


def test_reminder_that_was_given_is_not_given_again() -> None:
    known = replace(case(wait(MONDAY, None), at=MONDAY), nag_level=NagLevel.WARNING)
    now = case(wait(MONDAY, None), at=MONDAY + 29 * HOUR, known=known)
    assert now.next_nag_at == now.due_at == MONDAY + 32 * HOUR


def test_target_of_a_case_is_the_one_that_held_when_it_began() -> None:
    known = resolve([wait(MONDAY, None)], 8 * HOUR, 0.75, MONDAY)
    assert case(wait(MONDAY, None), at=MONDAY + HOUR, known=known).due_at == MONDAY + 8 * HOUR


def test_two_waits_at_once_count_once() -> None:
    both = wait(MONDAY, 4 * HOUR), wait(MONDAY + HOUR, 2 * HOUR)
    assert case(*both, at=MONDAY + 6 * HOUR).spent == 4 * HOUR


def test_thread_in_which_nobody_waited_has_no_case() -> None:
    assert resolve([], TARGET, 0.75, MONDAY) is None


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 300)), min_size=1, max_size=8), st.integers(0, 600))
def test_what_was_spent_is_what_the_waits_of_the_case_counted(lengths: list[tuple[int, int]], rest: int) -> None:
    at, waits = MONDAY, []
    for waited, rested in lengths:
        waits.append(wait(at, timedelta(minutes=waited), AROUND_THE_CLOCK))
        at += timedelta(minutes=waited + rested)
    now = case(*waits, at=at + timedelta(minutes=rest))
    assert now.spent == timedelta(minutes=sum(waited for waited, _ in lengths))
    going_on = [*waits, wait(at, None, AROUND_THE_CLOCK)]
    assert case(*going_on, at=at).due_at == (at + TARGET - now.spent if now.spent < TARGET else at)
