"""How far a list was read that is sorted by time, newest first, and in which entries may turn up late."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.networks.untrusted import items, mapping, string

OVERLAP = timedelta(minutes=10)
"""How much earlier than the newest entry another one may still turn up. The sweep finds what is later than that."""

MOST_SEEN = 2000


@dataclass(frozen=True, slots=True)
class Mark:
    """Everything from before `at` less the overlap was read, and beyond that those entries that are in `seen`."""

    at: datetime
    seen: frozenset[str]

    @classmethod
    def read(cls, cursor: str | None) -> Mark | None:
        """Read the mark from a stored cursor; None if it is not one of ours."""
        try:
            stored = mapping(json.loads(cursor or ""))
            at = datetime.fromisoformat(string(stored.get("at")))
        except (ValueError, RecursionError):
            return None
        if at.tzinfo is None or not 2000 <= at.year < 2100:
            return None
        return cls(at.astimezone(UTC), frozenset(map(string, items(stored.get("seen")))))

    @property
    def low(self) -> datetime:
        """The earliest time at which something may have turned up since."""
        return self.at - OVERLAP

    def has(self, name: str) -> bool:
        return _digest(name) in self.seen

    def __str__(self) -> str:
        return json.dumps({"at": self.at.isoformat(), "seen": sorted(self.seen)})


def mark(entries: Iterable[tuple[datetime, str]], before: Mark | None, now: datetime) -> Mark | None:
    """Return how far a list was read, by the times and names of all that it held down to the old mark.

    A time beyond `now` does not count, or nothing would be read until then.
    """
    newest_first = sorted(entries, reverse=True)
    if not newest_first:
        return before
    at = min(newest_first[0][0], now)
    if before is not None:
        at = max(at, before.at)
    recent = [name for time, name in newest_first if time >= at - OVERLAP]
    return Mark(at, frozenset(map(_digest, recent[:MOST_SEEN])))


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
