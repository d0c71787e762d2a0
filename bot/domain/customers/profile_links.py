"""Where people's profiles lead to. Two accounts that lead to one place may be one person's."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST, LONGEST = 8, 200  # places that are kept of one profile, and the characters of one

_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?([^/?#\s]+\.[^/?#\s]+)(/[^?#\s]*)?(?:[?#]\S*)?", re.IGNORECASE)


def led_to(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the places that addresses lead to, each once and as they are compared, such as "anna.nl/shop"."""
    found = (_ADDRESS.fullmatch(address) for address in addresses)
    places = (match[1] + (match[2] or "").rstrip("/") for match in found if match is not None)
    return tuple(dict.fromkeys(place.casefold() for place in places if len(place) <= LONGEST))[:MOST]
