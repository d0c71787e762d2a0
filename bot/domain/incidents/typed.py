"""What somebody typed after `incident`: what to do, and about which one."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.common.command import folded

SPOKEN = {
    "open": ("open", "begin", "openen", "öppna"),
    "list": ("list", "lijst", "lista"),
    "close": ("close", "sluit", "sluiten", "stäng"),
    "join": ("join", "voeg", "toevoegen", "anslut"),
    "leave": ("leave", "eruit", "verwijder", "lämna"),
    "solved": ("solved", "opgelost", "löst"),
}
"""What can be done, and the words that mean it, English first."""

_DEEDS = {folded(word): deed for deed, words in SPOKEN.items() for word in words}
_QUOTE = "\"'\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u00ab\u00bb\u2033"
_QUOTED = re.compile(rf"^[{_QUOTE}]+(?P<name>.+?)[{_QUOTE}]+(?P<rest>(?:\s.*)?)$", re.DOTALL)
_NUMBER = re.compile(r"#?(\d{1,9})$")


@dataclass(frozen=True, slots=True)
class Deed:
    """What to do, None if it is none of ours, and the text after it."""

    name: str | None
    rest: str


def deed(text: str) -> Deed:
    """Read what to do; nothing asks for the list."""
    word, _, rest = text.strip().partition(" ")
    return Deed(_DEEDS.get(folded(word)) if word else "list", rest.strip())


def name_and_label(text: str) -> tuple[str, str]:
    """Return an incident's name, and a label after it. Any keyboard's quotes will do; without, all is the name."""
    found = _QUOTED.match(text.strip())
    return (found["name"].strip(), found["rest"].strip()) if found else (text.strip(), "")


def numbers_and_incident(text: str, going_on: Collection[int] = ()) -> tuple[list[int], str]:
    """Return the threads that are named first, each once, and what is left: which incident is meant.

    Where several incidents are `going_on` one has to be named, so a last number that is one of theirs means it.
    """
    numbers: dict[int, None] = {}
    words = text.replace(",", " ").split()
    while words and (found := _NUMBER.match(words[0])):
        numbers[int(found[1])] = None
        words.pop(0)
    last = next(reversed(numbers), None)
    if not words and len(numbers) > 1 and len(going_on) > 1 and last in going_on:
        return list(numbers)[:-1], str(last)
    return list(numbers), " ".join(words)
