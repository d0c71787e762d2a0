"""How long a delivery that failed waits before it is tried again."""

from __future__ import annotations

import pytest

from bot.delivery.deliverer import back_off


@pytest.mark.parametrize(("failures", "seconds"), [(0, 1), (1, 2), (3, 8), (8, 256), (9, 300), (5_000, 300)])
def test_each_failure_doubles_the_wait_up_to_five_minutes(failures: int, seconds: float) -> None:
    assert back_off(failures) == seconds


def test_requested_wait_is_kept_up_to_five_minutes() -> None:
    assert (back_off(2, 60), back_off(7, 60), back_off(0, 86_400)) == (60, 128, 300)
