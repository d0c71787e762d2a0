"""The slash command's own small language: a word, usually a thread's number, and free text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from bot.domain.common.errors import RefusalCode, Refused

ALONE = "help"  # the word that an empty command stands for
NUMBER_ALONE = "show"  # the word that a bare number stands for
EXAMPLE = 1042

_PERSON = re.compile(r"^<@(?P<id>[UW][A-Z0-9]+)(\|[^>]*)?>$")
_LINK = re.compile(r"<(?P<target>(?:https?://|mailto:)[^|>]*)(?:\|(?P<shown>[^>]*))?>")
_NAMED = re.compile(r"<(?P<sigil>[@#!])(?P<id>[^|>]*)(?:\|(?P<shown>[^>]*))?>")


class Number(Enum):
    """Whether a word is followed by a thread's number."""

    NONE = "none"
    OPTIONAL = "optional"
    NEEDED = "needed"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the slash command, as the parser, the help and Slack's hint need it.

    `help` is its line in the help. `rest` is how the help names the text after it ("reason…"), or "". Mark both with
    N_. Slack shows `hinted` words while somebody types the command.
    """

    name: str
    help: str
    number: Number = Number.NONE
    rest: str = ""
    hinted: bool = False

    @property
    def form(self) -> str:
        """How to type it, such as "show 1042"."""
        return self.name if self.number is Number.NONE else f"{self.name} {EXAMPLE}"


@dataclass(frozen=True, slots=True)
class Command:
    """What was asked. `thread` is None if no number was given. `rest` is as Slack sent it, still escaped."""

    word: str
    thread: int | None
    rest: str


def parse(text: str, words: Sequence[Word]) -> Command:
    """Parse what somebody typed after the command. Nothing asks for help, and a bare number for its card.

    Raises Refused: "unknown_command" with `word` and `nearest` (or None), "not_a_number" with `word`, "number_missing"
    with `command`.
    """
    numbers = {word.name: word.number for word in words}
    name, rest = _first(text)
    name = name.lower() or ALONE
    if name.removeprefix("#").isdecimal():
        name, rest = NUMBER_ALONE, text
    if name not in numbers:
        nearest = difflib.get_close_matches(name, numbers, n=1, cutoff=0.5)
        raise Refused(RefusalCode.UNKNOWN_COMMAND, word=name, nearest=nearest[0] if nearest else None)
    if numbers[name] is Number.NONE:
        return Command(name, None, rest)
    number, rest = _first(rest)
    if not number:
        if numbers[name] is Number.OPTIONAL:
            return Command(name, None, "")
        raise Refused(RefusalCode.NUMBER_MISSING, command=name)
    digits = number.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise Refused(RefusalCode.NOT_A_NUMBER, word=number)
    return Command(name, int(digits), rest)


def usage_hint(words: Sequence[Word]) -> str:
    """Return what Slack shows while somebody types the command: "open | mine | show 1042"."""
    return " | ".join(word.form for word in words if word.hinted)


def person(text: str) -> str | None:
    """Return the Slack id in an escaped mention such as <@U0ANNA|anna>; None for anything else."""
    match = _PERSON.match(text.strip())
    return match["id"] if match else None


def plain(text: str) -> str:
    """Recover what the agent typed: Slack escapes links, names and &, <, > on the way."""
    unlinked = _LINK.sub(lambda match: match["shown"] or match["target"].removeprefix("mailto:"), text)
    unnamed = _NAMED.sub(_name, unlinked)
    return unnamed.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _first(text: str) -> tuple[str, str]:
    """Split off the first word, whatever white space follows it; the rest keeps its line breaks."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word, rest[0].strip() if rest else ""


def _name(match: re.Match[str]) -> str:
    shown: str = match["shown"] or match["id"]
    return match["sigil"].replace("!", "@") + shown.removeprefix("@")
