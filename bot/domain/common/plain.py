"""Text from a network: made acceptable to every database and UTF-8 stream, and what can be seen of it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields

# Controls, format characters, lone surrogates, private use, spaces, and marks that need a letter to stand on.
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp", "Mn", "Me"})
# Letters and symbols that are drawn as nothing: fillers of Hangul, the empty pattern of Braille, a null notehead.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\ufffc\U0001d159")


def plain(text: str) -> str:
    """Remove NUL characters, and replace each lone surrogate by a question mark."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def visible(text: str) -> str:
    """Return the text without white space at its ends; "" if nothing in it can be seen."""
    return text.strip() if any(map(_is_seen, text)) else ""


def _is_seen(char: str) -> bool:
    return char not in _BLANKS and unicodedata.category(char) not in _UNSEEN_CATEGORIES


@dataclass(frozen=True, slots=True)
class FromNetwork:
    """Data from a network. Its texts, and those in its tuples, are made plain."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                object.__setattr__(self, field.name, plain(value))
            elif isinstance(value, tuple):
                cleaned = tuple(plain(item) if isinstance(item, str) else item for item in value)
                object.__setattr__(self, field.name, cleaned)
