"""Tell whether a reply says what an earlier one said, whoever it was for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.domain.common.handles import HANDLES

ALIKE = 80  # percent: copies with another name or a few other words lie above, own words far below
UNCHANGED = 97  # percent: nothing but a name or a signature differs
FEWEST = 6  # words: "Dank je wel!" is nobody's copy

_ADDRESS = re.compile(r"https?://\S+")
_GREETING = re.compile(
    r"^\s*(?:hoi|hallo|hi|hej|hejsan|hello|dear|beste|geachte|dag|goede\w*|god\s?\w+|kära|good\s\w+)\b[^,!.\n]{0,40}[,!.\n]",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:\^\w{1,3}|(?:\s/|\s-\s?|\u2013\s?)\w+"
    r"|\b(?:groetjes|groeten|met vriendelijke groet|vänliga hälsningar|hälsningar|mvh|kind regards|regards)\b.{0,40}"
    r")\s*$",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_DIGIT = re.compile(r"\d")
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A text with the name of the customer that it was for."""

    text: str
    customer: str


def most_alike(body: Written, earlier: Sequence[Written]) -> tuple[int, int] | None:
    """Return which of the earlier ones `body` says again and how much alike they are in percent; None if none is."""
    mine = _essence(body)
    if len(mine.split()) < FEWEST:
        return None
    found = process.extractOne(mine, [_essence(each) for each in earlier], scorer=fuzz.ratio, score_cutoff=ALIKE)
    return None if found is None else (found[2], round(found[1]))


def alike(body: Written, other: Written) -> int:
    """Return how much two texts are alike, in percent, but for greetings, names, numbers and signatures."""
    return round(fuzz.ratio(_essence(body), _essence(other)))


def kept_sentence(body: Written, other: Written) -> str:
    """Return the longest sentence of `body` that stands in the other text too; its longest one if none does."""
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(body.text)]
    there = _essence(other)
    kept = [each for each in sentences if (said := _essence(Written(each, body.customer))) and said in there]
    return max(kept or sentences, key=len, default=body.text)


def _essence(written: Written) -> str:
    text = HANDLES.sub(" ", _ADDRESS.sub(" ", unicodedata.normalize("NFC", written.text)))
    text = _SIGNATURE.sub(" ", _GREETING.sub(" ", text, count=1))
    names = set(_words(written.customer))
    return " ".join(word for word in _words(text) if word not in names)


def _words(text: str) -> list[str]:
    return _NOT_WORDS.sub(" ", _DIGIT.sub("0", text)).casefold().split()
