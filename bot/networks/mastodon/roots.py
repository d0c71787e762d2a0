"""Which post begins a thread. Servers tell it for one post at a time, so what they told is remembered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

ROOTS_KEPT = 20_000


class Roots:
    """The first posts of threads, by the ids of posts in them; the ones used last are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, str] = OrderedDict()

    def get(self, id_: str) -> str | None:
        with self._lock:
            return self._known.get(id_)

    def keep(self, ids: Iterable[str], root: str) -> None:
        with self._lock:
            for id_ in ids:
                self._known[id_] = root
                self._known.move_to_end(id_)
            while len(self._known) > ROOTS_KEPT:
                self._known.popitem(last=False)
