"""The calendars by which targets were counted: stored once each, and never changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from bot.domain.clock.calendar import AROUND_THE_CLOCK, Calendar
from storage.engine import upsert
from storage.tables import calendar as table

COLUMNS = (table.c.id.label("calendar_number"), table.c.hours, table.c.zone)
"""What `calendar_of` needs; a query adds them to those of a table that it joins to this one."""

_FIND = select(table.c.id).where(table.c.digest == bindparam("this"))


def keep(connection: Connection, calendar: Calendar) -> Calendar:
    """Store the calendar if it is a new one; return it with its number. Around the clock has none."""
    if not calendar.hours:
        return AROUND_THE_CLOCK
    this = hashlib.sha256(f"{calendar.zone}\n{calendar.hours}".encode()).hexdigest()
    number = connection.execute(_FIND, {"this": this}).scalar_one_or_none()
    if number is None:
        values = {"digest": this, "hours": calendar.hours, "zone": calendar.zone}
        connection.execute(upsert(connection, table).on_conflict_do_nothing(), values)
        number = connection.execute(_FIND, {"this": this}).scalar_one()
    return replace(calendar, id=number)


def calendar_of(row: Row[Any]) -> Calendar:
    """Build a Calendar from a row that has COLUMNS, by an outer join."""
    if row.calendar_number is None:
        return AROUND_THE_CLOCK
    return Calendar(row.hours, row.zone, row.calendar_number)
