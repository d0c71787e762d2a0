"""Words for the knowledge bank: those that tell what a text is about, and those that tell who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.common.handles import HANDLES
from bot.domain.common.stopwords import STOP_WORDS

MOST_WORDS = 12  # of a text that are looked for, so that a long one costs no more
SHORTEST_NAME = 3  # letters; shorter parts of names are words such as "de"
RUN = 4  # words in a row that nobody writes alike by chance

_WORD = re.compile(r"[^\W_]+")
# A word may be as long as a post: what may begin one of these is bounded, so that it is not sought anew at each letter.
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+|[\w.+-]{1,64}@[\w-]+[\w.]*")
_NUMBER = re.compile(r"[\w-]{0,40}\d{5,}[\w-]*|\+?\d(?:[\s-]?\d){8,}|\b\d{4}\s?[A-Z]{2}\b")
_BEFORE_A_MARK = re.compile(r"[^\S\n]+(?=[,.;:!?])")
_GAPS = re.compile(r"[^\S\n]+")
_DOUBLE_MARK = re.compile(r",(?=[,.;:!?])")


def telling(text: str) -> tuple[str, ...]:
    """Return the words of a text that tell what it is about, the longest ones first."""
    return _longest(word for word in _words(text) if len(word) > 2 and word not in STOP_WORDS)


def sought(text: str) -> tuple[str, ...]:
    """Return the words to look for when somebody typed these: all of them if none tells much."""
    return telling(text) or _longest(_words(text))


def anonymous(text: str, name: str, values: Iterable[str] = ()) -> str:
    """Return a customer's words without what tells who wrote them: handles, addresses, long numbers, these, the name.

    `values` are such as their own handle or an order's number.
    """
    text = _ADDRESS.sub(" ", HANDLES.sub(" ", text))
    return without(_NUMBER.sub(" ", text), name, values)


def without(text: str, name: str, values: Iterable[str] = ()) -> str:
    """Return a text without a customer's name and these values."""
    for value in sorted({*values, name.strip()}, key=len, reverse=True):
        text = _without(text, f"@{value}", re.IGNORECASE) if value else text
        text = _without(text, value, re.IGNORECASE)
    for part in _WORD.findall(name):
        if len(part) >= SHORTEST_NAME and part.casefold() not in STOP_WORDS:
            text = _without(_without(text, part), part.capitalize())
    lines = (_GAPS.sub(" ", line).strip(" ,;:") for line in text.splitlines())
    return _DOUBLE_MARK.sub("", _BEFORE_A_MARK.sub("", "\n".join(lines))).strip()


def numbers_in(text: str) -> list[str]:
    """Return the long numbers in a text, such as those of orders, accounts and telephones."""
    return [found.strip() for found in _NUMBER.findall(text)]


def unsigned(text: str, signature: str) -> str:
    """Return a reply without its signature, which looks like this: `signature` may hold {initials} and {name}."""
    if not signature.strip():
        return text
    looks = re.escape(signature.strip()).replace(r"\{initials\}", r"\w{1,5}").replace(r"\{name\}", r"[^\n]{1,80}?")
    return re.sub(rf"\s*{looks}\s*$", "", text)


def in_one_line(text: str) -> str:
    """Put a text on one line."""
    return " ".join(text.split())


def quotes(question: str, posts: Iterable[str]) -> bool:
    """Tell whether a question stands in the words of one of these posts, and not in one's own."""
    asked = _folded(question)
    for post in posts:
        said = _folded(post)
        length = min(RUN, len(asked), len(said))
        if length > 1 and _runs(asked, length) & _runs(said, length):
            return True
    return False


def _words(text: str) -> Iterable[str]:
    return dict.fromkeys(word.casefold() for word in _WORD.findall(_ADDRESS.sub(" ", HANDLES.sub(" ", text))))


def _longest(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: -len(word))[:MOST_WORDS])


def _folded(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def _without(text: str, value: str, flags: int = 0) -> str:
    return re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", text, flags=flags) if value else text
