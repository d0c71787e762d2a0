"""What a deadline costs under opening hours with holidays, beside one around the clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.domain.clock.calendar import AROUND_THE_CLOCK, Calendar, after
from bot.domain.clock.hours import OpeningTimes
from tests.benchmarks.bench import Bench, ratio
from tests.benchmarks.report import Figure

NUMBER = 100_000
HELD_TO = 2.0  # seconds
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TIMES = OpeningTimes("Mo-Fr 09:00-17:30; Sa 10:00-14:00", ("NL", "SE"), (), (), "Europe/Amsterdam", "nl")


def measure(_bench: Bench) -> Iterator[Figure]:
    floor = _seconds(AROUND_THE_CLOCK)
    hours = _seconds(TIMES.calendar(BEGIN))
    value = f"{hours:.2f} s, {ratio(hours, floor)}"
    yield Figure(f"{NUMBER:,} deadlines around the clock", "", f"{floor:.2f} s")
    yield Figure(
        f"{NUMBER:,} deadlines, hours and two countries' holidays", "", value, f"{HELD_TO:g} s", hours <= HELD_TO
    )


def _seconds(calendar: Calendar) -> float:
    start = time.perf_counter()
    for number in range(NUMBER):
        after(calendar, BEGIN + timedelta(minutes=5 * number), timedelta(minutes=30))
    return time.perf_counter() - start
