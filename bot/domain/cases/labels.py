"""Labels: which one somebody means by what they typed."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from bot.domain.common.command import folded


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
