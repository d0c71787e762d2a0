"""What the networks bill, and what a month comes to. Amounts are thousandths of a dollar, days and months are UTC's."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MEASURED = timedelta(days=7)  # a week, because weekends are quieter


@dataclass(frozen=True, slots=True)
class Billed:
    """One thing that a network bills. The same `what` with the same `id` is billed once a day."""

    what: str  # "post_read", "user_read" ...
    id: str
    day: date
    thousandths: int


@dataclass(frozen=True, slots=True)
class Month:
    """What the present month has cost so far, and what it will come to."""

    so_far: int
    comes_to: int


NEAR = 0.8  # of a budget
SLOWLY = timedelta(minutes=15)
"""How often a network that bills is read once the budget is spent."""


class Standing(StrEnum):
    """How much of a month's budget is spent. The values are stored."""

    WITHIN = "within"
    NEAR = "near"
    SPENT = "spent"


@dataclass(frozen=True, slots=True)
class Budgeted:
    """What this month has cost, and what it is meant to."""

    so_far: int
    budget: int
    standing: Standing


def budgeted(so_far: int, budget: int) -> Budgeted:
    """Judge a month's cost."""
    if so_far >= budget:
        return Budgeted(so_far, budget, Standing.SPENT)
    return Budgeted(so_far, budget, Standing.NEAR if so_far >= NEAR * budget else Standing.WITHIN)


def month(by_day: Mapping[date, int], today: date) -> Month:
    """Work out the month of `today` from what each day has cost.

    The days to come cost what a day has cost on average in the week before today. The first day that was counted does
    not count there, because it begins with what was read back; it stands in while there is no other.
    """
    so_far = sum(cost for day, cost in by_day.items() if (day.year, day.month) == (today.year, today.month))
    first = max(min(by_day, default=today), today - MEASURED - timedelta(days=1))
    whole = [first + timedelta(days=n) for n in range(1, (today - first).days)]
    spent_today = by_day.get(today, 0)
    a_day = sum(by_day.get(day, 0) for day in whole) / len(whole) if whole else max(by_day.get(first, 0), spent_today)
    days_left = calendar.monthrange(today.year, today.month)[1] - today.day
    return Month(so_far, round(so_far + max(a_day - spent_today, 0) + a_day * days_left))
