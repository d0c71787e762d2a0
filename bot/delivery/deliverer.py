"""What every kind of delivery has in common: a row is leased, and what became of it is written down."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

from bot.usecases.desk.context import Context
from storage.engine import transaction, until_taken
from storage.outbox import Item, leases, rate_buckets
from storage.outbox.kinds import MessageKind

LONGEST_PAUSE_SECONDS = 300.0


class Deliverer(ABC):
    """One kind of delivery. `kinds` are the outbox's, `lease_seconds` longer than any one delivery takes.

    `hands` is how many rows one process has in hand at a time.
    """

    kinds: tuple[MessageKind, ...]
    lease_seconds: float
    hands: int

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._kept = until_taken(self.lease_seconds)

    def lease(self) -> Item | None:
        """The most urgent row that there is something to do about now."""
        length = self._ctx.clock.real(self.lease_seconds)
        with transaction(self._ctx.engine) as connection:
            return leases.lease(connection, self.kinds, self._ctx.clock.now(), length)

    @abstractmethod
    def deliver(self, item: Item) -> None:
        """Do it; whatever goes wrong is written down, with when to try again."""

    def put_off(self, item: Item) -> None:
        """It failed unforeseen: a row that makes no sense must neither hold up the others nor be forgotten."""
        self._postpone(item, self._after(back_off(item.failures)), error="failed", unknown=True)

    def _after(self, seconds: float) -> datetime:
        """So many of the machine's seconds from now."""
        return self._ctx.clock.now() + self._ctx.clock.real(seconds)

    def _done(self, item: Item) -> None:
        for attempt in self._kept:
            with attempt, transaction(self._ctx.engine) as connection:
                leases.done(connection, item)

    def _postpone(
        self,
        item: Item,
        until: datetime,
        *,
        error: str | None = None,
        unknown: bool = False,
        with_its_bucket: bool = False,
    ) -> None:
        """Again at `until`; a look-up that failed leaves it as unknown as it was whether the thing arrived.

        `with_its_bucket`: whatever else goes that way would fare no better.
        """
        for attempt in self._kept:
            with attempt, transaction(self._ctx.engine) as connection:
                if with_its_bucket:
                    rate_buckets.close(connection, item.rate_bucket, until)
                leases.postpone(
                    connection, item, until, error=error, unknown=unknown or item.post_started_at is not None
                )


def back_off(failures: int, at_least: float = 0.0) -> float:
    """Seconds to wait after so many failures in a row: twice as long each time, from `at_least` up to five minutes."""
    doubled = 2.0 ** min(failures, 10)  # a float has room for a thousand doublings, and an outage for more
    return min(LONGEST_PAUSE_SECONDS, max(at_least, doubled))
