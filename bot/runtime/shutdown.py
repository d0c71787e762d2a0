"""Waits for SIGTERM or SIGINT in the main thread."""

from __future__ import annotations

import math
import signal
import time

LOOK_SECONDS = 0.2


class ShutdownSignal:
    """Knows whether this process was told to end.

    It polls, because the system may deliver a signal to any thread, while Python handles it in the main thread, which
    does not wake up while it sleeps in a lock. (One stop in a hundred was lost.)
    """

    def __init__(self) -> None:
        self.told = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._tell)

    def wait(self, seconds: float = math.inf) -> bool:
        """Block until told to end, or for `seconds`; return whether it was told."""
        end = time.monotonic() + seconds
        while not self.told and (left := end - time.monotonic()) > 0:
            time.sleep(min(LOOK_SECONDS, left))
        return self.told

    def _tell(self, _number: int, _frame: object) -> None:
        self.told = True
