"""Reference numbers: what customers quote from our own systems, such as an order's number, and where each leads.

An operator writes the patterns and customers write the text, so they are matched by RE2, which takes time in
proportion to the text whatever both are. What RE2 cannot promise that for, it cannot read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import quote

import re2

KEPT = 10  # numbers of one post; more is a list, and nobody's order
LONGEST = 100  # characters of a number
_LOOKED_AT = 200  # places in one post, as a search from each may take as long as the whole text
_TEXTS = ("", "a", "0", " ", "a b", "-", "\n")  # at each kind of edge, a pattern that can match nothing does


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a kind of number looks and where it leads; in `url`, {0} is all of it, {1} and so on are its groups.

    `names` are what people call it; without any, what they usually call such numbers.
    """

    pattern: str
    url: str
    names: tuple[str, ...] = ()

    def address(self, value: str) -> str | None:
        """Return where a number leads; None if it does not look like these."""
        match = compiled(self.pattern).fullmatch(value)
        if match is None:
            return None
        parts = [quote(part or "", safe="") for part in (match[0], *match.groups())]
        return self.url.format(*parts)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that the customer gave, and where it leads if it still looks like one of the desk's."""

    value: str
    url: str | None


@cache
def compiled(pattern: str) -> Any:
    """Read a pattern. Raises ValueError with the reason, if RE2 cannot or if it also matches nothing at all."""
    options = re2.Options()
    options.log_errors = False
    try:
        read = re2.compile(pattern, options)
    except re2.error as problem:
        said = problem.args[0] if problem.args else ""
        raise ValueError(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)) from None
    if any(match[0] == "" for text in _TEXTS for match in read.finditer(text)):
        raise ValueError("it also matches where nothing is written")
    return read


def found(patterns: Iterable[Pattern], text: str) -> tuple[str, ...]:
    """Return the numbers in a customer's words, each once, in the order of the patterns and then of the text."""
    values: dict[str, None] = {}
    for pattern in patterns:
        for match in islice(compiled(pattern.pattern).finditer(text), _LOOKED_AT):
            value = "".join(" " if char.isspace() else char for char in match[0])
            if 0 < len(value) <= LONGEST and value.isprintable():
                values.setdefault(value)
            if len(values) == KEPT:
                return tuple(values)
    return tuple(values)


def folded(value: str) -> str:
    """Return what a number is looked up by: small letters and digits alone."""
    return "".join(filter(str.isalnum, value.lower()))


def digits(value: str) -> str:
    """Return the same without the letters that it begins with; empty if it has no digit."""
    bare = folded(value)
    return bare[next((at for at, char in enumerate(bare) if char.isdecimal()), len(bare)) :]


def linked(patterns: Iterable[Pattern], values: Iterable[str]) -> tuple[Number, ...]:
    """Return each of these numbers with where the first pattern that it looks like leads."""
    known = tuple(patterns)
    return tuple(
        Number(value, next((url for one in known if (url := one.address(value)) is not None), None)) for value in values
    )
