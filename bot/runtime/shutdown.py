"""SIGTERM and SIGINT, waited for in the main thread."""

from __future__ import annotations

import math
import signal
import time

LOOK_SECONDS = 0.2


class ShutdownSignal:
    """Whether this process was told to end.

    Looked for again and again: the system may hand a signal to any thread, and what Python does about it waits for the
    main one, which nothing wakes if it sleeps in a lock. (One stop in a hundred never came.)
    """

    def __init__(self) -> None:
        self.told = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._tell)

    def wait(self, seconds: float = math.inf) -> bool:
        """Until it is told, or for so many seconds: whether it was told."""
        end = time.monotonic() + seconds
        while not self.told and (left := end - time.monotonic()) > 0:
            time.sleep(min(LOOK_SECONDS, left))
        return self.told

    def _tell(self, _number: int, _frame: object) -> None:
        self.told = True
