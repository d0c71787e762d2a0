"""Deadlines and reminders, to the instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.clock.calendar import AROUND_THE_CLOCK
from bot.domain.clock.targets import NagLevel, ResponseKind, ResponseTargets, deadline

START = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
TARGETS = ResponseTargets(timedelta(minutes=60), timedelta(hours=2), 0.75, AROUND_THE_CLOCK)
TICK = timedelta(microseconds=1)


def test_first_and_next_response_have_their_own_target() -> None:
    first = deadline(TARGETS, waiting_since=START, answered_before=False)
    following = deadline(TARGETS, waiting_since=START, answered_before=True)
    assert (first.target, first.warn_at, first.due_at) == (
        ResponseKind.FIRST, START + timedelta(minutes=45), START + timedelta(minutes=60),
    )  # fmt: skip
    assert (following.target, following.warn_at, following.due_at) == (
        ResponseKind.NEXT, START + timedelta(minutes=90), START + timedelta(minutes=120),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("after", "level"),
    [
        (timedelta(), NagLevel.NOT_YET),
        (timedelta(minutes=45) - TICK, NagLevel.NOT_YET),
        (timedelta(minutes=45), NagLevel.WARNING),
        (timedelta(minutes=60) - TICK, NagLevel.WARNING),
        (timedelta(minutes=60), NagLevel.BREACH),
        (timedelta(days=9), NagLevel.BREACH),
    ],
)
def test_instant_exactly_on_the_line_is_past_it(after: timedelta, level: NagLevel) -> None:
    assert deadline(TARGETS, waiting_since=START, answered_before=False).level(START + after) is level
