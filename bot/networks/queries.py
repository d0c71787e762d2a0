"""How a word is written in the queries of networks, so that it stays a word whatever it holds."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"#?\w+")
_MEANT = re.compile(r"(?i)and|or|not")
_MARKS = re.compile(r'["\u201c-\u201f\\]+')


def bare(word: str) -> str:
    """Return a word without the marks that would end or begin a quotation; "" if nothing else is in it."""
    return " ".join(_MARKS.sub(" ", word).split())


def term(word: str) -> str:
    """Return a word or hashtag as it is where it can mean nothing else, and everything else as a quotation."""
    return word if _PLAIN.fullmatch(word) and not _MEANT.fullmatch(word) else f'"{bare(word)}"'
