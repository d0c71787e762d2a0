"""How far apart gathered reminders are, and that every process counts the pauses alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.reminders.reminders import begins, pause, turn


@pytest.mark.parametrize(
    ("targets", "length"),
    [
        ([timedelta(hours=1), timedelta(hours=2)], timedelta(minutes=5)),
        ([timedelta(days=1), timedelta(days=1)], timedelta(minutes=5)),
        ([timedelta(hours=2), timedelta(minutes=12)], timedelta(minutes=1)),
    ],
)
def test_reminder_is_held_back_a_twelfth_of_a_target_at_most(targets: list[timedelta], length: timedelta) -> None:
    assert pause(*targets) == length


def test_instant_lies_in_one_pause() -> None:
    five, at = timedelta(minutes=5), datetime(2026, 11, 20, 16, 25, tzinfo=UTC)
    assert begins(turn(at, five), five) == at
    assert turn(at - timedelta(microseconds=1), five) == turn(at, five) - 1
    assert turn(at + five, five) == turn(at, five) + 1
