"""Contact by another door than a network: what an agent notes tells that they called, mailed, or met the customer."""

from __future__ import annotations

import re
from enum import StrEnum


class Door(StrEnum):
    """How the customer was spoken to. The values are stored and exported."""

    PHONE = "phone"
    MAIL = "mail"
    COUNTER = "counter"


_WORDS = {
    Door.PHONE: "called phoned rang gebeld belde opgebeld telefonisch ringde ringt telefon telefonerade",
    Door.MAIL: "mailed emailed e-mailed gemaild mailde mejlade mailade mejlat",
    Door.COUNTER: "visited counter langsgekomen balie loket besökte kassan disken",
}
_DOORS = {word: door for door, words in _WORDS.items() for word in words.split()}


def door(note: str) -> Door | None:
    """Return how the customer was spoken to, by the note's first word; None if it tells of no contact."""
    first = re.match(r"[\w-]+", note.strip())
    return _DOORS.get(first[0].casefold()) if first else None
