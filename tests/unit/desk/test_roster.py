"""Who is on call, until when and who is next, with overlaps, gaps and open ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.desk.roster import OnCall, Shift, is_off, on_call

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)


def at(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


def shift(agent: str, start: float, end: float | None) -> Shift:
    return Shift(agent, at(start), None if end is None else at(end))


class TestOnCall:
    def test_shifts_that_touch_follow_each_other_without_a_gap(self) -> None:
        shifts = [shift("A", 0, 8), shift("B", 8, 16)]
        assert on_call(shifts, at(0)) == OnCall(("A",), at(0), at(8), ("B",), at(8))
        assert on_call(shifts, at(8)) == OnCall(("B",), at(8), at(16))

    def test_overlap_is_several_on_call_and_a_change_at_each_end(self) -> None:
        shifts = [shift("A", 0, 8), shift("B", 6, 14)]
        assert on_call(shifts, at(1)) == OnCall(("A",), at(0), at(6), ("A", "B"), at(6))
        assert on_call(shifts, at(7)) == OnCall(("A", "B"), at(6), at(8), ("B",), at(8))

    def test_gap_has_nobody_and_says_who_comes(self) -> None:
        shifts = [shift("A", 0, 8), shift("B", 24, 32)]
        assert on_call(shifts, at(1)) == OnCall(("A",), at(0), at(8), ("B",), at(24))
        assert on_call(shifts, at(10)) == OnCall((), at(8), at(24), ("B",), at(24))

    def test_same_agent_in_two_events_stays_on(self) -> None:
        shifts = [shift("A", 0, 8), shift("A", 8, 16), shift("A", 4, 12), shift("B", 16, 20)]
        assert on_call(shifts, at(9)) == OnCall(("A",), at(0), at(16), ("B",), at(16))

    def test_shift_without_an_end_goes_on(self) -> None:
        shifts = [shift("A", 0, None), shift("B", -8, 2)]
        assert on_call(shifts, at(1)).until == at(2)
        assert on_call(shifts, at(3)) == OnCall(("A",), at(2), None)

    def test_before_the_first_and_after_the_last_nobody_is(self) -> None:
        shifts = [shift("A", 0, 8)]
        assert on_call(shifts, at(-1)) == OnCall((), None, at(0), ("A",), at(0))
        assert on_call(shifts, at(9)) == OnCall((), at(8), None)
        assert on_call([], at(0)) == OnCall()

    @given(
        st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 40), st.integers(1, 20)), max_size=8),
        st.integers(-2, 70),
    )
    def test_a_walk_hour_by_hour_says_the_same(self, several: list[tuple[str, int, int]], now: int) -> None:
        shifts = [shift(agent, start, start + length) for agent, start, length in several]

        def there(hour: int) -> tuple[str, ...]:
            return tuple(sorted({agent for agent, start, length in several if start <= hour < start + length}))

        later = range(now + 1, 80)
        ends = next((hour for hour in later if there(hour) != there(now)), None)
        comes = next((hour for hour in later if ends is not None and hour >= ends and there(hour)), None)
        found = on_call(shifts, at(now))
        assert found.agents == there(now)
        assert found.until == (None if ends is None else at(ends))
        assert found.next_from == (None if comes is None else at(comes))
        assert found.next_agents == (() if comes is None else there(comes))


def test_long_roster_is_looked_at_once() -> None:
    """The agents of each moment used to be sought among all shifts; each is compared a few dozen times at most now."""
    compared = 0

    class Counted(datetime):
        def __lt__(self, other: Any) -> bool:
            nonlocal compared
            compared += 1
            return super().__lt__(other)

        def __le__(self, other: Any) -> bool:
            nonlocal compared
            compared += 1
            return super().__le__(other)

    def moment(minutes: int) -> datetime:
        then = at(minutes / 60)
        return Counted(then.year, then.month, then.day, then.hour, then.minute, tzinfo=UTC)

    shifts = [Shift(f"U{number % 40}", moment(number - 400), moment(number - 340)) for number in range(800)]
    assert len(on_call(shifts, at(0)).agents) == 40
    assert compared < 100 * len(shifts)


def test_roster_says_nothing_of_whom_it_does_not_know() -> None:
    shifts = [shift("A", 0, 8), shift("B", 8, 16)]
    assert [is_off(shifts, agent, at(9)) for agent in "ABC"] == [True, False, False]
