"""How long somebody is muted, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.cases.mute import read
from bot.domain.common.errors import RefusalCode, Refused


@pytest.mark.parametrize(
    ("typed", "length", "reason"),
    [
        ("spam", timedelta(days=7), "spam"),
        ("30d spam", timedelta(days=30), "spam"),
        ("12h  the same joke again", timedelta(hours=12), "the same joke again"),
        ("2W a bot", timedelta(weeks=2), "a bot"),
        ("365d a bot", timedelta(days=365), "a bot"),
        ("30 days of spam", timedelta(days=7), "30 days of spam"),
        ("3days", timedelta(days=7), "3days"),
    ],
)
def test_length_comes_first_and_is_a_week_without_one(typed: str, length: timedelta, reason: str) -> None:
    assert read(typed) == (length, reason)


@pytest.mark.parametrize("typed", ["", "  ", "30d", "30d  "])
def test_mute_needs_a_reason(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        read(typed)
    assert refused.value.code is RefusalCode.REASON_MISSING


@pytest.mark.parametrize("typed", ["0d spam", "366d spam", "99999w spam", "53w spam"])
def test_mute_lasts_from_an_hour_to_a_year(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        read(typed)
    assert (refused.value.code, refused.value.details) == (RefusalCode.MUTE_TOO_LONG, {"longest": 365})
