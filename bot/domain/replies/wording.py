"""The words that a desk would rather not use, and what to say instead."""

from __future__ import annotations

import re
from collections.abc import Mapping


def rather_not(body: str, instead: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what the text says that the desk would rather not: each as written, with what to say instead."""
    found = []
    for phrase, better in instead.items():
        spaced = r"\s+".join(map(re.escape, phrase.split()))
        match = re.search(rf"(?<!\w){spaced}(?!\w)", body, re.IGNORECASE)
        if match:
            found.append((match[0], better))
    return tuple(found)
