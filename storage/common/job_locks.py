"""Job locks: work that only one process does at a time, such as deleting old threads or rechecking posts."""

from __future__ import annotations

from datetime import timedelta

from storage.free_at import FreeAt
from storage.tables import job_lock

RETENTION = "retention"  # the one lock that rests for an hour
HOURLY = timedelta(hours=1)

_locks = FreeAt(job_lock)
take = _locks.take
is_free = _locks.is_free
until = _locks.until
hold = _locks.close
