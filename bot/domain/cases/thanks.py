"""Tell a message that only thanks us from one that waits for an answer.

A message counts as thanks only if every word of it is known in thanks.toml, so that one unknown word is enough for a
customer to be heard. What thanks in advance asks for something, and so does a question mark. Whatever follows a
question of ours answers it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.domain.common.handles import HANDLE

LONGEST = 15  # words
MOST = 1000  # characters, with all that a reply is addressed to

_IGNORED = re.compile(rf"{HANDLE}|\^\w{{1,3}}\b")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_PUNCTUATION = frozenset(".,!:;'()#*~_-\u2013\u2014\u200d\ufe0e\ufe0f")
_FRIENDLY = frozenset("👍🙏❤😊😀😃😄😁🥰👌🙌💪🎉😍🤗💙💚💛🧡💜🖤🤍💕💖💗✅🫶☺😘🌹💐👏🤩😇✨🤝🥳🌟⭐🙂😌🎊💯🌸🌷")
_ADDRESS = re.compile(r"https?://\S+")
_UNHAPPY = re.compile(r"[:;=]['-]*\(|\)['-]*[:;=]|-_+-|\.\.")
_SMILEY = re.compile(r"(?<!\w)(?::-?\)+|;-?\)|<3|:-?d|\^\^|x{1,3})(?!\w)")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How people thank in one language; see thanks.toml."""

    thanks: tuple[str, ...]
    beside: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    asking: tuple[str, ...]


@cache
def vocabularies() -> tuple[Vocabulary, ...]:
    """Return what is known of each language."""
    known = tomllib.loads(files("bot.domain.cases").joinpath("thanks.toml").read_text("utf-8"))
    return tuple(
        Vocabulary(
            tuple(sorted(language["thanks"], key=len, reverse=True)),
            frozenset(language["beside"]).union(language["thanks"]),
            frozenset(language["for"]),
            frozenset(language["after"]),
            tuple(language["asking"]),
        )
        for language in known.values()
    )


def only_thanks(text: str) -> bool:
    """Tell whether a message says no more than thank you: with words, or with friendly emoji alone."""
    if len(text) > MOST:
        return False
    said = unicodedata.normalize("NFKC", _IGNORED.sub(" ", text)).casefold().replace("\u2019", "'")
    friendly = _FRIENDLY.intersection(said) or _SMILEY.search(said)
    said = _SMILEY.sub(" ", "".join(" " if char in _FRIENDLY or _is_skin_tone(char) else char for char in said))
    words = _WORD.findall(said)
    left = _WORD.sub("", said)
    if (
        len(words) > LONGEST
        or _UNHAPPY.search(said)
        or any(not char.isspace() and char not in _PUNCTUATION for char in left)
    ):
        return False
    if not words:
        return bool(friendly)
    spoken = f" {' '.join(words)} "
    if any(f" {phrase} " in spoken for vocabulary in vocabularies() for phrase in vocabulary.asking):
        return False
    return any(_thanks(spoken, vocabulary) for vocabulary in vocabularies())


def asks(answer: str) -> bool:
    """Tell whether an answer of ours asks the customer something, so that "ok" tells us what to do."""
    return "?" in unicodedata.normalize("NFKC", _ADDRESS.sub(" ", answer))


def _thanks(said: str, vocabulary: Vocabulary) -> bool:
    first = min((at for phrase in vocabulary.thanks if (at := said.find(f" {phrase} ")) >= 0), default=None)
    if first is None or not vocabulary.beside.issuperset(said[:first].split()):
        return False
    rest = said[first:]
    for phrase in vocabulary.thanks:
        rest = rest.replace(f" {phrase} ", " ")
    behind = False  # a word such as "for", with nothing thanked for yet
    for word in rest.split():
        if word in vocabulary.after:
            if not behind:
                return False
            behind = False
        elif word not in vocabulary.beside:
            return False
        behind = behind or word in vocabulary.before
    return True


def _is_skin_tone(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"
