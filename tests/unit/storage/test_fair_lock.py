"""The line of those who write to SQLite."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy.exc import TimeoutError as TurnTimeoutError

from storage.fair_lock import FairLock


def test_busy_thread_waits_behind_earlier_ones() -> None:
    turns, order = FairLock(), list[str]()

    def click() -> None:
        asked.set()
        with turns.turn(within=10):
            order.append("click")

    with ThreadPoolExecutor(1) as pool:
        asked = Event()
        with turns.turn(within=10):
            waiting = pool.submit(click)
            asked.wait(10)
            while len(turns) < 2:
                pass
        with turns.turn(within=10):
            order.append("the next batch")
        waiting.result()
    assert order == ["click", "the next batch"]


def test_late_thread_is_told_and_leaves_the_line() -> None:
    turns = FairLock()
    with turns.turn(within=10):
        with ThreadPoolExecutor(1) as pool, pytest.raises(TurnTimeoutError, match="turn"):
            pool.submit(_take, turns, 0.0).result()
        assert len(turns) == 1
    _take(turns, within=0.0)


def test_failed_turn_is_passed_on() -> None:
    turns = FairLock()
    with pytest.raises(ValueError, match="in between"), turns.turn(within=10):
        raise ValueError("in between")
    _take(turns, within=0.0)


def _take(turns: FairLock, within: float) -> None:
    with turns.turn(within):
        pass
