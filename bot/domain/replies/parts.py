"""A reply that is longer than its network allows, cut into parts that follow each other."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.cases.conversation import in_order

MOST = 5
"""More parts than this nobody reads."""

# Where a text may be cut: at white space, but not within a number that is written in groups, nor before a signature.
_SPACE = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d)|(\s+)")
_ENDS_A_SENTENCE = re.compile(r"[.!?\u2026:][\"'\u201d\u2019\u00bb)\]]*$|\n$")


def split(text: str, signature: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the parts without their numbers, in order; none if there are too many or a word is longer than a part.

    `fits` tells whether the network takes a part as it will be posted. The signature, with which the text ends, stands
    in the last part and never alone.
    """
    words = _words(text, signature)
    for total in range(2, MOST + 1):
        parts = _cut(words, total, fits)
        if parts is not None:
            return parts
    return ()


def _words(text: str, signature: str) -> list[str]:
    """Return what is never cut, each with the white space behind it."""
    end = len(text) - len(signature) if signature and text.endswith(signature) else len(text)
    body = text[:end].rstrip()
    places = [match.end() for match in _SPACE.finditer(body) if match.group(1)]
    words = [body[start:stop] for start, stop in zip([0, *places], [*places, len(body)], strict=True)]
    words[-1] += text[len(body) :]
    return words


def _cut(words: list[str], total: int, fits: Callable[[str], bool]) -> tuple[str, ...] | None:
    """Fill each of `total` parts as far as it goes, to the end of a sentence if that leaves it at least half full."""
    parts: list[str] = []
    while words:
        if len(parts) == total:
            return None
        most = _most(words, lambda part: fits(in_order(part, len(parts) + 1, total)))
        if most == 0:
            return None
        if most < len(words):
            most = _at_a_sentence(words, most)
        parts.append("".join(words[:most]).rstrip())
        words = words[most:]
    return tuple(parts) if len(parts) == total else None


def _most(words: list[str], fits: Callable[[str], bool]) -> int:
    """Return how many of the words fit together, at the front."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits("".join(words[:middle]).rstrip()) else (low, middle - 1)
    return low


def _at_a_sentence(words: list[str], most: int) -> int:
    whole = len("".join(words[:most]))
    for count in range(most, 0, -1):
        part = "".join(words[:count])
        if 2 * len(part) < whole:
            break
        if _ENDS_A_SENTENCE.search(part.rstrip(" ")):
            return count
    return most
