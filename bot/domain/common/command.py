"""The slash command's own small language: a word, mostly a thread's number, and the rest in plain text."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from bot.domain.common.errors import RefusalCode, Refused

WORDS = (
    "open",
    "mine",
    "show",
    "claim",
    "reply",
    "escalate",
    "release",
    "handover",
    "close",
    "history",
    "standup",
    "help",
)
NUMBERED = frozenset({"show", "claim", "reply", "escalate", "release", "handover", "close"})

_PERSON = re.compile(r"^<@(?P<id>[UW][A-Z0-9]+)(\|[^>]*)?>$")
_LINK = re.compile(r"<(?P<target>(?:https?://|mailto:)[^|>]*)(?:\|(?P<shown>[^>]*))?>")
_NAMED = re.compile(r"<(?P<sigil>[@#!])(?P<id>[^|>]*)(?:\|(?P<shown>[^>]*))?>")


@dataclass(frozen=True, slots=True)
class Command:
    """What was asked. `thread` is None where no number was given, `rest` is as Slack sent it, still escaped."""

    word: str
    thread: int | None
    rest: str


def parse(text: str) -> Command:
    """An empty text asks for help, and a number alone for its card.

    Raises Refused: "unknown_command" with `word` and `nearest` (or None), "not_a_number" with `word`,
    "number_missing" with `command`.
    """
    word, rest = _first(text)
    word = word.lower() or "help"
    if word.removeprefix("#").isdecimal():
        word, rest = "show", text
    if word not in WORDS:
        nearest = difflib.get_close_matches(word, WORDS, n=1, cutoff=0.5)
        raise Refused(RefusalCode.UNKNOWN_COMMAND, word=word, nearest=nearest[0] if nearest else None)
    if word not in NUMBERED:
        return Command(word, None, rest)
    number, rest = _first(rest)
    if not number:
        if word == "release":
            return Command(word, None, "")
        raise Refused(RefusalCode.NUMBER_MISSING, command=word)
    digits = number.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise Refused(RefusalCode.NOT_A_NUMBER, word=number)
    return Command(word, int(digits), rest)


def person(text: str) -> str | None:
    """The Slack id in an escaped mention such as <@U0ANNA|anna>; None when it is something else."""
    match = _PERSON.match(text.strip())
    return match["id"] if match else None


def plain(text: str) -> str:
    """What the agent typed, out of what Slack made of it: links, names and &, <, > were escaped on the way."""
    unlinked = _LINK.sub(lambda match: match["shown"] or match["target"].removeprefix("mailto:"), text)
    unnamed = _NAMED.sub(_name, unlinked)
    return unnamed.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _first(text: str) -> tuple[str, str]:
    """The first word and the rest, whatever white space is between them; a rest keeps its own lines."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word, rest[0].strip() if rest else ""


def _name(match: re.Match[str]) -> str:
    shown: str = match["shown"] or match["id"]
    return match["sigil"].replace("!", "@") + shown.removeprefix("@")
