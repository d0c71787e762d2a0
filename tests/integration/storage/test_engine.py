"""What keeps the data right on both databases."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.exc import StatementError

from bot.domain.cases.conversation import EventKind
from storage import migrate
from storage.cases import events, threads
from storage.desk import desks
from storage.engine import connect, reading, transaction
from storage.tables import desk
from storage.tables import thread as thread_table
from tests.support.clock import FRIDAY
from tests.support.team import Team

UPGRADE = "import sys; from storage import engine, migrate; print(migrate.upgrade(engine.connect(sys.argv[1])))"


class TestInstant:
    def test_instant_comes_back_as_utc(self, engine: Engine) -> None:
        amsterdam = datetime(2026, 11, 20, 16, 40, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
        with transaction(engine) as connection:
            stored = desks.since(connection, "Support", amsterdam)
        assert (stored, stored.tzinfo) == (amsterdam, UTC)

    def test_instant_without_a_time_zone_is_refused(self, engine: Engine) -> None:
        naive = FRIDAY.replace(tzinfo=None)
        with pytest.raises(StatementError, match="without a time zone"), transaction(engine) as connection:
            desks.since(connection, "Support", naive)

    def test_instants_are_compared_as_instants(self, engine: Engine) -> None:
        with transaction(engine) as connection:
            desks.since(connection, "Support", FRIDAY)
            east = FRIDAY.astimezone(timezone(timedelta(hours=9)))
            found = connection.execute(select(desk.c.name).where(desk.c.since >= east)).scalar_one_or_none()
        assert found == "Support"


class TestTransaction:
    def test_failed_transaction_leaves_nothing(self, engine: Engine) -> None:
        def fail() -> None:
            with transaction(engine) as connection:
                desks.since(connection, "Support", FRIDAY)
                raise RuntimeError("half-way")

        with pytest.raises(RuntimeError, match="half-way"):
            fail()
        with reading(engine) as connection:
            assert connection.execute(select(desk)).all() == []

    def test_concurrent_changes_are_all_kept(self, team: Team, engine: Engine) -> None:
        number = team.write()

        def add_a_second(_: int) -> None:
            for _turn in range(10):
                with transaction(engine) as connection:
                    before = threads.lock(connection, number)
                    assert before is not None
                    connection.execute(
                        thread_table.update()
                        .where(thread_table.c.id == number)
                        .values(first_target=before.first_target + 1)
                    )

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(add_a_second, range(4)))
        assert team.thread(number).first_target == 3600 + 40

    @pytest.mark.postgres
    def test_sqlite_writer_keeps_others_out_from_its_first_read(self, tmp_path: Path) -> None:
        """Each process has an engine, and turns, of its own: between processes only BEGIN IMMEDIATE is left."""
        url = f"sqlite:///{tmp_path / 'webcare.db'}"
        one, other = connect(url), connect(url)
        migrate.upgrade(one)
        read = Event()

        def follow() -> None:
            with transaction(other) as connection:
                connection.execute(select(desk)).all()
                read.set()
                desks.since(connection, "Second", FRIDAY)

        with ThreadPoolExecutor() as pool:
            with transaction(one) as connection:
                connection.execute(select(desk)).all()
                following = pool.submit(follow)
                assert not read.wait(0.2)
                desks.since(connection, "First", FRIDAY)
            following.result()
        with reading(one) as connection:
            assert {row.name for row in connection.execute(select(desk))} == {"First", "Second"}
        one.dispose()
        other.dispose()

    def test_sqlite_database_in_the_making_is_waited_for(self, tmp_path: Path) -> None:
        maker = sqlite3.connect(tmp_path / "webcare.db", isolation_level=None)
        maker.execute("BEGIN EXCLUSIVE")
        engine = connect(f"sqlite:///{tmp_path / 'webcare.db'}")
        with ThreadPoolExecutor() as pool:
            migrating = pool.submit(migrate.upgrade, engine)
            assert not wait([migrating], timeout=0.2).done
            maker.execute("COMMIT")
            assert migrating.result() == migrate.head()
        maker.close()
        engine.dispose()

    def test_timeline_line_is_added_while_its_thread_changes(self, postgres_url: str) -> None:
        """Otherwise delivery (its row, then a line) and a click (a line, then the row) would deadlock."""
        engine = connect(postgres_url)
        with transaction(engine) as connection:
            values: dict[str, Any] = dict.fromkeys(
                (column.name for column in thread_table.c if not column.nullable and not column.server_default), "x"
            )
            values |= {
                "id": 1,
                "received_at": FRIDAY,
                "first_target": 1,
                "next_target": 1,
                "warn_share": 1,
                "escalated": False,
            }
            connection.execute(thread_table.insert().values(**values | {"state": "waiting", "nag_level": "not_yet"}))
        with transaction(engine) as click, transaction(engine) as delivery:
            assert threads.lock(click, 1) is not None
            events.add(delivery, 1, FRIDAY, EventKind.POSTED, "desk", "desk")
        engine.dispose()


@pytest.mark.postgres
class TestRestedConnections:
    """Connections that PostgreSQL, or something on the way there, has closed while nobody used them."""

    def test_closed_one_is_replaced_unseen(self, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("storage.engine.RESTED_SECONDS", 0)
        engine = connect(postgres_url)
        closed = self._server_process(engine)
        other = connect(postgres_url)
        with transaction(other) as connection:
            connection.execute(select(func.pg_terminate_backend(closed, 5000)))
        other.dispose()
        assert self._server_process(engine) != closed
        engine.dispose()

    def test_one_just_used_is_not_asked(self, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("storage.engine.RESTED_SECONDS", 3600)
        engine = connect(postgres_url)
        asked: list[object] = []
        monkeypatch.setattr(engine.dialect, "do_ping", asked.append)
        assert self._server_process(engine) == self._server_process(engine)
        assert asked == []
        monkeypatch.setattr("storage.engine.RESTED_SECONDS", 0)
        self._server_process(engine)
        assert len(asked) == 1
        engine.dispose()

    def _server_process(self, engine: Engine) -> int:
        with transaction(engine) as connection:
            number: int = connection.execute(select(func.pg_backend_pid())).scalar_one()
            return number


class TestMigration:
    def test_migrated_database_is_what_the_tables_say(self, empty_database_url: str) -> None:
        engine = connect(empty_database_url)
        with reading(engine) as connection:
            assert migrate.current(connection) is None
            assert migrate.drift(connection) != []
        assert [migrate.upgrade(engine), migrate.upgrade(engine)] == [migrate.head()] * 2
        with reading(engine) as connection:
            assert migrate.current(connection) == migrate.head()
            assert migrate.drift(connection) == []
        engine.dispose()

    def test_migration_race_of_two_processes_is_harmless(self, empty_database_url: str) -> None:
        command = [sys.executable, "-c", UPGRADE, empty_database_url]
        running = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
        ]
        ended = [(*process.communicate(timeout=60), process.returncode) for process in running]
        assert [(said.strip(), code) for said, _, code in ended] == [(migrate.head(), 0)] * 2, ended

    def test_migration_race_of_two_threads_is_harmless(self, empty_database_url: str) -> None:
        start = Barrier(2)

        def upgrade(_: int) -> str:
            engine = connect(empty_database_url)
            start.wait()
            revision = migrate.upgrade(engine)
            engine.dispose()
            return revision

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(upgrade, range(2))) == [migrate.head()] * 2
        engine = connect(empty_database_url)
        assert inspect(engine).has_table("thread")
        engine.dispose()
