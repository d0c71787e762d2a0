"""Merging: what is found by words and what is found by meaning, as one list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

SMOOTHING = 5  # how many places lower halves what a place counts
BY_WORDS, BY_MEANING = 0.6, 1.0  # what each list counts


def merged(by_words: Sequence[int], by_meaning: Sequence[int]) -> list[int]:
    """Merge two lists of entries, nearest first, by the places that each has in both (reciprocal rank fusion).

    How near an entry is by words cannot be compared with how near it is by meaning; its places can.
    """
    counts: dict[int, float] = defaultdict(float)
    for entries, weight in ((by_words, BY_WORDS), (by_meaning, BY_MEANING)):
        for place, entry in enumerate(entries):
            counts[entry] += weight / (SMOOTHING + place)
    return sorted(counts, key=lambda entry: -counts[entry])
