"""What X bills is counted once a day of UTC, and is not lost where it cannot be stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bot.domain.reports.spend import Billed
from bot.networks.x.spend import Spend

LATE = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def settled(spend: Spend) -> list[Billed]:
    found: list[Billed] = []
    spend.settle(found.extend)
    return found


def test_each_thing_is_billed_once_a_day_of_utc() -> None:
    spend = Spend()
    spend.add("post_read", ["1", "2", "1"], LATE)
    spend.add("post_read", ["2"], LATE)
    spend.add("mention_read", ["2"], LATE)
    spend.add("post_read", ["2"], (LATE + MINUTE).astimezone(timezone(-timedelta(hours=8))))
    today, tomorrow = date(2026, 11, 20), date(2026, 11, 21)
    assert settled(spend) == [
        Billed("post_read", "1", today, 5),
        Billed("post_read", "2", today, 5),
        Billed("mention_read", "2", today, 1),
        Billed("post_read", "2", tomorrow, 5),
    ]
    assert settled(spend) == []


def test_what_cannot_be_stored_is_handed_over_again() -> None:
    spend = Spend()
    spend.add("user_read", ["7"], LATE)

    def away(_: Sequence[Billed]) -> None:
        spend.add("user_read", ["8"], LATE)  # meanwhile, in another thread
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        spend.settle(away)
    assert [one.id for one in settled(spend)] == ["7", "8"]
