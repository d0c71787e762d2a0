"""What is normal is what was so at the same time of earlier weeks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKS = 4


def same_moments(at: datetime, zone: ZoneInfo) -> list[datetime]:
    """This time of the week by the clock of `zone` in each of the last 4 weeks, newest first."""
    local = at.astimezone(zone)
    return [(local - timedelta(weeks=week)).astimezone(UTC) for week in range(1, WEEKS + 1)]
