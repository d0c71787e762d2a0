"""What is found by words and by meaning, as one list."""

from __future__ import annotations

import pytest

from bot.domain.knowledge.merging import merged


@pytest.mark.parametrize(
    ("by_words", "by_meaning", "both"),
    [
        ([], [], []),
        ([1, 2], [], [1, 2]),
        ([], [1, 2], [1, 2]),
        ([1], [2], [2, 1]),
        ([1, 2, 3], [3, 4], [3, 4, 1, 2]),
        ([1, 2], [3, 4, 5, 2], [2, 3, 4, 5, 1]),
    ],
)
def test_what_both_find_comes_first_and_meaning_counts_more(
    by_words: list[int], by_meaning: list[int], both: list[int]
) -> None:
    assert merged(by_words, by_meaning) == both
