"""Labels: which one somebody means by what they typed, and which one is likely."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from bot.domain.common.command import folded

_WORD = re.compile(r"[^\W\d_]{4,}")  # shorter ones say little, in any language


def named(said: str, labels: Collection[str]) -> str | None:
    """Return the label of that name, whatever its case and accents; None if there is none."""
    wanted = " ".join(said.split())
    exact = next((label for label in labels if label.casefold() == wanted.casefold()), None)
    return exact or next((label for label in labels if folded(label) == folded(wanted)), None)


def nearest(said: str, labels: Collection[str]) -> str | None:
    """Return the label that is written most like it; None if none is near."""
    known = {folded(label): label for label in labels}
    found = difflib.get_close_matches(folded(" ".join(said.split())), known, n=1, cutoff=0.5)
    return known[found[0]] if found else None


def likely_first(words: str, labels: Sequence[str], earlier: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the labels, those first whose `earlier` posts share most with these words.

    A word that posts with several labels have counts for less: what everybody writes says nothing.
    """
    here = _words(words)
    seen: dict[str, set[str]] = defaultdict(set)
    for label, text in earlier:
        for word in here & _words(text):
            seen[word].add(label)
    score: dict[str, float] = defaultdict(float)
    for having in seen.values():
        for label in having:
            score[label] += 1 / len(having) if len(having) < len(labels) else 0
    return tuple(sorted(labels, key=lambda label: -score[label]))


def _words(text: str) -> set[str]:
    return {folded(word) for word in _WORD.findall(text)}
