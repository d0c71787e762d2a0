"""What is normal, what is a spike, and which words stand out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts.volume_spike import (
    Said,
    Word,
    examples,
    is_calm,
    is_spike,
    mean_hour,
    normal,
    outstanding,
    same_hours,
)
from bot.domain.common.stopwords import STOP_WORDS, words

AT = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def test_same_hour_ends_now_in_each_of_four_weeks() -> None:
    spans = same_hours(AT, ZoneInfo("UTC"))
    assert [AT - end for _, end in spans] == [timedelta(weeks=week) for week in (1, 2, 3, 4)]
    assert {end - start for start, end in spans} == {timedelta(hours=1)}


def test_same_hour_follows_the_desk_over_clock_changes() -> None:
    monday = datetime(2026, 10, 26, 8, 0, tzinfo=UTC)  # 09:00 in Amsterdam, the day after summer time ended
    ends = [end.astimezone(AMSTERDAM).hour for _, end in same_hours(monday, AMSTERDAM)]
    assert ends == [9, 9, 9, 9]
    assert same_hours(monday, AMSTERDAM)[0][1] == monday - timedelta(weeks=1, hours=1)


@pytest.mark.parametrize(
    ("same_hour", "usual"), [([12], 12.0), ([12, 90], 51.0), ([12, 90, 14], 14.0), ([0, 0, 4, 90], 2.0)]
)
def test_normal_is_the_median_of_the_same_hour(same_hour: list[int], usual: float) -> None:
    assert normal(same_hour) == usual


def test_normal_is_the_mean_hour_in_the_first_week() -> None:
    assert mean_hour(48, timedelta(days=1)) == 2.0


@pytest.mark.parametrize(
    ("mentions", "usual", "spike"),
    [(19, 0, False), (20, 0, True), (20, 6.6, True), (20, 6.7, False), (300, 100, True), (299, 100, False)],
)
def test_spike_is_three_times_normal_and_at_least_20(mentions: int, usual: float, spike: bool) -> None:
    assert is_spike(mentions, usual) is spike


@pytest.mark.parametrize(
    ("mentions", "usual", "calm"), [(149, 100, True), (150, 100, False), (9, 0, True), (10, 0, False)]
)
def test_calm_is_below_one_and_a_half_times_normal(mentions: int, usual: float, calm: bool) -> None:
    assert is_calm(mentions, usual) is calm


@given(st.integers(0, 10_000), st.floats(0, 3_000))
def test_spike_and_calm_exclude_each_other(mentions: int, usual: float) -> None:
    assert not (is_spike(mentions, usual) and is_calm(mentions, usual))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@acme Waar blijft mijn PAKKET?", {"blijft", "pakket"}),
        ("Storing! https://t.co/storing www.acme.nl/hulp", {"storing"}),
        ("The app is down since 9:41, I can't log in", {"app", "down", "log"}),
        ("Varför får jag inte mitt paket", {"paket"}),
        ("Warum ist meine Bestellung noch nicht da?", {"bestellung"}),
        ("#datalek 112 !!! ☎️ _ -", {"datalek"}),
        ("", set()),
    ],
)
def test_words_without_meaning_are_left_out(text: str, found: set[str]) -> None:
    assert words(text) == found


def test_stop_words_are_written_as_they_are_compared() -> None:
    assert all(word == word.casefold() for word in STOP_WORDS)


def test_words_rank_by_how_much_more_they_are_said() -> None:
    before = ["Waar blijft mijn pakket"] * 50 + ["De app doet het niet"] * 50
    now = ["Datalek bij jullie?"] * 6 + ["Mijn pakket en dat datalek"] * 2 + ["app storing"] * 3
    assert outstanding(now, before) == (Word("datalek", 8), Word("storing", 3))


def test_trend_takes_three_messages_each_counted_once() -> None:
    assert outstanding(["datalek datalek datalek", "datalek"], ["pakket"]) == ()


def test_equal_words_are_ordered_by_the_alphabet() -> None:
    now = ["zalm aap", "aap zalm noot", "zalm noot aap", "noot"]
    assert [word.text for word in outstanding(now, [])] == ["aap", "noot", "zalm"]
    assert outstanding(now[::-1], []) == outstanding(now, [])


def test_examples_are_the_first_threads_that_say_it() -> None:
    said = [Said(1, "hallo", "a"), Said(2, "datalek!", "b"), Said(2, "datalek?", "c"), Said(3, "een datalek", "d")]
    assert examples(said, [Word("datalek", 3)]) == (said[1], said[3])
    assert examples(said, []) == (said[0], said[1], said[3])
    assert examples(said, [], most=1) == (said[0],)
