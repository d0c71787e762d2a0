"""What our use of X costs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Literal

from bot.domain.reports.spend import Billed

Service = Literal["post_read", "mention_read", "user_read", "post", "post_with_url"]

# Price of each in thousandths of a dollar, from X's list of August 2026 (https://docs.x.com/x-api/getting-started/pricing).
PRICES: dict[Service, int] = {"post_read": 5, "mention_read": 1, "user_read": 10, "post": 15, "post_with_url": 200}


class Spend:
    """Counts what X bills: what comes back and what is posted, each thing once a day of UTC. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._settling = threading.Lock()
        self._day: date | None = None
        self._seen: set[tuple[Service, str]] = set()
        self._unsettled: list[Billed] = []

    def add(self, what: Service, ids: Iterable[str], at: datetime) -> None:
        """Count what X gave or posted, but not what it has already given on the same day."""
        day = at.astimezone(UTC).date()
        with self._lock:
            if day != self._day:
                self._day = day
                self._seen.clear()
            new = [id_ for id_ in dict.fromkeys(ids) if (what, id_) not in self._seen]
            self._seen.update((what, id_) for id_ in new)
            self._unsettled += [Billed(what, id_, day, PRICES[what]) for id_ in new]

    def settle(self, store: Callable[[Sequence[Billed]], None]) -> None:
        """Hand over what was counted since the last time; what `store` fails to take is handed over again."""
        with self._settling:
            with self._lock:
                billed = tuple(self._unsettled)
            if billed:
                store(billed)
            with self._lock:
                del self._unsettled[: len(billed)]
