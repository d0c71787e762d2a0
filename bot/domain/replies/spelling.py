"""Find words that no dictionary of a language knows.

Dictionaries of Dutch, Swedish and English (British, and American beside it) come along; those of other languages are
taken from where systems put them. A word that exists in the wrong place ("gebeurd" for "gebeurt") can't be seen.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import hunspell

from bot.domain.common.handles import HANDLE

OWN = ("nl", "sv", "en")
"""Languages whose dictionaries come along."""

SYSTEM_FOLDERS = ("/usr/share/hunspell", "/usr/share/myspell/dicts", "/usr/local/share/hunspell")
LONGEST = 40  # characters of a word: a longer one is no word that somebody mistyped, and costs time
LAST_LATIN = "\u2019"  # of letters, with the apostrophe; other scripts are nobody's mistake here
MOST = 600  # words of a text that are looked at

EVERYDAY = frozenset({"hey", "hi", "mvh", "thanks", "trace", "track", "tracking"})
"""What everybody writes to customers, in any language, and the dictionaries do not know."""

_FOLDER = Path(__file__).parent / "dictionaries"
_NOT_WORDS = re.compile(rf"https?://\S+|www\.\S+|{HANDLE}|#\w+|\S+@\S+|\^\w{{1,3}}\b|\b\w*\d\w*\b")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE_ENDS = re.compile(r"(?:^|[.!?:\n\u2026])[\s\"'\u201c\u201d\u2018\u2019(*_-]*$")


def misspelt(text: str, language: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Return the words of a text that are in no dictionary of its language, each once, as written.

    `known` are words, in any case, that are right here. Names, abbreviations, addresses and handles are left out. Where
    there is no dictionary nothing is found.
    """
    dictionaries = _dictionaries(language)
    if not dictionaries:
        return ()
    right = EVERYDAY.union(word.casefold() for word in known)
    plain = _NOT_WORDS.sub(lambda match: " " * len(match[0]), text)
    found: dict[str, None] = {}
    for match in [*_WORD.finditer(plain)][:MOST]:
        word = match[0]
        if word in found or word.casefold() in right or not 2 <= len(word) <= LONGEST:
            continue
        if language in OWN and max(word) > LAST_LATIN:
            continue
        if _is_name(word, plain[: match.start()], language) or _is_known(word, dictionaries):
            continue
        if "-" in word and all(part.casefold() in right or _is_known(part, dictionaries) for part in word.split("-")):
            continue
        found[word] = None
    return tuple(found)


def nearest(word: str, language: str) -> tuple[str, ...]:
    """Return words of the dictionary that are written most like this one, each once, whatever its capitals.

    It may take a second: see `suggestions`.
    """
    found: dict[str, str] = {}
    for each in _dictionaries(language):
        for meant in each.suggest(word.replace("\u2019", "'")):
            found.setdefault(meant.casefold(), meant)
    return tuple(found.values())


def words_of(text: str) -> list[str]:
    """Return the words of a text, as `misspelt` sees them."""
    return _WORD.findall(text)


def has_dictionary(language: str) -> bool:
    """Tell whether texts in that language can be checked here."""
    return bool(_places(language))


def _is_known(word: str, dictionaries: Collection[Any]) -> bool:
    straight = word.replace("\u2019", "'")
    tries = {straight, straight[:1].lower() + straight[1:]}
    return any(each.spell(one) for each in dictionaries for one in tries)


def _is_name(word: str, before: str, language: str) -> bool:
    """Tell a name or an abbreviation by its capitals; in German every noun has one."""
    inner = word[1:]
    if word.isupper() or inner != inner.lower():
        return True
    return word[0].isupper() and language != "de" and _SENTENCE_ENDS.search(before[-20:]) is None


@cache
def _dictionaries(language: str) -> tuple[Any, ...]:
    found = [hunspell.Hunspell(name, hunspell_data_dir=str(folder)) for folder, name in _places(language)]
    if found and language == "en":
        found.append(hunspell.Hunspell("en_US"))  # comes with the library
    return tuple(found)


def _places(language: str) -> list[tuple[Path, str]]:
    if language in OWN:
        return [(_FOLDER / language, "words")]
    folders = [Path(each) for each in (*os.environ.get("DICPATH", "").split(os.pathsep), *SYSTEM_FOLDERS) if each]
    codes = {"no": ("nb", "no"), "nb": ("nb", "no")}.get(language, (language,))
    for folder in folders:
        for code in codes:
            for words in sorted([*folder.glob(f"{code}.dic"), *folder.glob(f"{code}_*.dic")]):
                if words.with_suffix(".aff").is_file():
                    return [(folder, words.stem)]
    return []
