"""What the database could do at most, and what the use cases make of it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

import psycopg
from sqlalchemy import Table, make_url

from bot.runtime.web import THREADS
from bot.usecases.cases.claim import claim
from bot.usecases.desk.context import Actor, Context
from bot.usecases.intake import ingest
from storage.engine import connect
from storage.tables import event, outbox, post, thread, wait
from tests.benchmarks import seed
from tests.benchmarks.bench import KINDS, Bench, at_once, ratio
from tests.benchmarks.mentions import fetched
from tests.benchmarks.report import Figure

MENTIONS = 10_000
WRITTEN = (thread, post, wait, event, outbox)
CLIENTS = 50
CLAIMS = 2_000
WAIT_SECONDS = 60  # for SQLite's one writer


def ingesting(bench: Bench) -> Iterator[Figure]:
    """Mentions into threads, waits, events and cards, against the same rows through the driver, committed as often."""
    for kind in KINDS:
        database = bench.database(kind)
        settings = bench.settings(database)
        engine = connect(database)
        ctx = Context(engine, settings.clock, settings, {}, lambda: None)
        desk, _ = next(iter(settings.accounts()))
        now = datetime.now(UTC)
        ingest.receive(ctx, desk, desk.networks[0], fetched(100, now, first=MENTIONS))  # compiles the statements
        start = time.perf_counter()
        ingest.receive(ctx, desk, desk.networks[0], fetched(MENTIONS, now))
        ours = MENTIONS / (time.perf_counter() - start)
        engine.dispose()
        raw = MENTIONS / _insert_raw(database, bench.database(kind), kind)
        yield Figure(f"{MENTIONS:,} mentions: the same rows by the driver", kind, f"{raw:,.0f} a second")
        yield Figure(f"{MENTIONS:,} mentions ingested", kind, f"{ours:,.0f} a second, {ratio(ours, raw)}")


def _insert_raw(source: str, target: str, kind: str) -> float:
    """Copy what was ingested into an empty database with the bare driver: the seconds that the inserts took."""
    with closing(_connection(source, kind)) as connection:
        rows = {table.name: _rows(connection, table, kind) for table in WRITTEN}
    with closing(_connection(target, kind)) as connection:
        cursor = connection.cursor()
        start = time.perf_counter()
        for first in range(0, MENTIONS, ingest.BATCH):
            cursor.execute("BEGIN")
            for table in WRITTEN:
                cursor.executemany(_insert(table, kind), rows[table.name][first : first + ingest.BATCH])
            cursor.execute("COMMIT")
        return time.perf_counter() - start


def _rows(connection: Any, table: Table, kind: str) -> list[tuple[Any, ...]]:
    """Every row as the driver takes it back; PostgreSQL's JSON as the text that it was."""
    names = ", ".join(
        f"{column.name}::text" if kind == "PostgreSQL" and str(column.type) == "JSON" else f'"{column.name}"'
        for column in table.c
    )
    cursor = connection.cursor()
    cursor.execute(f"SELECT {names} FROM {table.name} ORDER BY id LIMIT {MENTIONS}")  # noqa: S608 (our own names)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _insert(table: Table, kind: str) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.c)
    marks = ", ".join(["?" if kind == "SQLite" else "%s"] * len(table.c))
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 (our own names)


def claims(bench: Bench) -> Iterator[Figure]:
    """Fifty clients who claim as fast as they can, against the bare compare-and-set that each claim turns on.

    The bare one has a connection for each client; the desk serves them with the threads of one web process.
    """
    for kind in KINDS:
        database = bench.database(kind)
        engine = connect(database)
        seed.fill(engine, 2 * CLAIMS)
        settings = bench.settings(database)
        ctx = Context(engine, settings.clock, settings, {}, lambda: None)
        bare = CLAIMS / at_once(CLIENTS, partial(_claim_bare, database, kind, count(1)))
        ours = CLAIMS / at_once(THREADS, partial(_claim, ctx, count(CLAIMS + 1)))
        engine.dispose()
        yield Figure(f"claims by {CLIENTS} clients: the bare UPDATE", kind, f"{bare:,.0f} a second")
        yield Figure(f"claims by {CLIENTS} clients", kind, f"{ours:,.0f} a second, {ratio(ours, bare)}")


def _claim(ctx: Context, numbers: Iterator[int], thread: int) -> None:
    for _ in range(CLAIMS // THREADS):
        claim(ctx, Actor(f"U{thread}", "button"), next(numbers))


def _claim_bare(database: str, kind: str, numbers: Iterator[int], _client: int) -> None:
    mark = "?" if kind == "SQLite" else "%s"
    statement = f"UPDATE thread SET owner = 'U0ANNA' WHERE id = {mark} AND owner IS NULL RETURNING id"  # noqa: S608
    with closing(_connection(database, kind)) as connection:
        for _ in range(CLAIMS // CLIENTS):
            connection.execute(statement, (next(numbers),)).fetchall()


def _connection(database: str, kind: str) -> Any:
    """The bare driver's own connection, which commits each statement, as durably as the desk's."""
    if kind == "SQLite":
        connection = sqlite3.connect(str(make_url(database).database), timeout=WAIT_SECONDS, isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")
        return connection
    return psycopg.connect(database, autocommit=True)
