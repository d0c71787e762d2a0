from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.platform.clock import ShiftedClock, SystemClock, parse_clock

FRIDAY = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The machine's own time in seconds since the epoch, to be turned by hand."""
    now = [1_000.0]
    monkeypatch.setattr("bot.platform.clock.time.time", lambda: now[0])
    return now


def test_system_clock_tells_its_time_zone() -> None:
    before, said, after = datetime.now(UTC), SystemClock().now(), datetime.now(UTC)
    assert before <= said <= after
    assert said.tzinfo is UTC


@pytest.mark.parametrize("text", ["", "  "])
def test_unset_clock_is_the_machines(text: str) -> None:
    assert isinstance(parse_clock(text), SystemClock)


def test_set_clock_runs_from_its_start_at_its_speed(machine: list[float]) -> None:
    fast = parse_clock("2026-11-20T16:40:00+01:00@60")
    assert fast.now() == FRIDAY
    machine[0] += 2
    assert fast.now() == FRIDAY + timedelta(minutes=2)


def test_set_clock_without_a_speed_runs_as_usual(machine: list[float]) -> None:
    slow = parse_clock("2026-11-20T15:40:00Z")
    machine[0] += 2
    assert slow.now() == FRIDAY + timedelta(seconds=2)


def test_processes_with_one_anchor_agree(machine: list[float]) -> None:
    first = parse_clock("2026-11-20T15:40:00Z@60")
    machine[0] += 7
    second = parse_clock(str(first))
    assert second == first
    assert second.now() == first.now() == FRIDAY + timedelta(minutes=7)


@pytest.mark.parametrize(
    "text",
    [
        "friday",
        "2026-11-20T16:40:00",
        "2026-11-20@60",
        "2026-11-20T16:40:00+01:00@fast",
        "2026-11-20T16:40:00+01:00@0",
        "2026-11-20T16:40:00+01:00@-1",
        "2026-11-20T16:40:00+01:00@nan",
        "2026-11-20T16:40:00+01:00@1e9",
        "2026-11-20T16:40:00+01:00@60#x",
        "@60",
        "9999-12-31T23:59:00+01:00",
        "0001-01-01T00:00:00-05:00",
        "2200-01-01T00:00:00Z",
    ],
)
def test_invalid_clock_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="write a start instant with its UTC offset @ speed"):
        parse_clock(text)


def test_shifted_clock_says_how_it_is_written() -> None:
    assert str(ShiftedClock(FRIDAY, 60.0, 1_000.25)) == "2026-11-20T15:40:00+00:00@60#1000.250"


def test_real_wait_is_longer_on_a_fast_clock() -> None:
    assert SystemClock().real(10) == timedelta(seconds=10)
    assert ShiftedClock(FRIDAY, 60.0, 0.0).real(10) == timedelta(minutes=10)
