"""What every test can ask for: a real database of either kind, a clock that is turned by hand, a desk on them, and a
browser."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as profiles
from sqlalchemy import Engine

from bot.settings import Settings, load
from bot.usecases.desk.context import Context
from storage import migrate
from storage.engine import connect
from tests.support import compiled, config
from tests.support import postgres as postgresql
from tests.support.clock import TurnedClock
from tests.support.postgres import Databases
from tests.support.team import lonely_x

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

MEMORY = Path("/dev/shm")  # noqa: S108 - a place, not a file name that somebody could guess
ROOM = 2 * 2**30

profiles.register_profile("any machine", deadline=None)  # a busy one is no failure
profiles.load_profile("any machine")


def pytest_configure() -> None:
    """Keep databases in memory where there is room: a commit then waits for no disk. Keep what was compiled."""
    compiled.keep()
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # to be read from there


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker more than there are cores: a good part of the tests wait for processes, deadlines and sockets."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what another test shows as well, and begin with the longest."""
    repeated = set(_repeated_on_postgres(items))
    config.hook.pytest_deselected(items=[item for item in items if item in repeated])
    items[:] = [item for item in items if item not in repeated]
    _longest_first(items)


def _repeated_on_postgres(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield the tests whose statements another one sends to PostgreSQL, as their marks say."""
    begun: set[str] = set()
    for item in items:
        values = getattr(getattr(item, "callspec", None), "params", {})
        if values.get("database_url") != "postgres":
            continue
        name = item.nodeid.partition("[")[0]
        again = name in begun and item.get_closest_marker("postgres_once") is not None
        if again or item.get_closest_marker("sqlite_alone") is not None:
            yield item
        begun.add(name)


def _longest_first(items: list[pytest.Item]) -> None:
    """Have each worker begin with its share of the longest tests, so that none of them is left for the end.

    At first xdist gives each worker an equal run of neighbours; what is short moves between workers later.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.get_closest_marker("long")]
    rest = [item for item in items if item not in long]
    ordered: list[pytest.Item] = []
    for worker in range(workers):
        first = long[worker::workers]
        size = (len(items) - len(ordered)) // (workers - worker) - len(first)
        ordered += first + rest[: max(size, 0)]
        del rest[: max(size, 0)]
    items[:] = ordered + rest


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Databases]:
    """Databases on a real PostgreSQL, which the tests of one process share."""
    with postgresql.server() as server:
        databases = Databases(server.get_uri())
        databases.set("fsync = off")  # no test pulls the plug of the machine
        yield databases
        databases.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy, which is faster than to migrate one for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = connect(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def postgres_url(postgres: Databases) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    with postgres.migrated() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database; each test that asks for one runs on both kinds."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    path = tmp_path / "webcare.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database before any migration, of either kind."""
    if request.param == "postgres":
        databases: Databases = request.getfixturevalue("postgres")
        with databases.empty() as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"WEBCARE_CONFIG": str(config.write(tmp_path, config.toml()))})


@pytest.fixture
def ctx(engine: Engine, settings: Settings, clock: TurnedClock) -> Iterator[Context]:
    """The use cases' context."""
    account = lonely_x(clock)
    yield Context(engine, clock, settings, {"x:acme": account}, lambda: None)
    account.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Without it these tests are skipped; in CI they fail, because nothing may go untried there."""
    from playwright.sync_api import sync_playwright

    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()
