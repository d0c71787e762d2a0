"""Brings a database to the schema that this version needs, and tells whether it has it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage import search_index
from storage.engine import BUSY_SECONDS, reading
from storage.tables import metadata

PATIENCE_SECONDS = 120  # waiting for another process that migrates
_ONE_AT_A_TIME = 0x77656263  # our advisory lock ("webc")


class NewerDatabase(Exception):
    """A newer version of the desk wrote this database, so nobody here knows its shape."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"this database was written by a newer version (revision {revision}, here {head()} is the last one): "
            "install that version again, or name another database"
        )


def upgrade(engine: Engine, to: str = "head") -> str:
    """Apply the missing migrations up to the revision `to`, in one process at a time.

    Returns the revision that this version needs. Raises NewerDatabase.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.detach()  # keeps these settings out of the pool, where clicks would get them
            cursor = connection.connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_SECONDS * 1000}")
            cursor.execute("PRAGMA foreign_keys = OFF")  # SQLite rebuilds a table to change a column
        with connection.begin():
            return _upgrade(connection, to)


def _upgrade(connection: Connection, to: str) -> str:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'"))
        connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))  # behind an ALTER all clicks wait
    before = current(connection)
    if before != head():
        search_index.drop(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if current(connection) == head() and (before != head() or not search_index.exists(connection)):
        search_index.build(connection)
    return head()


def head() -> str:
    """Return the revision that this version needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise RuntimeError("storage/migrations holds no revision")
    return revision


def is_current(engine: Engine) -> bool:
    """Tell whether the database has the schema that this version needs. Raises DatabaseError and NewerDatabase."""
    with reading(engine) as connection:
        return current(connection) == head()


def current(connection: Connection) -> str | None:
    """Return the revision of the database; None for an empty one. Raises NewerDatabase."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in _known():
        raise NewerDatabase(revision)
    return revision


def drift(connection: Connection) -> list[str]:
    """List how the migrated database differs from storage/tables.py, a line for each difference."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_ours})
    return [str(difference) for difference in compare_metadata(context, metadata)]


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not search_index.is_derived(name)


def _known() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
