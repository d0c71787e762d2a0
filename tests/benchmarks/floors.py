"""The servers that a click is compared with: the desk's own gunicorn, and a Bolt app that does as little as it can.

`python -m tests.benchmarks.floors acks|stock PORT` only acknowledges; "stock" is Bolt as it comes, without
`process_before_response`. `python -m tests.benchmarks.floors durable PORT DATABASE_URL` also commits the three rows
that a claim writes, with the bare driver: no bot that tells the truth can be faster.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import make_url

from bot.runtime.web import Server
from tests.benchmarks.bench import SIGNING_SECRET

Write = Callable[[int], None]

_THREAD = "UPDATE thread SET owner = 'U0ANNA', owner_since = {0} WHERE id = {0} AND owner IS NULL"
_EVENT = (
    "INSERT INTO event (thread_id, at, kind, actor, via, data, idempotency_key)"
    " VALUES ({0}, {0}, 'claimed', 'U0ANNA', 'button', '{{}}', {0})"
)
_OUTBOX = "UPDATE outbox SET generation = generation + 1, order_by = {0}, available_at = {0} WHERE thread_id = {0}"


def wsgi(write: Write, *, before: bool) -> SlackRequestHandler:
    """Acknowledge each click on Claim after `write` was given its thread; `before` is `process_before_response`."""
    bolt = App(
        signing_secret=SIGNING_SECRET,
        process_before_response=before,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-sandbox"),
    )

    @bolt.action("claim")
    def click(ack: Ack, action: dict[str, Any]) -> None:
        write(int(action["value"]))
        ack()

    return SlackRequestHandler(bolt)


def _nothing(_thread: int) -> None:
    pass


def _sqlite(path: str) -> Write:
    """One connection for all threads, which take turns at it: SQLite has one writer anyway."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    turn = threading.Lock()

    def write(thread: int) -> None:
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
        with turn:
            connection.execute("BEGIN IMMEDIATE")
            for statement, values in _claim(thread, now, "?"):
                connection.execute(statement, values)
            connection.execute("COMMIT")

    return write


def _postgres(url: str) -> Write:
    """A connection for each thread, as a pool would have it at best."""
    own = threading.local()

    def write(thread: int) -> None:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(url)
        with own.connection.transaction():
            for statement, values in _claim(thread, datetime.now(UTC), "%s"):
                own.connection.execute(statement, values)

    return write


def _claim(thread: int, now: object, mark: str) -> list[tuple[str, tuple[object, ...]]]:
    return [
        (_THREAD.format(mark), (now, thread)),
        (_EVENT.format(mark), (thread, now, uuid4().hex)),
        (_OUTBOX.format(mark), (now, now, thread)),
    ]


def _durable(url: str) -> Write:
    return _sqlite(str(make_url(url).database)) if url.startswith("sqlite") else _postgres(url)


if __name__ == "__main__":
    kind, port, *database = sys.argv[1:]
    Server(
        lambda: wsgi(_durable(*database) if kind == "durable" else _nothing, before=kind != "stock"),
        int(port),
        lambda: None,
        stop_seconds=1,
    ).run()
