"""What our use of X costs."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Literal

Billed = Literal["post_read", "mention_read", "user_read", "post", "post_with_url"]

# Price of each in thousandths of a dollar, from X's list of August 2026.
PRICES: dict[Billed, int] = {"post_read": 5, "mention_read": 1, "user_read": 10, "post": 15, "post_with_url": 200}


class Spend:
    """Counts what X bills, since the process started. An estimate: X bills the same post only once a day."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Billed] = Counter()

    def add(self, what: Billed, count: int = 1) -> None:
        with self._lock:
            self._counts[what] += count

    @property
    def counts(self) -> dict[Billed, int]:
        """How many of each were billed."""
        with self._lock:
            return {what: self._counts[what] for what in PRICES}

    @property
    def dollars(self) -> float:
        return sum(PRICES[what] * count for what, count in self.counts.items()) / 1000
