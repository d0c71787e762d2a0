"""The ladder of a wait: its moments, in order, and to whom they speak."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.clock.ladder import Step, moments, written

HOUR, NONE = timedelta(hours=1), timedelta(0)
BOTH = ("owner", "leads")


def ladder(*steps: Step, target: timedelta = HOUR) -> list[tuple[float, tuple[str, ...]]]:
    """Return the moments in hours."""
    return [(each.counted / HOUR, each.to) for each in moments(written(steps), 0.75, target)]


def test_default_warns_the_owner_and_tells_the_leads_from_the_deadline_on() -> None:
    assert ladder() == [(0.75, ("owner",)), *((at, BOTH) for at in (1, 1.5, 2, 2.5, 3, 3.5))]


def test_default_begins_at_the_desks_warning() -> None:
    assert moments("", 0.5, 2 * HOUR)[0].counted == HOUR


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([Step(0.5, NONE, 0, ("owner",))], [(0.5, ("owner",)), (1, ())]),
        (
            [Step(1, HOUR / 2, 0, ("C0X",)), Step(1, -HOUR / 4, 0, ("owner",))],
            [(0.75, ("owner",)), (1, ()), (1.5, ("C0X",))],
        ),
        ([Step(1, -3 * HOUR, 0, ("owner",))], [(0, ("owner",)), (1, ())]),
        ([Step(0, HOUR, 2, ("leads",))], [(1, ()), (2, ("leads",)), (3, ("leads",))]),
        ([Step(0.25, NONE, 2, BOTH)], [(1, ()), (1.25, BOTH), (1.5, BOTH)]),
        ([Step(1, NONE, 0, ("owner",)), Step(1, NONE, 0, BOTH)], [(1, BOTH)]),
        (
            [Step(1.5, NONE, 0, ("C0X",)), Step(0.5, NONE, 1, ("owner",)), Step(0.1, NONE, 0, ("oncall",))],
            [(0.1, ("oncall",)), (1, ()), (1.5, ("C0X", "owner"))],
        ),
    ],
    ids=["only before", "around it", "longer before", "every hour", "every quarter", "twice the same", "any order"],
)  # fmt: skip
def test_moments_are_in_order_and_the_deadline_is_one(
    steps: list[Step], found: list[tuple[float, tuple[str, ...]]]
) -> None:
    assert ladder(*steps) == found
