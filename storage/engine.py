"""The way to the database: engines, transactions, and types that keep time zones."""

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
from sqlalchemy.exc import InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import SQLAlchemyError as DatabaseError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator
from tenacity import RetryCallState, Retrying, retry, retry_if_exception_type, stop_after_delay, wait_fixed

from storage.fair_lock import FairLock

__all__ = [
    "AWAY",
    "Connection",
    "DatabaseError",
    "Engine",
    "UTCDateTime",
    "connect",
    "reading",
    "transaction",
    "until_taken",
    "upsert",
]

log = logging.getLogger(__name__)

BUSY_SECONDS = 2  # a click is acknowledged within 3 s, so no wait for the database may take longer
TURN_SECONDS = BUSY_SECONDS / 2  # SQLite: for this process's threads, then as long again for other processes
WRITTEN_AGAIN_SECONDS = 0.5
RESTED_SECONDS = 1.0  # PostgreSQL: for so long a connection that was in order is taken to be so still

AWAY = (InterfaceError, OperationalError, NoConnection)
"""The errors of a database that is not reached or has no time now; it may have in a moment."""


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Naive datetimes are refused; SQLite, which forgets time zones, gets and gives UTC."""

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
    """An engine for SQLite (WAL, one writer at a time) or PostgreSQL. Opens no connection yet."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            connect_args={"timeout": TURN_SECONDS},
            pool_size=20,
            max_overflow=20,
            hide_parameters=True,
            execution_options={"webcare_turns": FairLock()},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_timeout=BUSY_SECONDS,
        pool_use_lifo=True,  # what has just been used needs no question
        hide_parameters=True,  # an error in the log quotes no customer
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "options": f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC -c statement_timeout=30s",
        },
    )
    _ask_rested_connections(engine)
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """All of it or nothing; takes the write lock at once on SQLite, where upgrading a lock later fails.

    SQLite lets waiting writers in by chance, so that a busy thread can keep a click out for seconds: the threads of
    one process take turns. Raises SQLAlchemy's TimeoutError when the turn does not come.
    """
    turns: FairLock | None = engine.get_execution_options().get("webcare_turns")
    with turns.turn(TURN_SECONDS) if turns is not None else nullcontext(), engine.begin() as connection:
        yield connection


def until_taken(seconds: float) -> Retrying:
    """Attempts to write down what Slack or a network has answered: it is kept while the database has no time for it.

    `for attempt in until_taken(60): with attempt, transaction(engine) as connection: ...` raises the last error, one of
    AWAY, after so many seconds of the machine's time. One of these serves any number of such loops, in any thread.
    """
    return Retrying(
        retry=retry_if_exception_type(AWAY),
        stop=stop_after_delay(seconds),
        wait=wait_fixed(WRITTEN_AGAIN_SECONDS),
        before_sleep=_say,
        reraise=True,
    )


def _say(call: RetryCallState) -> None:
    error = call.outcome.exception() if call.outcome else None
    cause = getattr(error, "orig", None) or error  # the driver's own says whether it is away or held up
    log.warning(
        "the database did not take what Slack or a network has answered; it is kept and written again",
        extra={"fields": {"error": type(cause).__name__}},
    )


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent look, which never waits for a writer."""
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

A statement that every click or mention needs is built once, at import: building it costs more than running it.
"""


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect at hand."""
    return INSERT[connection.dialect.name](table)


def _ask_rested_connections(engine: Engine) -> None:
    """Before a connection is used that has rested, ask whether it still stands; replace it unseen when it does not.

    SQLAlchemy's pool_pre_ping does so at every use, which costs each click of a busy desk a round trip.
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
    raw.isolation_level = None  # SQLAlchemy says BEGIN, below; the driver's own comes too late and deferred
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
    """Switch a new database to WAL; an old one has it. SQLite does not wait by itself when two processes do so."""
    cursor.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("webcare_reading", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
