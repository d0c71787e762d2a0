"""Agreed: the targets and the calendar that hold for a customer who begins to wait now."""

from __future__ import annotations

from datetime import datetime

from bot.domain.clock.targets import ResponseTargets
from bot.settings import Desk
from storage.clock import calendars
from storage.engine import Connection


def agreed(connection: Connection, desk: Desk, at: datetime) -> ResponseTargets:
    """Return the desk's present targets, with their calendar stored so that a later config leaves the past alone."""
    return ResponseTargets(
        desk.targets.first_response,
        desk.targets.next_response,
        desk.targets.warn_at,
        calendars.keep(connection, desk.calendar(at)),
    )
