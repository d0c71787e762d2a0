"""The unchanged bot as a subprocess, against the sandbox's Slack and X."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from tests.support.config import quick
from tests.support.office import PATIENT, Office, Start, english
from tests.support.postgres import Databases
from tests.support.process import Process, answers, environment, eventually, free_port, webcare


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Run a bot over Socket Mode with SQLite until its socket is open; `desk` goes into the config.

    Given neither, it gets a sandbox and a folder of its own, and colleagues who all read English.
    """
    with ExitStack() as after:

        def begin(
            sandbox: Sandbox | None = None, *, folder: Path | None = None, clock: str = "", **desk: str
        ) -> Office:
            folder = folder or tmp_path_factory.mktemp("bot")
            running = sandbox or after.enter_context(english(Sandbox(rate_limits=False, timing=PATIENT)))
            env = environment(running, WEBCARE_CONFIG=str(quick(folder, **desk)), WEBCARE_CLOCK=clock)
            bot = Process("run", env, folder / "bot.log")
            after.callback(bot.stop)
            eventually(lambda: running.slack.sockets or bot.ended is not None)
            assert bot.ended is None, bot.log
            return Office(running, bot)

        yield begin


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    """One bot for all the tests of a module; each test has customers of its own."""
    return start()


@pytest.fixture(scope="module", params=["socket", "http", pytest.param("split", marks=pytest.mark.postgres)])
def any_form(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Each form in which the bot can run, against a Slack with rate limits.

    One process on SQLite over Socket Mode; the same over signed HTTP; a web and a worker process on PostgreSQL.
    """
    folder = tmp_path_factory.mktemp("bot")
    with ExitStack() as after:
        sandbox = after.enter_context(english(Sandbox(timing=PATIENT)))
        port = free_port()
        env = environment(sandbox, WEBCARE_CONFIG=str(quick(folder)))
        kinds = ["run"]
        if request.param != "socket":
            env |= {"PORT": str(port)}
            del env["SLACK_APP_TOKEN"]
            sandbox.slack.events_url = f"http://127.0.0.1:{port}/slack/events"
        if request.param == "split":
            databases: Databases = request.getfixturevalue("postgres")
            env |= {"DATABASE_URL": after.enter_context(databases.empty())}
            assert webcare("migrate", env=env).returncode == 0
            kinds = ["web", "worker"]
        bots = [Process(kind, env, folder / "bot.log") for kind in kinds]
        for bot in bots:
            after.callback(bot.stop)
        ready = f"http://127.0.0.1:{port}/readyz"
        eventually(lambda: sandbox.slack.sockets or answers(ready) or any(bot.ended is not None for bot in bots))
        assert all(bot.ended is None for bot in bots), bots[0].log
        yield Office(sandbox, bots[0])
