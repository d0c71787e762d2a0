"""One rule for rows of which somebody is to be reminded: the oldest first, and each by one process."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, select


def due(rows: Table, at: datetime, limit: int, *, lock: bool) -> Select[Any]:
    """Build a SELECT of the rows whose `next_nag_at` has come; with `lock`, those that no other process holds.

    Only these rows are locked, not what the caller joins to them.
    """
    query = select(rows).where(rows.c.next_nag_at <= at).order_by(rows.c.next_nag_at).limit(limit)
    return query.with_for_update(skip_locked=True, of=rows) if lock else query
