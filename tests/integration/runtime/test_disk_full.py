"""A database that takes nothing: the cause is said once, then once a minute, and readiness tries a write."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from werkzeug.test import Client

from bot.platform.logs import Sparing
from bot.runtime.app import App, build
from bot.runtime.jobs import _quietly
from bot.runtime.web import wsgi
from bot.sandbox.server import Sandbox
from bot.settings import load
from storage import migrate
from storage.engine import cause, transaction
from storage.outbox import destinations
from tests.support.config import quick
from tests.support.office import PATIENT
from tests.support.process import environment

FULL = "PRAGMA max_page_count = 1"  # SQLite takes the present size instead, and lets the file grow no further
READ_ONLY = "PRAGMA query_only = ON"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with Sandbox(rate_limits=False, timing=PATIENT) as sandbox:
        app = build(load(environment(sandbox, WEBCARE_CONFIG=str(quick(tmp_path)))))
        migrate.upgrade(app.engine)
        yield app
        app.close()


def becomes(app: App, pragma: str) -> None:
    """From now on every connection is like this."""
    app.engine.dispose()

    def prepare(dbapi: Any, _entry: object) -> None:
        dbapi.execute(pragma)

    event.listen(app.engine, "connect", prepare)


def ready(app: App) -> tuple[int, dict[str, str]]:
    answer = Client(wsgi(app)).get("/readyz")
    return answer.status_code, answer.json or {}


def test_readiness_tries_a_write(app: App) -> None:
    assert ready(app)[0] == 200
    becomes(app, READ_ONLY)
    status, parts = ready(app)
    assert status == 503
    assert "readonly" in parts["database"]


@pytest.mark.parametrize(("pragma", "words"), [(FULL, "database or disk is full"), (READ_ONLY, "readonly database")])
def test_cause_is_said_once_a_minute(
    app: App, pragma: str, words: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    becomes(app, pragma)

    def fill() -> None:
        with transaction(app.engine) as connection:
            connection.execute(text("INSERT INTO rate_bucket VALUES (:name, '2026-11-20')"), {"name": "x" * 900_000})

    tick = _quietly(app.ctx.database_troubles, fill)
    for _ in range(120):
        tick()
    (record,) = caplog.records
    assert words in record.fields["error"]  # type: ignore[attr-defined]
    monkeypatch.setattr("bot.platform.logs.time.monotonic", lambda: 10.0**9)
    tick()
    assert caplog.records[-1].fields["times_since"] == 119  # type: ignore[attr-defined]


def test_two_causes_are_two_lines(caplog: pytest.LogCaptureFixture) -> None:
    sparing = Sparing()
    for what in ("full", "away", "full"):
        sparing.warn(logging.getLogger("t"), "database", what)
    assert [record.fields["error"] for record in caplog.records] == ["full", "away"]  # type: ignore[attr-defined]


def test_cause_quotes_nothing_that_was_stored() -> None:
    assert cause(ValueError("a customer's words")) == "ValueError"


def test_channel_that_takes_nothing_is_named_and_keeps_the_process_ready(app: App) -> None:
    with transaction(app.engine) as connection:
        destinations.refused(connection, "C0PRESS", "is_archived", app.ctx.clock.now(), by_edit=False)
    status, parts = ready(app)
    assert status == 200
    assert parts["destinations"] == "C0PRESS: is_archived"
