"""What our use of X costs."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Literal

Billed = Literal["post_read", "mention_read", "user_read", "post", "post_with_url"]

# Price of each in thousandths of a dollar, from X's list of August 2026.
PRICES: dict[Billed, int] = {"post_read": 5, "mention_read": 1, "user_read": 10, "post": 15, "post_with_url": 200}


class Spend:
    """Counts what X bills, since the process started: what comes back, each post and person once a day of UTC."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Billed] = Counter()
        self._day: date | None = None
        self._read: set[tuple[Billed, str]] = set()

    def read(self, what: Billed, ids: Iterable[str], at: datetime) -> None:
        """Count what an answer of X holds, but not what X has already given on the same day."""
        day = at.astimezone(UTC).date()
        with self._lock:
            if day != self._day:
                self._day = day
                self._read.clear()
            new = {(what, id_) for id_ in ids} - self._read
            self._read |= new
            self._counts[what] += len(new)

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
