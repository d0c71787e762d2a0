"""Mute: what an author writes makes no cards for a while. Everything of it is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.common.errors import RefusalCode, Refused

USUAL = timedelta(days=7)
LONGEST = timedelta(days=365)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LENGTH = re.compile(r"([0-9]{1,5})([hdw])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mute:
    """One customer's mute at one desk; `thread_id` is the thread in which an agent muted them."""

    id: int
    desk: str
    customer_id: int
    customer_handle: str
    thread_id: int
    reason: str
    by: str
    at: datetime
    until: datetime


def read(text: str) -> tuple[timedelta, str]:
    """Split "30d spam" into its length and reason; without a length it is a week.

    Raises Refused: "reason_missing", "mute_too_long" with `longest` in days.
    """
    first, _, rest = text.strip().partition(" ")
    said = _LENGTH.fullmatch(first)
    length, reason = (int(said[1]) * _UNITS[said[2].lower()], rest) if said else (USUAL, text)
    if not timedelta(0) < length <= LONGEST:
        raise Refused(RefusalCode.MUTE_TOO_LONG, longest=LONGEST.days)
    if not reason.strip():
        raise Refused(RefusalCode.REASON_MISSING)
    return length, reason.strip()
