"""Delivery: takes what the use cases wrote into the outbox to Slack and to the networks.

Each worker is a thread that leases the most urgent row, does the work outside of any transaction, and records it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from bot.delivery.deliverer import Deliverer
from bot.usecases.desk.context import Context
from storage.engine import DatabaseError, reading
from storage.outbox import leases, rate_buckets

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.25  # how soon work that another process wrote is found
AFTER_TROUBLE_SECONDS = 1.0
LAST_SECONDS = 15.0  # for each worker to finish what it has in hand


class Worker:
    """Runs one courier until it is stopped."""

    def __init__(self, ctx: Context, courier: Deliverer) -> None:
        self._ctx = ctx
        self._courier = courier
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"deliver-{courier.kinds[0]}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        self._stopping.set()
        self._wake.set()

    def join(self, timeout: float) -> None:
        if self._thread.is_alive():  # a command that delivers nothing has never started it
            self._thread.join(timeout)

    def step(self) -> bool:
        """Deliver one thing: False when there is nothing to do now."""
        with reading(self._ctx.engine) as connection:
            if not leases.ready(connection, self._courier.kinds, self._ctx.clock.now()):
                return False
        item = self._courier.lease()
        if item is None:
            return False
        try:
            self._courier.deliver(item)
        except DatabaseError:
            raise
        except Exception:
            log.exception("a delivery failed; it is tried again", extra={"fields": {"item": item.key}})
            self._courier.put_off(item)
        return True

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                if self.step():
                    continue
                pause = self._pause()
            except DatabaseError as error:
                log.warning(
                    "database not reached; delivery goes on when it is",
                    extra={"fields": {"error": type(error).__name__}},
                )
                pause = AFTER_TROUBLE_SECONDS
            except Exception:
                log.exception("delivery failed; it goes on in a moment")
                pause = AFTER_TROUBLE_SECONDS
            self._wake.wait(pause)

    def _pause(self) -> float:
        """Seconds until a rate bucket opens, at most as long as the work of another process may go unseen."""
        clock = self._ctx.clock
        at = clock.now()
        with reading(self._ctx.engine) as connection:
            opens = rate_buckets.next_opening(connection, at)
        return LOOK_SECONDS if opens is None else min(LOOK_SECONDS, (opens - at) / clock.real(1))


class Delivery:
    """All workers of one process."""

    def __init__(self, ctx: Context, couriers: Iterable[Deliverer]) -> None:
        self._workers = [Worker(ctx, courier) for courier in couriers]

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def wake(self) -> None:
        for worker in self._workers:
            worker.wake()

    def settle(self) -> None:
        """Deliver in the caller's thread until nothing is left to do now; for tests and one-off commands."""
        moving = True
        while moving:
            moving = False
            for worker in self._workers:
                moving = worker.step() or moving

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            worker.join(LAST_SECONDS)
