"""The slash command's own small language: a word, usually a thread's number, and free text."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.common.typed import normal, unescaped

ALONE = "help"  # the word that an empty command stands for
NUMBER_ALONE = "show"  # the word that a bare number stands for
EXAMPLE = 1042
MAX_NUMBERS = 20  # threads that one command may name

_PERSON = re.compile(r"^<@(?P<id>[UW][A-Z0-9]+)(\|[^>]*)?>(?:\s+|$)")
_LINK = re.compile(r"<(?P<target>(?:https?://|mailto:)[^|>]*)(?:\|(?P<shown>[^>]*))?>")
_NAMED = re.compile(r"<(?P<sigil>[@#!])(?P<id>[^|>]*)(?:\|(?P<shown>[^>]*))?>")


class Number(Enum):
    """Whether a word is followed by a thread's number."""

    NONE = "none"
    OPTIONAL = "optional"
    NEEDED = "needed"
    SEVERAL = "several"  # one or more


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the slash command, as the parser, the help and Slack's hint need it.

    `help` is its line in the help. `rest` is how the help names the text after it ("reason…"), or "". Mark both with
    N_. Slack shows `hinted` words while somebody types the command. `spoken` holds the words that mean the same in
    other languages, by language; the help shows the first of the reader's. Every word is understood from everybody.
    """

    name: str
    help: str
    number: Number = Number.NONE
    rest: str = ""
    hinted: bool = False
    spoken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Every word that means this, English first."""
        return (self.name, *(name for names in self.spoken.values() for name in names))

    @property
    def form(self) -> str:
        """How to type it, such as "show 1042"."""
        return self.form_in("en")

    def form_in(self, language: str) -> str:
        """How to type it in this language, such as "toon 1042"; in English if it has no word there."""
        name = self.name_in(language)
        return name if self.number is Number.NONE else f"{name} {EXAMPLE}"

    def name_in(self, language: str) -> str:
        """The word itself in this language, such as "toon"; in English if there is none."""
        return (*self.spoken.get(language, ()), self.name)[0]


@dataclass(frozen=True, slots=True)
class Command:
    """What was asked.

    `word` is in English, whatever was typed. `thread` is None if no number was given; `others` are the numbers after
    the first. `rest` is as Slack sent it, still escaped.
    """

    word: str
    thread: int | None
    rest: str
    others: tuple[int, ...] = ()


def parse(text: str, words: Sequence[Word]) -> Command:
    """Parse what somebody typed after the command. Nothing asks for help, and a bare number for its card.

    Raises Refused: "unknown_command" with `word` and `nearest` (or None), "not_a_number" with `word`, "number_missing"
    with `command`, "too_many_numbers" with `limit`.
    """
    known = {folded(name): (name, word) for word in words for name in word.names}
    typed, rest = _first(text)
    typed = typed.lower() or ALONE
    if typed.removeprefix("#").isdecimal():
        typed, rest = NUMBER_ALONE, text
    if folded(typed) not in known:
        nearest = difflib.get_close_matches(folded(typed), known, n=1, cutoff=0.5)
        raise Refused(RefusalCode.UNKNOWN_COMMAND, word=typed, nearest=known[nearest[0]][0] if nearest else None)
    _, word = known[folded(typed)]
    if word.number is Number.NONE:
        return Command(word.name, None, rest)
    number, after = _first(rest)
    if not number:
        if word.number is Number.OPTIONAL:
            return Command(word.name, None, "")
        raise Refused(RefusalCode.NUMBER_MISSING, command=typed)
    if word.number is Number.SEVERAL:
        return _several(word, rest)
    return Command(word.name, _number(number), after)


def folded(name: str) -> str:
    """Return a word as it is compared: without case and accents, which not everybody's keyboard has."""
    return "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))


def usage_hint(words: Sequence[Word]) -> str:
    """Return what Slack shows while somebody types the command: "open | mine | show 1042"."""
    return " | ".join(word.form for word in words if word.hinted)


def addressed(text: str) -> tuple[str | None, str]:
    """Return the Slack id in the mention that the text begins with, such as <@U0ANNA|anna>, and what follows it.

    The id is None if the text begins with anything else.
    """
    match = _PERSON.match(text.strip())
    return (match["id"], text.strip()[match.end() :]) if match else (None, text)


def plain(text: str) -> str:
    """Recover what the agent typed, to compare it or to give it back: Slack escapes links, names and &, <, >.

    What goes to others is read by bot.domain.common.typed.
    """
    unlinked = _LINK.sub(lambda match: match["shown"] or match["target"].removeprefix("mailto:"), text)
    return normal(unescaped(_NAMED.sub(_name, unlinked)))


def _number(typed: str) -> int:
    if not _is_number(typed):
        raise Refused(RefusalCode.NOT_A_NUMBER, word=typed)
    return int(typed.removeprefix("#"))


def _is_number(typed: str) -> bool:
    digits = typed.removeprefix("#")
    return digits.isascii() and digits.isdigit() and len(digits) <= 9


def _several(word: Word, text: str) -> Command:
    """Read numbers, each once; what is no number is left in `rest`. The first must be one."""
    first, *others = text.replace(",", " ").split() or [text]
    numbers = dict.fromkeys([_number(first), *(_number(part) for part in others if _is_number(part))])
    if len(numbers) > MAX_NUMBERS:
        raise Refused(RefusalCode.TOO_MANY_NUMBERS, limit=MAX_NUMBERS)
    number, *further = numbers
    return Command(word.name, number, " ".join(part for part in others if not _is_number(part)), tuple(further))


def _first(text: str) -> tuple[str, str]:
    """Split off the first word, whatever white space follows it; the rest keeps its line breaks."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word, rest[0].strip() if rest else ""


def _name(match: re.Match[str]) -> str:
    shown: str = match["shown"] or match["id"]
    return match["sigil"].replace("!", "@") + shown.removeprefix("@")
