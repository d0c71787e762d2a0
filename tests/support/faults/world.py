"""The desk on a clock that is turned by hand, in this process: the real use cases, ticks and delivery, and the
sandbox's real Slack and X over HTTP. Two workers take turns on one database, so that what the one has in hand or in
memory is found by the other. Either can be taken down and built anew from nothing but the database."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import event, select, text
from tenacity import RetryCallState, stop_after_delay

from bot.runtime import app
from bot.runtime.app import App
from bot.runtime.jobs import schedule
from bot.sandbox.server import Sandbox
from bot.sandbox.x.endpoints import CREATE
from bot.sandbox.x.routes import HANDLERS
from bot.settings import load
from bot.usecases.desk.context import Actor, Context
from bot.usecases.replies import reply
from bot.usecases.reports import standup
from storage import engine as storage_engine
from storage.engine import DatabaseError, reading
from storage.tables import outbox
from tests.support import config
from tests.support.clock import TurnedClock
from tests.support.office import PATIENT
from tests.support.process import environment

LOGS = ("bot", "handlers")
WORKERS = 2
LONGEST_STEP = 30.0  # seconds, between two rounds of ticks while nothing can be delivered
ALL_PAGES = 2**32 - 2  # of which an SQLite database may consist
_requests = count(1)


@dataclass(frozen=True, slots=True)
class Worker:
    """One process's parts, and its scheduled ticks."""

    app: App
    ticks: list[Callable[[], object]]


class World:
    """A sandbox and a desk in it. `limits` puts Slack's rate limits on the turned clock; `desk` is put among the keys
    of its desk in its config, and `more` at the end.

    `errors` is what the desk has logged that nobody had foreseen. While `disk_is_full`, an SQLite database cannot grow.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        clock: TurnedClock,
        *,
        limits: bool = False,
        desk: str = "",
        more: str = "",
    ) -> None:
        self.clock = clock
        timing = replace(PATIENT, monotonic=lambda: clock.now().timestamp())
        self.sandbox = Sandbox(now=clock.now, rate_limits=limits, timing=timing)
        # X's windows are on real time, of which next to none passes here.
        self.sandbox.x.limits = dict.fromkeys(HANDLERS.keys() | {CREATE.pattern}, 10**9)
        self._folder, self._database_url = folder, database_url
        self._config = config.toml(poll_every="45s", desk=desk) + more
        self._workers: list[Worker] = []
        self.disk_is_full = False
        self.errors: list[str] = []
        self._listener = _Unforeseen(self.errors)

    def __enter__(self) -> Self:
        self.sandbox.start()
        vars(storage_engine)["stop_after_delay"] = self._patience
        for name in LOGS:
            logging.getLogger(name).addHandler(self._listener)
        path = config.write(self._folder, self._config)
        env = environment(self.sandbox, WEBCARE_CONFIG=str(path), DATABASE_URL=self._database_url)
        self._settings = replace(load(env), clock=self.clock)
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self.stop()
        for name in LOGS:
            logging.getLogger(name).removeHandler(self._listener)
        vars(storage_engine)["stop_after_delay"] = stop_after_delay
        self.sandbox.stop()

    def start(self) -> None:
        self._workers = [self._worker() for _ in range(WORKERS)]

    def stop(self) -> None:
        """Take the desk down; everything in memory is lost."""
        while self._workers:
            self._workers.pop().app.close()

    def replace(self) -> None:
        """Take down the worker whose turn it is and start another one; meanwhile it is its colleague's turn."""
        self._workers.pop(0).app.close()
        self._workers.append(self._worker())

    @property
    def desk(self) -> App:
        """The worker whose turn it is."""
        assert self._workers, "the desk is down"
        return self._workers[0].app

    @property
    def ctx(self) -> Context:
        return self.desk.ctx

    def tick(self) -> None:
        """Run every scheduled tick of one worker once and deliver what can be delivered at this instant."""
        for tick in self._workers[0].ticks:
            tick()
        self.deliver()
        self._workers.append(self._workers.pop(0))

    def deliver(self) -> None:
        """Deliver what can be delivered at this instant; what a full disk stops is tried again, as by a process."""
        try:
            self.desk.delivery.settle()
        except DatabaseError:
            if not self.disk_is_full:
                raise

    def work(self, seconds: float, step: float = 1.1) -> None:
        """Let time pass and do everything when it falls due."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while self.clock.now() < end:
            self.clock.turn(seconds=step)
            self.tick()

    def settled(self, within: float = 4000) -> None:
        """Let time pass until nothing is left to deliver."""
        end = self.clock.now() + timedelta(seconds=within)
        while self.left():
            assert self.clock.now() < end, f"never done: {self.left()}"
            rest = min(self._rest(), LONGEST_STEP)
            self.work(max(rest, 5), step=max(rest, 1.1))

    def _rest(self) -> float:
        """Return how many seconds it takes until the first undelivered outbox row can be delivered."""
        waits = select(outbox.c.available_at, outbox.c.leased_until)
        with reading(self.ctx.engine) as connection:
            rows = connection.execute(waits.where(outbox.c.generation > outbox.c.delivered_generation)).all()
        first: datetime = min(max(time for time in row if time is not None) for row in rows)
        return (first - self.clock.now()).total_seconds()

    def left(self) -> list[str]:
        """Return the keys of undelivered outbox rows."""
        with reading(self.ctx.engine) as connection:
            return list(
                connection.execute(text("SELECT key FROM outbox WHERE generation > delivered_generation")).scalars()
            )

    def mention(self, words: str, handle: str) -> int:
        """Have a customer mention us, and fetch it; return the thread's number."""
        post = self.sandbox.x.post(handle, f"@acme {words}")
        self.clock.turn(seconds=50)
        for tick in self._workers[0].ticks:
            tick()
        with reading(self.ctx.engine) as connection:
            query = text("SELECT thread_id FROM post WHERE external_id = :id")
            number: int = connection.execute(query, {"id": post.id}).scalar_one()
        return number

    def answer(self, thread: int, words: str, by: str = "U0ANNA") -> int:
        """Submit a reply; return its number."""
        actor = Actor(by, "modal")
        return reply.submit(self.ctx, actor, thread, words, seen=None, idempotency_key=f"request {next(_requests)}").id

    def _worker(self) -> Worker:
        built = app.build(self._settings)
        if built.engine.dialect.name == "sqlite":
            event.listen(built.engine, "connect", _hurry)
            event.listen(built.engine, "checkout", self._limit)
        standup.begin(built.ctx)
        return Worker(built, [job.func for job in schedule(built.ctx, built.client).get_jobs()])

    def _limit(self, connection: sqlite3.Connection, *_: object) -> None:
        """SQLite takes the present size where a limit is below it."""
        connection.execute(f"PRAGMA max_page_count = {1 if self.disk_is_full else ALL_PAGES}")

    def _patience(self, seconds: float) -> Callable[[RetryCallState], bool]:
        """No real time passes that could make room on a full disk."""
        usual = stop_after_delay(seconds)
        return lambda state: self.disk_is_full or usual(state)


class _Unforeseen(logging.Handler):
    """Collects logged errors with their origin."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._errors = errors
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._errors.append(self.format(record))


def _hurry(connection: sqlite3.Connection, _entry: object) -> None:
    """Nobody pulls the plug of the machine here."""
    connection.execute("PRAGMA synchronous = OFF")
