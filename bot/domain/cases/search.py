"""What somebody searches for, and where it stands in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from bot.domain.common.clean import clean

LONGEST = 200  # characters of what is typed that count
MAX_PHRASES = 8
MIN_BEGINNING = 2  # characters of an unfinished word; fewer begin too many words
AROUND = 80  # characters that an excerpt shows before the first hit
EXCERPT = 240
_PHRASE = re.compile(r'["“”„]([^"“”„]*)(?:["“”„]|$)|([^\s"“”„]+)')
_BETWEEN = r"[\W_]+"
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"#?([0-9]{1,9})")


class Place(IntEnum):
    """Where something was found; what tells more of the thread comes first."""

    NUMBER = 0
    HANDLE = 1
    REFERENCE = 2
    NAME = 3
    LABEL = 4
    NOTE = 5
    POST = 6


@dataclass(frozen=True, slots=True)
class Search:
    """A search: each of `phrases` must be found, its words in their order; the last word may be unfinished.

    `typed` is all of it, as it was typed.
    """

    typed: str
    phrases: tuple[str, ...]
    unfinished: bool

    @property
    def number(self) -> int | None:
        """The thread's number that it may be."""
        found = _NUMBER.fullmatch(self.typed)
        return int(found[1]) if found else None

    @property
    def handle(self) -> str | None:
        """The handle that it may be, without the @."""
        return None if " " in self.typed else self.typed.removeprefix("@") or None

    def of(self, phrase: str) -> Search:
        """Return the search for one of its phrases alone."""
        return Search(phrase, (phrase,), self.unfinished and phrase == self.phrases[-1])

    def without(self, phrases: Collection[str]) -> Search:
        """Return the search for all but these phrases."""
        left = tuple(phrase for phrase in self.phrases if phrase not in phrases)
        return Search(" ".join(left), left, self.unfinished and left[-1:] == self.phrases[-1:])


def read(typed: str) -> Search:
    """Read what was typed: words in any order, and phrases in quotation marks. Nothing in it is an error."""
    typed = " ".join(clean(typed[: LONGEST * 2]).split())[:LONGEST].strip()
    found = list(_PHRASE.finditer(typed))
    phrases = [" ".join(_WORD.findall(match[1] if match[1] is not None else match[2])) for match in found]
    kept = [phrase for phrase in phrases if phrase]
    unfinished = bool(kept) and found[-1][2] is not None and phrases[-1] != ""
    last = kept[-1].rpartition(" ")[2] if kept else ""
    return Search(
        typed,
        tuple(kept[:MAX_PHRASES]),
        unfinished and len(kept) <= MAX_PHRASES and len(last) >= MIN_BEGINNING,
    )


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text, and the words in it that were searched for, as they are written there."""

    text: str
    hits: tuple[str, ...]


def said_in(text: str, search: Search) -> frozenset[str]:
    """Return the phrases of a search that a text has."""
    bare = "".join(_bare(char) for char in clean(text))
    patterns = zip(search.phrases, _patterns(search), strict=True)
    return frozenset(phrase for phrase, pattern in patterns if pattern.search(bare))


def excerpt(text: str, search: Search) -> Excerpt:
    """Cut a text to where the first of what was searched for stands."""
    text = " ".join(clean(text).split())
    bare = "".join(_bare(char) for char in text)
    matches = [match for pattern in _patterns(search) for match in pattern.finditer(bare)]
    start = max(0, min((match.start() for match in matches), default=0) - AROUND)
    if start:
        start = text.find(" ", start) + 1 or start
    shown = text[start : start + EXCERPT]
    hits = dict.fromkeys(
        text[match.start() : match.end()] for match in matches if start <= match.start() < start + EXCERPT
    )
    before, after = "… " if start else "", " …" if start + EXCERPT < len(text) else ""
    return Excerpt(f"{before}{shown}{after}", tuple(hits))


def _patterns(search: Search) -> list[re.Pattern[str]]:
    patterns = []
    for number, phrase in enumerate(search.phrases, 1):
        words = _BETWEEN.join(re.escape("".join(map(_bare, word))) for word in phrase.split())
        more = r"[^\W_]*" if search.unfinished and number == len(search.phrases) else ""
        patterns.append(re.compile(rf"(?<![^\W_]){words}{more}(?![^\W_])"))
    return patterns


def _bare(char: str) -> str:
    """Return one character for a character: small, and without accents."""
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char
