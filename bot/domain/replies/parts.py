"""A reply that is longer than its network allows, cut into parts that follow each other."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.cases.conversation import in_order

MOST = 5
"""More parts than this nobody reads."""
FEW = 16  # words, which fit a part as a rule

# Where a text may be cut: at white space, but not within a number that is written in groups, nor before a signature.
_SPACE = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d)|(\s+)")
_ENDS_A_SENTENCE = re.compile(r"[.!?\u2026:][\"'\u201d\u2019\u00bb)\]]*$|\n$")


def split(text: str, signature: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the parts without their numbers, in order; none if there are too many or a word is longer than a part.

    `fits` tells whether the network takes a part as it will be posted. The signature, with which the text ends, stands
    in the last part and never alone.
    """
    words, parts = _words(text, signature), list[str]()
    while words and len(parts) < MOST:
        # However many parts there are, their number is one digit: so the text is gone through once.
        place = len(parts) + 1
        most = _most(words, lambda part, place=place: fits(in_order(part, place, MOST)))  # type: ignore[misc]
        if most == 0:
            return ()
        if most < len(words):
            most = _at_a_sentence(words, most)
        parts.append("".join(words[:most]).rstrip())
        words = words[most:]
    return tuple(parts) if len(parts) > 1 and not words else ()


def _words(text: str, signature: str) -> list[str]:
    """Return what is never cut, each with the white space behind it."""
    end = len(text) - len(signature) if signature and text.endswith(signature) else len(text)
    body = text[:end].rstrip()
    places = [match.end() for match in _SPACE.finditer(body) if match.group(1)]
    words = [body[start:stop] for start, stop in zip([0, *places], [*places, len(body)], strict=True)]
    words[-1] += text[len(body) :]
    return words


def _most(words: list[str], fits: Callable[[str], bool]) -> int:
    """Return how many of the words fit together, at the front. To count a long text takes a network's rules long."""
    low, high = 0, min(FEW, len(words))
    while low < high < len(words) and fits("".join(words[:high]).rstrip()):
        low, high = high, min(2 * high, len(words))
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
