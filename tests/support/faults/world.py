"""The desk on a clock that is turned by hand, in this process: the real use cases, ticks and delivery, and the
sandbox's real Slack and X over HTTP. It can be taken down and built anew from nothing but its database."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import event, text

from bot.runtime import app
from bot.runtime.app import App
from bot.runtime.jobs import schedule
from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Timing
from bot.sandbox.x.endpoints import CREATE
from bot.sandbox.x.routes import HANDLERS
from bot.settings import load
from bot.usecases.desk.context import Actor, Context
from bot.usecases.replies import reply
from bot.usecases.reports import standup
from storage.engine import reading
from tests.support import config
from tests.support.clock import TurnedClock
from tests.support.process import environment

LOGS = ("bot", "handlers")
_requests = count(1)


class World:
    """A sandbox and a desk in it. `limits` puts Slack's rate limits on the turned clock; `more` is
    added to its config.

    `errors` is what the desk has logged that nobody had foreseen.
    """

    def __init__(
        self, folder: Path, database_url: str, clock: TurnedClock, *, limits: bool = False, more: str = ""
    ) -> None:
        self.clock = clock
        timing = Timing(monotonic=lambda: clock.now().timestamp())
        self.sandbox = Sandbox(now=clock.now, rate_limits=limits, timing=timing)
        # X's windows are on real time, of which next to none passes here.
        self.sandbox.x.limits = dict.fromkeys(HANDLERS.keys() | {CREATE.pattern}, 10**9)
        self._folder, self._database_url, self._config = folder, database_url, config.toml(poll_every="45s") + more
        self._desk: App | None = None
        self.errors: list[str] = []
        self._listener = _Unforeseen(self.errors)

    def __enter__(self) -> Self:
        self.sandbox.start()
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
        self.sandbox.stop()

    def start(self) -> None:
        self._desk = app.build(self._settings)
        if self._desk.engine.dialect.name == "sqlite":
            event.listen(self._desk.engine, "connect", _hurry)
        standup.begin(self.ctx)
        self._ticks = [job.func for job in schedule(self.ctx).get_jobs()]

    def stop(self) -> None:
        """Take the desk down; everything in memory is lost."""
        if self._desk is not None:
            self._desk.close()
            self._desk = None

    @property
    def desk(self) -> App:
        assert self._desk is not None, "the desk is down"
        return self._desk

    @property
    def ctx(self) -> Context:
        return self.desk.ctx

    def tick(self) -> None:
        """Run every scheduled tick once and deliver what can be delivered at this instant."""
        for tick in self._ticks:
            tick()
        self.desk.delivery.settle()

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
            self.work(5)

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
        for tick in self._ticks:
            tick()
        with reading(self.ctx.engine) as connection:
            query = text("SELECT thread_id FROM post WHERE external_id = :id")
            number: int = connection.execute(query, {"id": post.id}).scalar_one()
        return number

    def answer(self, thread: int, words: str, by: str = "U0ANNA") -> int:
        """Submit a reply; return its number."""
        actor = Actor(by, "modal")
        return reply.submit(self.ctx, actor, thread, words, seen=None, idempotency_key=f"request {next(_requests)}").id


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
