"""The same moment in earlier weeks, which defines what is normal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKS = 4


def same_moments(at: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return, newest first, this weekday and time in `zone` in each of the last 4 weeks, as UTC."""
    local = at.astimezone(zone)
    return [(local - timedelta(weeks=week)).astimezone(UTC) for week in range(1, WEEKS + 1)]
