"""Tells the sandbox's page when something has changed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Changes:
    """Broadcasts the names of what changed ("slack", "x"). Any thread may publish.

    A watcher that has not read yet gets each name once, because it fetches the whole state anyway.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watchers: set[_Watcher] = set()

    def publish(self, kind: str) -> None:
        with self._lock:
            watchers = tuple(self._watchers)
        for watcher in watchers:
            watcher.tell(kind)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[str]]:
        """Yield an iterator of changes: `async with changes.subscribe() as kinds: async for kind in kinds: ...`.

        Enter it in the event loop that reads.
        """
        watcher = _Watcher(asyncio.get_running_loop())
        with self._lock:
            self._watchers.add(watcher)
        try:
            yield watcher.kinds()
        finally:
            with self._lock:
                self._watchers.discard(watcher)


class _Watcher:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._kinds: dict[str, None] = {}
        self._something = asyncio.Event()

    def tell(self, kind: str) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._note, kind)

    def _note(self, kind: str) -> None:
        self._kinds[kind] = None
        self._something.set()

    async def kinds(self) -> AsyncIterator[str]:
        while True:
            await self._something.wait()
            self._something.clear()
            pending, self._kinds = self._kinds, {}
            for kind in pending:
                yield kind
