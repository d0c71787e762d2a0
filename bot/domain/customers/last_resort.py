"""Tell for whom a public post is the last resort, by what they say: they asked before, waited for days, went elsewhere.

Each kind of signal is found by patterns of words in last_resort.toml, which RE2 reads in time in proportion to the
text. A kind is a fact that the card can say; nothing is added up to a score.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from bot.domain.customers.reference_numbers import compiled

_WITHIN = "(?:[^ .]+ ){0,5}"  # what … stands for
_CODE = "[a-z]*-?[0-9]+-?[0-9]{2,}[a-z0-9-]*"
_ADDRESS = re.compile(r"https?://\S+")
_WORD = re.compile(r"@?\w+(?:[-'&:]\w+)*|[.!?\n]+|&")
_ENDS = frozenset(".!?\n")


class Signal(StrEnum):
    """What a customer says about it; the words that are stored, exported and written in webcare.toml."""

    REPEATED = "repeated"  # it is not the first time that they ask
    WAITING = "waiting"  # for days, weeks or months
    CHANNELS = "channels"  # they tried to reach us in another way
    PROMISE = "promise"  # something was promised that did not happen
    CASE = "case"  # they name a case that is open already
    AUDIENCE = "audience"  # they name the press, a consumer body or a lawyer


def signals(text: str, own: Mapping[Signal, Iterable[str]] | None = None) -> tuple[Signal, ...]:
    """Return the kinds of signal in a customer's words, in the order above. `own` are further phrases of a desk."""
    said = _spoken(text)
    return tuple(
        kind
        for kind in Signal
        if _patterns()[kind].search(said) or any(_says(said, phrase) for phrase in (own or {}).get(kind, ()))
    )


def _says(said: str, phrase: str) -> bool:
    words = _spoken(phrase)
    return words.strip(" .") != "" and words in said


def _spoken(text: str) -> str:
    """Return the words alone, with a space around each and a full stop between sentences."""
    plain = unicodedata.normalize("NFKC", _ADDRESS.sub(" ", text)).casefold().replace("\u2019", "'")
    words = ("." if word[0] in _ENDS else word for word in _WORD.findall(plain))
    return f" {' '.join(words)} "


@cache
def _patterns() -> dict[Signal, Any]:
    """Return one pattern for each kind, for all languages."""
    languages = tomllib.loads(files("bot.domain.customers").joinpath("last_resort.toml").read_text("utf-8"))
    return {
        kind: compiled(
            "|".join(
                f" (?:{_pattern(pattern, language['terms'])}) "
                for language in languages.values()
                for pattern in language[kind]["any"]
            )
        )
        for kind in Signal
    }


def _pattern(pattern: str, terms: Mapping[str, str]) -> str:
    """Write out what stands in short for others; a term may hold another one."""
    for name, meant in terms.items():
        pattern = pattern.replace(f"<{name}>", meant)
    return pattern.casefold().replace("<code>", _CODE).replace("… ", _WITHIN)
