"""Job locks: what one process is to do at a time, such as deleting old threads or asking after stored posts."""

from __future__ import annotations

from storage.free_at import FreeAt
from storage.tables import job_lock

_locks = FreeAt(job_lock)
take = _locks.take
is_free = _locks.is_free
hold = _locks.close
