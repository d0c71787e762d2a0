"""What all kinds of delivery share: a row is leased, and its outcome is recorded."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

from bot.usecases.desk.context import Context
from storage.engine import transaction, until_taken
from storage.outbox import Item, leases, rate_buckets
from storage.outbox.kinds import MessageKind

LONGEST_PAUSE_SECONDS = 300.0


class Deliverer(ABC):
    """One kind of delivery.

    `kinds` are those of the outbox. `lease_seconds` is longer than any one delivery takes. One process works on as many
    rows at a time as it has `threads`. Every lease touches the rate bucket `leasing`, if it has one, so that two
    processes never begin on one destination at once.
    """

    kinds: tuple[MessageKind, ...]
    lease_seconds: float
    threads: int
    leasing = ""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._retrying = until_taken(self.lease_seconds)

    def lease(self) -> Item | None:
        """Lease the most urgent row that can be worked on now; None if there is none."""
        at, length = self._ctx.clock.now(), self._ctx.clock.real(self.lease_seconds)
        with transaction(self._ctx.engine) as connection:
            if self.leasing:
                rate_buckets.close(connection, self.leasing, at)
            return leases.lease(connection, self.kinds, at, length)

    @abstractmethod
    def deliver(self, item: Item) -> None:
        """Deliver the row. Whatever goes wrong is recorded, with the time of the next try."""

    def postpone_failed(self, item: Item) -> None:
        """Postpone a row that failed unexpectedly, so that it neither blocks the others nor is forgotten."""
        self._postpone(item, self._after(back_off(item.failures)), error="failed", unknown=True)

    def _after(self, seconds: float) -> datetime:
        """Return the instant that many of the machine's seconds from now."""
        return self._ctx.after(seconds)

    def _done(self, item: Item) -> None:
        for attempt in self._retrying:
            with attempt, transaction(self._ctx.engine) as connection:
                leases.complete(connection, item)

    def _postpone(
        self,
        item: Item,
        until: datetime,
        *,
        error: str | None = None,
        unknown: bool = False,
        with_its_bucket: bool = False,
    ) -> None:
        """Try again at `until`. A look-up that failed leaves open whether the thing arrived.

        `with_its_bucket` also closes the rate bucket until then, because nothing else in it would fare better.
        """
        for attempt in self._retrying:
            with attempt, transaction(self._ctx.engine) as connection:
                if with_its_bucket:
                    rate_buckets.close(connection, item.rate_bucket, until)
                leases.postpone(
                    connection, item, until, error=error, unknown=unknown or item.post_started_at is not None
                )


def back_off(failures: int, at_least: float = 0.0) -> float:
    """Return the seconds to wait after that many failures in a row.

    They double each time, from `at_least` up to five minutes.
    """
    doubled = 2.0 ** min(failures, 10)  # a long outage has more failures than a float has doublings
    return min(LONGEST_PAUSE_SECONDS, max(at_least, doubled))
