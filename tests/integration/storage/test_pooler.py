"""PgBouncer before PostgreSQL, in session and in transaction mode: migrations, and the desk's day, work as without."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from bot.settings import Settings
from bot.usecases.desk.context import Context
from storage import migrate
from storage.engine import cause, connect, reading, transaction
from tests.support.cast import X
from tests.support.clock import TurnedClock
from tests.support.postgres import Databases
from tests.support.process import eventually
from tests.support.team import Team, lonely_x

pytestmark = pytest.mark.postgres

CONFIG = """\
[databases]
* = host={server} user=postgres
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = {sockets}
auth_type = any
pool_mode = {mode}
default_pool_size = {connections}
ignore_startup_parameters = extra_float_digits{ignored}
"""
MODES = [("session", 40, ""), ("transaction", 4, ""), ("transaction", 4, ", options")]
"""The mode, its connections to the server (a session keeps its own), and what it drops besides."""


@pytest.fixture(params=MODES, ids=["session", "transaction", "options dropped"])
def pooled_url(request: pytest.FixtureRequest, postgres: Databases) -> Iterator[str]:
    """An empty database behind a PgBouncer in this mode, which refuses start-up options or drops them."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("needs PgBouncer: apt-get install pgbouncer")
    mode, connections, ignored = request.param
    with postgres.empty() as direct, tempfile.TemporaryDirectory(prefix="webcare-pooler-") as place:
        url = make_url(direct)
        server = Path(str(url.query["host"]))
        owner = server.stat().st_uid
        os.chown(place, owner, -1)
        config = Path(place, "pgbouncer.ini")
        config.write_text(
            CONFIG.format(server=server, sockets=place, mode=mode, connections=connections, ignored=ignored)
        )
        user = owner if os.geteuid() == 0 else None  # PgBouncer does not run as root
        with subprocess.Popen([program, "-q", str(config)], stderr=subprocess.DEVNULL, user=user) as pooler:
            eventually(lambda: Path(place, ".s.PGSQL.6432").exists())
            yield url.set(query={"host": place, "port": "6432"}).render_as_string(hide_password=False)
            pooler.terminate()


def together(work: Callable[[], object], times: int) -> None:
    """Do it so often, in several threads, so that server connections change hands."""
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work) for _ in range(times)]:
            done.result()


@pytest.fixture
def pooled(pooled_url: str) -> Iterator[Engine]:
    engine = connect(pooled_url)
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


def test_day_behind_a_pooler(pooled: Engine, settings: Settings, clock: TurnedClock) -> None:
    """Statements that PostgreSQL would prepare after five uses, in more connections than the server has."""
    assert migrate.is_current(pooled)
    account = lonely_x(clock)
    team = Team(Context(pooled, clock, settings, {X: account}, lambda: None))
    together(team.write, 60)
    assert len(team.rows("SELECT id FROM post")) == 60
    account.close()


def test_each_transaction_has_the_desks_settings(pooled: Engine) -> None:
    def look() -> None:
        with transaction(pooled) as connection:
            assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "2s"
            assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"
        with reading(pooled) as connection:
            assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "repeatable read"

    together(look, 30)


def test_driver_says_why_in_a_line(pooled_url: str) -> None:
    nowhere = connect(make_url(pooled_url).update_query_dict({"port": "1"}).render_as_string(hide_password=False))
    with pytest.raises(OperationalError) as refused, reading(nowhere):
        pass
    assert "No such file or directory" in cause(refused.value) or "failed" in cause(refused.value)
    assert "\n" not in cause(refused.value)
    nowhere.dispose()


def test_without_a_pooler_nothing_is_asked_twice(postgres: Databases) -> None:
    with postgres.empty() as url:
        engine = connect(url)
        with engine.connect() as connection:
            assert connection.connection.driver_connection.prepare_threshold == 5  # type: ignore[union-attr]
        engine.dispose()
