"""A colleague's look at a draft: what they were shown, and what they suggest instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LONGEST = 3000  # characters of a field of a form


@dataclass(frozen=True, slots=True)
class Look:
    """`asked` is the colleague who was asked, None for the channel. `text` is the owner's draft as it was at `at`.

    The words are empty once they are no longer kept.
    """

    id: int
    thread_id: int
    owner: str
    asked: str | None
    text: str
    at: datetime
    suggestion: str = ""
    suggested_by: str | None = None
    suggested_at: datetime | None = None
    taken_at: datetime | None = None


def taken(look: Look, own: str) -> tuple[str, bool]:
    """Return the draft that the suggestion makes of the owner's `own` one, and whether they typed on meanwhile.

    What they typed on stands below the suggestion, so that nothing is lost.
    """
    if own.strip() in ("", look.text.strip(), look.suggestion.strip()):
        return look.suggestion, False
    return f"{look.suggestion}\n\n{own}", True
