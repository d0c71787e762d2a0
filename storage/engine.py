"""Engines, transactions, and a type for instants that keeps time zones."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, InvalidatePoolError, OperationalError, StatementError
from sqlalchemy.exc import SQLAlchemyError as DatabaseError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator
from tenacity import (
    RetryCallState,
    Retrying,
    retry,
    retry_if_exception,
    retry_if_exception_type,
    stop_after_delay,
    wait_fixed,
)

from storage.fair_lock import FairLock

__all__ = [
    "AWAY",
    "Connection",
    "DatabaseError",
    "Engine",
    "UTCDateTime",
    "cannot_be_stored",
    "cause",
    "connect",
    "is_away",
    "reading",
    "transaction",
    "until_taken",
    "upsert",
]

log = logging.getLogger(__name__)

BUSY_SECONDS = 2  # a click is acknowledged within 3 s, so no wait for the database may take longer
TURN_SECONDS = BUSY_SECONDS / 2  # on SQLite: first for this process's threads, then as long again for other processes
RETRY_SECONDS = 0.5
RESTED_SECONDS = 1.0  # on PostgreSQL: a connection that was used this recently is trusted without asking

_SESSION = {"lock_timeout": f"{BUSY_SECONDS}s", "TimeZone": "UTC", "statement_timeout": "30s"}
_IN_TRANSACTION = "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SESSION.items())
_REFUSED_OPTION = "unsupported startup parameter"  # PgBouncer's words

AWAY = (InterfaceError, OperationalError, NoConnection)
"""The errors of a database that cannot be reached or is busy. It may be back in a moment."""

_UNFIT = ("54000", "23502", "23514", "SQLITE_CONSTRAINT_NOTNULL", "SQLITE_CONSTRAINT_CHECK")
"""What the databases call a value that is missing, breaks a rule or is too long for an index.

The last is an OperationalError on PostgreSQL, but trying again does not help.
"""


def is_away(error: BaseException) -> bool:
    """Tell whether the database was not reached or had no time, so that the same may succeed in a moment."""
    return isinstance(error, AWAY) and not cannot_be_stored(error)


def cannot_be_stored(error: BaseException) -> bool:
    """Tell whether a value is to blame, and not the database: the same value will never be stored."""
    if isinstance(error, StatementError) and not isinstance(error, DBAPIError):
        return True  # it did not get as far as the database
    if isinstance(error, (DataError, UnicodeError, OverflowError)):
        return True
    cause = getattr(error, "orig", None)
    return (getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)) in _UNFIT


def cause(error: BaseException) -> str:
    """Return what the driver says, in a line; only the kind of error where its words may quote what was stored."""
    original = getattr(error, "orig", None) or error
    first = str(original).strip().partition("\n")[0] if is_away(error) else ""
    return f"{type(original).__name__}: {first}" if first else type(original).__name__


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive datetimes. SQLite forgets time zones, so it gets and returns UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy names it
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone was about to be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - likewise
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def connect(url: str) -> Engine:
    """Build an engine for SQLite (WAL, one writer at a time) or PostgreSQL. Opens no connection yet."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            connect_args={"timeout": TURN_SECONDS},
            pool_size=20,
            max_overflow=20,
            hide_parameters=True,
            execution_options={"webcare_write_lock": FairLock()},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_timeout=BUSY_SECONDS,
        pool_use_lifo=True,  # a connection that was just used need not be asked
        hide_parameters=True,  # an error in the log quotes no customer
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "options": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
        },
    )
    _ask_rested_connections(engine)
    Pooled().listen(engine)
    return engine


class Pooled:
    """Notices that a pooler such as PgBouncer stands before PostgreSQL, and then asks nothing of a connection's life.

    A pooler refuses start-up options or drops them, and in transaction mode each transaction may get another server
    connection: so settings are made in every transaction, and no statement is prepared.
    """

    def __init__(self) -> None:
        self._found = False

    def listen(self, engine: Engine) -> None:
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "connect", self._look)
        event.listen(engine, "begin", self._begin)

    def _connect(self, dialect: Dialect, _entry: object, args: Any, options: dict[str, Any]) -> DBAPIConnection:
        """Connect with the options, or as a pooler allows it."""
        if not self._found:
            try:
                return dialect.connect(*args, **options)
            except dialect.loaded_dbapi.OperationalError as error:
                if _REFUSED_OPTION not in str(error):
                    raise
                self._find()
        return dialect.connect(*args, **options | {"options": "", "prepare_threshold": None})

    def _look(self, dbapi: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        """See whether the options have come through; a pooler may drop them in silence."""
        connection: Any = dbapi
        if not self._found:
            with connection.cursor() as cursor:
                (timeout,) = cursor.execute("SHOW lock_timeout").fetchone()
            connection.rollback()
            if timeout != _SESSION["lock_timeout"]:
                self._find()
        if self._found:
            connection.prepare_threshold = None

    def _begin(self, connection: Connection) -> None:
        if self._found:
            connection.exec_driver_sql(_IN_TRANSACTION)

    def _find(self) -> None:
        self._found = True
        log.info("a pooler stands before PostgreSQL: settings are made in every transaction, nothing is prepared")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Do all of it or nothing.

    On SQLite it takes the write lock at once, because upgrading a lock later fails. SQLite lets waiting writers in at
    random, so that one busy thread could keep a click out for seconds; therefore the threads of a process queue for it.
    Raises SQLAlchemy's TimeoutError if the turn does not come in time.
    """
    lock: FairLock | None = engine.get_execution_options().get("webcare_write_lock")
    with lock.turn(TURN_SECONDS) if lock is not None else nullcontext(), engine.begin() as connection:
        yield connection


def until_taken(seconds: float) -> Retrying:
    """Return attempts to store what Slack or a network answered, for as long as the database does not take it.

    Use it as `for attempt in until_taken(60): with attempt, transaction(engine) as connection: ...`. After that many
    real seconds the last error is raised. One object serves any number of loops, in any thread.
    """
    return Retrying(
        retry=retry_if_exception(is_away),
        stop=stop_after_delay(seconds),
        wait=wait_fixed(RETRY_SECONDS),
        before_sleep=_log_retry,
        reraise=True,
    )


def _log_retry(call: RetryCallState) -> None:
    error = call.outcome.exception() if call.outcome else None
    log.warning(
        "the database did not take what Slack or a network has answered; it is kept and written again",
        extra={"fields": {"error": cause(error) if error else ""}},
    )


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Read one consistent state. Never waits for a writer."""
    options: dict[str, object] = {"webcare_reading": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


INSERT: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""An INSERT that knows ON CONFLICT, by the name of a dialect.

A statement that every click or mention needs is built once, at import, because building it costs more than running it.
"""


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT, in the connection's dialect."""
    return INSERT[connection.dialect.name](table)


def _ask_rested_connections(engine: Engine) -> None:
    """Ask a connection that has rested whether it still works before it is used; replace it if it does not.

    SQLAlchemy's pool_pre_ping asks at every use, which would cost each click of a busy desk a round trip.
    """
    dialect = engine.dialect

    def note_use(_dbapi: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info["used_at"] = monotonic()

    def ask(dbapi: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if monotonic() - entry.info["used_at"] < RESTED_SECONDS:
            return
        try:
            dialect.do_ping(dbapi)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # the others will not stand either

    event.listen(engine, "connect", note_use)
    event.listen(engine, "checkin", note_use)
    event.listen(engine, "checkout", ask)


def _prepare_sqlite(dbapi: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    raw: Any = dbapi
    raw.isolation_level = None  # SQLAlchemy sends BEGIN, below; the driver's own comes too late and is deferred
    cursor = dbapi.cursor()
    _write_ahead(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@retry(
    retry=retry_if_exception_type(sqlite3.OperationalError),
    stop=stop_after_delay(BUSY_SECONDS),
    wait=wait_fixed(0.02),
    reraise=True,
)
def _write_ahead(cursor: DBAPICursor) -> None:
    """Switch a new database to WAL; an old one has it. SQLite does not wait by itself if two processes do this."""
    cursor.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("webcare_reading", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
