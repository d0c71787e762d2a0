"""Characters that nobody sees go; those that an emoji or a script needs stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.common.clean import clean

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    "char",
    ["\ufeff", "\u200b", "\u2060", "\u200e", "\u202e", "\u2066", "\x00", "\x1b", "\x7f", "\x9b", "\ud83d", "\u00ad"],
)
def test_unseen_character_goes(char: str) -> None:
    assert clean(f"{char}Goede{char}dag {char} {char}") == "Goededag"


@pytest.mark.parametrize("char", ["\u3164", "\u034f", "\ufff9", "\U000e0041", "\u200c", "\u200d", "\u180e", "\u061c"])
def test_stray_joiner_filler_or_tag_goes(char: str) -> None:
    assert clean(f"{char}Goede{char}dag{char}") == "Goededag"


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d👧",
        "👩🏽\u200d💻",
        "❤️\u200d🔥",
        "👩\u200d❤️\u200d💋\u200d👨",
        "🙂\u200d↔️",
        "🏳️\u200d🌈",
        "🧑🏻\u200d🦰",
        "👩\u200d\U0001faff",  # of a Unicode that this Python does not know
        ENGLAND,
        "\u0645\u06cc\u200c\u062e\u0648",
        "ක්\u200dෂ",
        "1️⃣ ☺︎",
        "two\nlines\twith a tab",
        "a\u00a0b",
    ],
)
def test_joiners_and_selectors_stay_where_they_show(text: str) -> None:
    assert clean(text) == text


def test_joiner_that_no_emoji_has_goes_from_between_two() -> None:
    assert clean("👩\u200c👧") == "👩👧"


def test_accents_are_composed_and_breaks_are_one_kind() -> None:
    assert clean(" cafe\u0301\r\nbar\u2028x\x85y ") == "café\nbar\nx\ny"


@given(st.text(alphabet=st.characters(codec=None), max_size=40))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
