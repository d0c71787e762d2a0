"""`--by` in the command: by when a typed reply promises to come back."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Some keyboards make one long dash of two, and curly quotes of straight ones. After words a long dash is the text's.
_LONG = "[\u2013\u2014]"
_QUOTES = "\"\u201c\u201d\u201e'\u2018\u2019"
_WORD = r"(?:by|voor|uiterlijk|senast|innan)(?:\s+|=)"
_FIRST = re.compile(rf"(?:--|{_LONG}){_WORD}", re.IGNORECASE)
_LAST = re.compile(rf"(?P<rest>.*\S)\s+--{_WORD}(?P<time>[^\n]+)", re.DOTALL | re.IGNORECASE)
_QUOTED = re.compile(rf"[{_QUOTES}](?P<time>[^{_QUOTES}]+)[{_QUOTES}](?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Option:
    """What "--by" says: the text with the time, and the reply.

    The reply is None where it stands after the time without a mark between them.
    """

    time: str
    reply: str | None


def option(text: str) -> Option | None:
    """Return what "--by" says at the beginning or at the end of a typed reply; None if it is not there."""
    first = _FIRST.match(text)
    if first is None:
        last = _LAST.fullmatch(text)
        return Option(last["time"].strip(f"{_QUOTES} "), last["rest"]) if last else None
    after = text[first.end() :]
    quoted = _QUOTED.fullmatch(after)
    return Option(quoted["time"], quoted["rest"].strip()) if quoted else Option(after, None)
