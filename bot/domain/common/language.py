"""Tell which language a text is in.

Short texts can't be told by any tool ("Hallo?"), so callers ask only what is certain, and fall back on what else they
know. The detector is native code with wheels for most machines; where it is missing nothing is ever certain.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from bot.domain.common.handles import HANDLE

try:
    import eldc
except ImportError:  # see the markers in pyproject.toml
    eldc = None

FEWEST = 3  # words of which a language can be told

_NOT_WORDS = re.compile(rf"https?://\S+|{HANDLE}|#|[\ud800-\udfff]")
_WORD = re.compile(r"[^\W\d_]+")
_ALIKE = (
    frozenset({"da", "no", "nb", "nn"}),
    frozenset({"bs", "hr", "sr"}),
    frozenset({"id", "ms"}),
    frozenset({"cs", "sk"}),
    frozenset({"nl", "af"}),
)


def is_known() -> bool:
    """Tell whether languages can be told on this machine."""
    return eldc is not None


def certain(text: str) -> str | None:
    """Return the code of the language that a text is certainly in, such as "nl"; None if that can't be told."""
    said = _NOT_WORDS.sub(" ", text)
    if eldc is None or len(_WORD.findall(said)) < FEWEST:
        return None
    found = _detector().detect_details(said)
    return str(found.language) if found.reliable and found.language != "und" else None


def spoken(text: str, corrected: str | None, hint: str | None, earlier: str | None) -> str | None:
    """Return the language of what a customer wrote; None if nobody knows.

    What an agent `corrected` goes before what the words say, and these before the network's `hint`, which names the
    region as well. Where the words say nothing certain, the customer writes what they wrote `earlier`.
    """
    if corrected is not None:
        return corrected
    told = certain(text)
    if told is None:
        return earlier or hint
    return hint if hint is not None and base(hint) == told else told


def is_understood(written: str, expected: str) -> bool:
    """Tell whether who reads one language reads the other, or a detector takes one for the other."""
    one, other = base(written), base(expected)
    return one == other or any({one, other} <= group for group in _ALIKE)


def base(code: str) -> str:
    """Return a language without its region: "pt" of "pt-BR"."""
    return code.replace("_", "-").partition("-")[0].lower()


@cache
def _detector() -> Any:
    eldc.init()
    return eldc.instance()
