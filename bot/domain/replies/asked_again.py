"""Tell whether a reply asks for a number that the customer has given already."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from bot.domain.customers.reference_numbers import Pattern

_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s|\n")
_QUESTION = re.compile(r"\?[^\w\s]{0,5}$")


def asked_again(body: str, patterns: Iterable[Pattern], given: Sequence[str]) -> tuple[str, ...]:
    """Return those numbers in the thread, `given`, that look like one for which the reply asks.

    A sentence asks for a number if it calls it by one of its names and asks anything at all. One that has the number
    in it says or confirms it.
    """
    again: dict[str, None] = {}
    sentences = [sentence for sentence in _BETWEEN_SENTENCES.split(body.casefold()) if _asks(sentence)]
    for pattern in patterns:
        theirs = [value for value in given if pattern.address(value) is not None]
        for sentence in sentences if theirs else ():
            said = any(value.casefold() in sentence for value in theirs)
            if not said and _says(sentence, pattern.names or _usual_names()):
                again.update(dict.fromkeys(theirs))
    return tuple(again)


def _asks(sentence: str) -> bool:
    return _QUESTION.search(sentence) is not None or _says(sentence, _asking())


def _says(sentence: str, phrases: tuple[str, ...]) -> bool:
    return _any_of(phrases).search(sentence) is not None


@cache
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Build a pattern of whole words, literal but for the white space between them, so that it cannot backtrack."""
    words = (r"\s+".join(map(re.escape, phrase.casefold().split())) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


@cache
def _usual_names() -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for language in _languages().values() for name in language["names"]))


@cache
def _asking() -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase for language in _languages().values() for phrase in language["asking"]))


@cache
def _languages() -> dict[str, dict[str, list[str]]]:
    text = files("bot.domain.replies").joinpath("asked_again.toml").read_text("utf-8")
    return tomllib.loads(text)
