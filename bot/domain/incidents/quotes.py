"""Customers' words for people outside the desk: without names, handles, addresses and numbers that lead to somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.domain.common.handles import HANDLES

LEFT_OUT = "[…]"

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,255}")
_NUMBER = re.compile(r"\+?\w{0,4}-?\d(?:[\s./-]?\d){3,}")  # an order's, a telephone's, a postal code's


def nameless(text: str, names: Iterable[str]) -> str:
    """Return the text on one line, without what says whose it is. `names` are those of the customer."""
    left = text
    for pattern in (HANDLES, _ADDRESS, _NUMBER):
        left = pattern.sub(LEFT_OUT, left)
    parts = {part for name in names for part in name.split() if len(part) > 1}
    for part in sorted(parts, key=len, reverse=True):
        left = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", LEFT_OUT, left, flags=re.IGNORECASE)
    return " ".join(left.split())


def spread(texts: Sequence[str], most: int) -> list[str]:
    """Return up to `most` of the texts, the first and the last and others between them, none twice."""
    different = list(dict.fromkeys(texts))
    if len(different) <= most:
        return different
    step = (len(different) - 1) / (most - 1)
    return [different[round(step * place)] for place in range(most)]
