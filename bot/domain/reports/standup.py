"""The daily figures, each with a definition that fits in one sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.clock.calendar import Calendar, spans
from bot.domain.clock.targets import ResponseKind
from bot.domain.clock.waits import Wait


@dataclass(frozen=True, slots=True)
class Durations:
    """A sample of response times. Median and p90 interpolate between neighbours, like SQL's percentile_cont.

    `median` and `p90` count the desk's hours, as the targets do; `felt` is the median of what the customers waited.
    """

    n: int
    median: timedelta | None
    p90: timedelta | None
    felt: timedelta | None


@dataclass(frozen=True, slots=True)
class AgentFigures:
    agent: str
    answered: int
    response: Durations


@dataclass(frozen=True, slots=True)
class Now:
    """The state of the desk at the moment of asking. What is snoozed is open, and late if it was before the snooze."""

    open: int
    unowned: int
    late: int
    oldest_waiting: int | None  # the thread's number
    oldest_since: datetime | None
    snoozed: int = 0
    promised_before: tuple[int, ...] = ()  # the threads whose promise is broken and still open, oldest first
    promised_today: tuple[int, ...] = ()  # the threads whose promise is due by the end of today, nearest first
    promised: int = 0  # open promises
    awaiting: int = 0  # replies that await approval


@dataclass(frozen=True, slots=True)
class Figures:
    """One desk's day, or all days from `first_day` to `day`.

    `received` counts the customers' posts of that day, but for the `muted` ones, which made no card. `answered` counts
    the waits that a reply ended that day. Every wait is judged once, on the day that decides it: `met` if a reply came
    before its deadline, `breached` if the deadline passed without one, even if an answer came later.
    """

    day: date
    received: int
    answered: int
    met: int
    breached: int
    first_response: Durations
    agents: tuple[AgentFigures, ...]
    now: Now
    kept: int = 0  # promises
    broken: int = 0
    muted: int = 0
    moved_here: int = 0  # threads, by agents
    moved_on: int = 0
    hidden: int = 0  # posts, by agents
    taken_back: int = 0  # answers, by agents
    came_back: int = 0  # answers
    found: int = 0  # posts by rules of listening ...
    found_cards: int = 0  # ... and those of them that became cards
    first_day: date | None = None

    @property
    def within_target(self) -> float | None:
        """Share from 0 to 1; None if no wait was decided that day."""
        decided = self.met + self.breached
        return self.met / decided if decided else None


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants at which a local day begins and ends; 23 or 25 hours apart when the clocks change."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def due_standup(at: datetime, zone: ZoneInfo, standup: time) -> date | None:
    """Return the local day whose standup is due at `at`, or was due earlier that day; None before its time.

    A local time that the spring change skips counts as passed once the clocks are beyond it. One that the autumn change
    repeats is due the first time.
    """
    local = at.astimezone(zone)
    today = local.date()
    passed = local.time() >= standup or at >= datetime.combine(today, standup, zone)
    return today if passed else None


def is_working_day(calendar: Calendar, day: date, zone: ZoneInfo) -> bool:
    """Tell whether the desk opens at all on that local day."""
    return next(spans(calendar, *day_bounds(day, zone)), None) is not None


REMEMBERED = timedelta(days=14)
"""For so long a standup is looked for that the next one goes on from."""


def first_told(calendar: Calendar, today: date, zone: ZoneInfo, last: date | None = None) -> date:
    """Return the first of the local days that the standup of `today` tells; the last one is yesterday.

    The standup of the day `last` told up to the day before it, so this one goes on from there, whatever calendar held
    then. Without one, it tells the closed days before today, which have no standup, and the working day before them.
    Looks back a year at most.
    """
    if last is not None:
        return last
    days = (today - timedelta(days=back) for back in range(1, 367))
    return next((day for day in days if is_working_day(calendar, day, zone)), today - timedelta(days=1))


def figures(
    day: date, start: datetime, end: datetime, *, received: int, waits: Iterable[Wait], now: Now, muted: int = 0
) -> Figures:
    """Count the waits that ended or fell due in the half-open interval from `start` to `end`."""
    rows = list(waits)
    answered = [row for row in rows if row.answered and _within(row.ended_at, start, end)]
    breached = [row for row in rows if not row.met and _within(row.judged_at, start, end) and _overdue(row)]
    first = [row for row in answered if row.response_kind is ResponseKind.FIRST]
    agents = sorted({row.ended_by for row in answered if row.ended_by})
    return Figures(
        day=day,
        received=received,
        muted=muted,
        answered=len(answered),
        met=sum(row.met for row in answered),
        breached=len(breached),
        first_response=durations(first),
        agents=tuple(
            AgentFigures(agent, len(own), durations(own))
            for agent in agents
            if (own := [row for row in answered if row.ended_by == agent])
        ),
        now=now,
    )


def durations(rows: Sequence[Wait]) -> Durations:
    lengths = sorted(row.counted for row in rows if row.counted is not None)
    if not lengths:
        return Durations(0, None, None, None)
    felt = sorted(row.ended_at - row.started_at for row in rows if row.ended_at is not None)
    return Durations(len(lengths), percentile(lengths, 0.5), percentile(lengths, 0.9), percentile(felt, 0.5))


def percentile(lengths: Sequence[timedelta], share: float) -> timedelta:
    """Return the value below which `share` of a sorted, non-empty sample lies, interpolated between neighbours."""
    place = (len(lengths) - 1) * share
    low, high = math.floor(place), math.ceil(place)
    return lengths[low] + (lengths[high] - lengths[low]) * (place - low)


def _within(at: datetime | None, start: datetime, end: datetime) -> bool:
    return at is not None and start <= at < end


def _overdue(row: Wait) -> bool:
    return row.ended_at is None or row.ended_at >= row.judged_at
