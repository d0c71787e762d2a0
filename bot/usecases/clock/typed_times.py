"""Times that agents type or pick, read in their desk's zone and hours."""

from __future__ import annotations

from datetime import datetime

from bot.domain.clock import said
from bot.domain.clock.said import Edge, NotATime, Said
from bot.domain.common.errors import RefusalCode, Refused
from bot.settings import Desk

_FAULTS = {
    "unreadable": RefusalCode.TIME_UNREADABLE,
    "past": RefusalCode.TIME_PAST,
    "too_far": RefusalCode.TIME_TOO_FAR,
}


def time_of(text: str, at: datetime, desk: Desk, edge: Edge) -> Said:
    """Read the time that the text begins with.

    Raises Refused: "time_unreadable", "time_past", "time_too_far", each with `piece` and `meant`.
    """
    try:
        return said.read(text, at, desk.calendar(at), edge)
    except NotATime as fault:
        raise Refused(_FAULTS[fault.fault], piece=fault.piece, meant=fault.meant) from None


def require_ahead(picked: datetime, at: datetime, desk: Desk, edge: Edge) -> None:
    """Raise Refused, as `time_of` does, unless this is ahead and within a year."""
    if not at < picked <= at + said.FURTHEST:
        time_of(f"{picked.astimezone(desk.timezone):%Y-%m-%d %H:%M}", at, desk, edge)
