"""An agent's name as a customer may read it: without what colleagues hang onto it in Slack."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.common.clean import clean

# Before the name or after it. "Ma" and "Ba" are surnames.
_TITLES = re.compile(r"(dr|drs|ds|dhr|ing|ir|mag|meneer|mevr|mevrouw|miss|mr|mrs|ms|mw|prof|professor)", re.IGNORECASE)
_DEGREES = re.compile(r"(bsc|esq|jr|llb|llm|mba|md|msc|phd|rn|sr)", re.IGNORECASE)

_EMOJI_NAME = re.compile(r":[\w+'-]+:")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\{[^}]*\}|<[^>]*>")
_SEPARATOR = re.compile(r"\s-+\s|[|/\\,;:~@#=+*•·»<>()\[\]{}\u203a\u2012-\u2015\u2212\u2502]+")
_HYPHENS = str.maketrans("\u2010\u2011", "--")
_PICTURES = frozenset({"So", "Sk", "Cn", "Co", "Cs", "Me"})
_JOINERS = "\u200d\ufe0e\ufe0f"  # what is left of an emoji of several characters


def plain_name(name: str) -> str:
    """Return the name up to the first separator, without titles, asides and emoji; "" if nothing is left."""
    words = _EMOJI_NAME.sub(" ", unicodedata.normalize("NFKC", clean(name)).translate(_HYPHENS))
    words = "".join(" " if _is_picture(char) else char for char in words)
    for candidate in (_ASIDE.sub(" ", words), words):
        for part in _SEPARATOR.split(candidate):
            if kept := _without_titles(part.split()):
                return " ".join(kept)
    return ""


def initials(name: str) -> str:
    """Return the first letters of the first and last name: "dr. Anna Bakker | Acme" gives "AB"."""
    words = [word for word in plain_name(name).replace("-", " ").split() if word[:1].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def _without_titles(words: list[str]) -> list[str]:
    while len(words) > 1 and _is_one_of(_TITLES, words[0]):
        words = words[1:]
    while len(words) > 1 and _is_one_of(_DEGREES, words[-1]):
        words = words[:-1]
    return words if any(char.isalpha() for char in "".join(words)) else []


def _is_one_of(titles: re.Pattern[str], word: str) -> bool:
    """Tell whether the word is a title, or several such as "dr.ir."."""
    return all(titles.fullmatch(part) for part in word.split(".") if part)


def _is_picture(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) in _PICTURES
