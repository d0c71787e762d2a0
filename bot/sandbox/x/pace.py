"""How often a sample customer speaks, in real seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Pace:
    """Real seconds between two sample posts; 0 means silence. Any thread may change it while it runs."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()

    @property
    def seconds(self) -> float:
        return self._seconds

    def set(self, seconds: float) -> None:
        """Change the pace at once. Raises ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("the pace is a number of seconds, or 0 for silence")
        self._seconds = seconds
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._changed.set)

    async def keep(self, act: Callable[[], object]) -> None:
        """Call `act` at this pace until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), self._seconds or None)
            except TimeoutError:
                act()
