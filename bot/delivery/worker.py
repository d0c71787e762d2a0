"""Delivery brings what the use cases wrote into the outbox to Slack and to the networks.

A worker leases the most urgent row, does the work outside any transaction, and records the outcome. It runs as many
threads as its deliverer allows: one at a time looks for the next row while the others work on theirs.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from bot.delivery.deliverer import Deliverer
from bot.usecases.desk import not_before
from bot.usecases.desk.context import Context
from storage.engine import DatabaseError, cause, reading
from storage.outbox import Item, leases, rate_buckets

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.25  # how soon this process finds what another one wrote
AFTER_TROUBLE_SECONDS = 1.0
LAST_SECONDS = 15.0  # for all workers together to finish their rows

T = TypeVar("T")


class Worker:
    """Runs one deliverer until it is stopped."""

    def __init__(self, ctx: Context, deliverer: Deliverer) -> None:
        self._ctx = ctx
        self._deliverer = deliverer
        self._turn = threading.Lock()  # held by the thread that looks for the next row
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"deliver-{deliverer.kinds[0]}-{number}", daemon=True)
            for number in range(deliverer.threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        """Tell the threads to finish their rows and end."""
        self._stopping.set()
        self._wake.set()

    def join(self, until: float) -> None:
        """Wait for the threads to end, at most until `until` on the monotonic clock."""
        for thread in self._threads:
            if thread.is_alive():  # a command that delivers nothing never started it
                thread.join(max(0.0, until - time.monotonic()))

    def step(self) -> bool:
        """Deliver one row; return False if there is nothing to do now."""
        item = self._look()
        if item is None:
            return False
        self._deliver(item)
        return True

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._turn:
                item = self._tried(self._next)
            if item is not None:
                self._tried(partial(self._deliver, item))
                self._wake.set()  # rows that waited for this one can be leased now

    def _next(self) -> Item | None:
        """Look until there is a row to work on; None when the worker is stopped."""
        while not self._stopping.is_set():
            self._wake.clear()
            item = self._look()
            if item is not None:
                return item
            self._wake.wait(self._pause())
        return None

    def _look(self) -> Item | None:
        not_before.look(self._ctx)
        with reading(self._ctx.engine) as connection:
            if not leases.ready(connection, self._deliverer.kinds, self._ctx.clock.now()):
                return None
        return self._deliverer.lease()

    def _deliver(self, item: Item) -> None:
        try:
            self._deliverer.deliver(item)
        except DatabaseError:
            raise
        except Exception:
            log.exception("a delivery failed; it is tried again", extra={"fields": {"item": item.key}})
            self._deliverer.postpone_failed(item)

    def _tried(self, work: Callable[[], T]) -> T | None:
        """Return the result of `work`; None, after a pause, if it failed."""
        try:
            return work()
        except DatabaseError as error:
            said = "database not reached, or it takes nothing; delivery goes on when it does"
            self._ctx.database_troubles.warn(log, said, cause(error))
        except Exception:
            log.exception("delivery failed; it goes on in a moment")
        self._stopping.wait(AFTER_TROUBLE_SECONDS)
        return None

    def _pause(self) -> float:
        """Return the seconds until a rate bucket opens, but at most how long another process's work may go unseen."""
        clock = self._ctx.clock
        at = clock.now()
        with reading(self._ctx.engine) as connection:
            opens = rate_buckets.next_opening(connection, at)
        return LOOK_SECONDS if opens is None else min(LOOK_SECONDS, (opens - at) / clock.real(1))


class Delivery:
    """All workers of one process."""

    def __init__(self, ctx: Context, deliverers: Iterable[Deliverer]) -> None:
        self._workers = [Worker(ctx, deliverer) for deliverer in deliverers]

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def wake(self) -> None:
        for worker in self._workers:
            worker.wake()

    def settle(self) -> None:
        """Deliver in the caller's thread until there is nothing left to do now; for tests and one-off commands."""
        moving = True
        while moving:
            moving = False
            for worker in self._workers:
                moving = worker.step() or moving

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()
        until = time.monotonic() + LAST_SECONDS
        for worker in self._workers:
            worker.join(until)
