"""A lock that threads get in the order in which they asked for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy.exc import TimeoutError as TurnTimeoutError


class FairLock:
    """Passes the lock on first come, first served.

    Python's own locks favour the thread that has just released one, so the others may wait for ever.
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._line: deque[Lock] = deque()  # the first one's thread holds the lock, the others wait

    def __len__(self) -> int:
        """Return how many threads hold the lock or wait for it."""
        return len(self._line)

    @contextmanager
    def turn(self, within: float) -> Iterator[None]:
        """Hold the lock. Raises SQLAlchemy's TimeoutError if that takes longer than `within` seconds."""
        mine = Lock()
        with self._guard:
            if self._line:
                mine.acquire()
            self._line.append(mine)
        try:
            if not mine.acquire(timeout=within):
                raise TurnTimeoutError("the turn to write did not come")
            yield
        finally:
            self._leave(mine)

    def _leave(self, mine: Lock) -> None:
        with self._guard:
            had_it = self._line[0] is mine
            self._line.remove(mine)
            if had_it and self._line:
                self._line[0].release()
