"""Desks with many open threads, written faster than they could be ingested."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Integer, String, cast, func, insert, literal, literal_column, select, text

from storage.engine import transaction
from storage.tables import customer, identity, outbox, post, thread, wait

FAR = timedelta(days=30)
SPREAD = 1000
OF_ONE = 10  # threads of one customer


def fill(engine: Engine, count: int) -> None:
    """`count` waiting, unowned threads, 1000 or a multiple of it, each with its message and its card in Slack.

    Their reminders fall due at 1000 different times, none of them within 30 days.
    """
    at = datetime.now(UTC)
    with transaction(engine) as connection:
        take_your_time(connection)
        numbers = range(1, SPREAD + 1)
        people = range(1, SPREAD * (1 + (count // SPREAD - 1) // OF_ONE) + 1)
        connection.execute(customer.insert(), [{"created_at": at} for _ in people])
        connection.execute(identity.insert(), [_identity(number) for number in people])
        connection.execute(thread.insert(), [_thread(number, at) for number in numbers])
        own = ("id", "conversation", "author_id", "customer_id")
        others = [column for column in thread.c if column.name not in own]
        steps = select(literal_column("1", Integer).label("step")).cte("steps", recursive=True)
        steps = steps.union_all(select(steps.c.step + 1).where(steps.c.step < count // SPREAD - 1))
        name = cast(thread.c.id + steps.c.step * SPREAD, String)
        who = thread.c.id + steps.c.step // OF_ONE * SPREAD
        if count > SPREAD:
            columns = (name, cast(who, String), who, *others)
            rows = select(*columns).select_from(thread).join(steps, literal(True)).order_by(steps.c.step, thread.c.id)
            connection.execute(insert(thread).from_select([*own[1:], *(column.name for column in others)], rows))
        connection.execute(_messages())
        connection.execute(_waits())
        connection.execute(_cards(at))
    # What both do by themselves while a desk fills up, and could not during one large transaction.
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        with closing(engine.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def take_your_time(connection: Connection) -> None:
    """Let this transaction run for longer than the desk's may."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def _identity(number: int) -> dict[str, Any]:
    named = {"handle": f"customer{number}", "name": f"Customer {number}"}
    return {"network": "x", "author_id": str(number), "customer_id": number} | named


def _thread(number: int, at: datetime) -> dict[str, Any]:
    due = at + FAR + timedelta(seconds=60 * number)
    return {
        "desk": "Support",
        "account": "x:acme",
        "conversation": str(number),
        "author_id": str(number),
        "customer_id": number,
        "customer_handle": f"customer{number}",
        "customer_name": f"Customer {number}",
        "language": "nl",
        "received_at": at,
        "first_target": 3600,
        "next_target": 7200,
        "warn_share": 0.5,
        "state": "waiting",
        "escalated": False,
        "waiting_since": due - timedelta(hours=1),
        "due_at": due,
        "next_nag_at": due - timedelta(minutes=30),
        "nag_level": "not_yet",
    }


def _waits() -> Any:
    values = {
        "thread_id": thread.c.id,
        "desk": thread.c.desk,
        "response_kind": literal("first"),
        "started_at": thread.c.waiting_since,
        "due_at": thread.c.due_at,
        "target": literal(3600),
    }
    return insert(wait).from_select(list(values), select(*values.values()).order_by(thread.c.id))


def _messages() -> Any:
    values = {
        "thread_id": thread.c.id,
        "account": thread.c.account,
        "external_id": cast(thread.c.id, String),
        "inbound": literal(True),
        "author": thread.c.customer_handle,
        "text": literal("@acme mijn pakket is nog steeds niet aangekomen, kunnen jullie kijken waar het blijft?"),
        "url": literal("https://x.com/customer/status/1"),
        "media": literal([], post.c.media.type),
        "posted_at": thread.c.waiting_since,
        "stored_at": thread.c.received_at,
        "recheck_at": thread.c.next_nag_at,
    }
    return insert(post).from_select(list(values), select(*values.values()).order_by(thread.c.id))


def _cards(at: datetime) -> Any:
    values = {
        "key": literal("card:") + cast(thread.c.id, String),
        "kind": literal("card"),
        "thread_id": thread.c.id,
        "destination": literal("C0SUPPORT"),
        "rate_bucket": literal("chat.update"),
        "payload": literal({}, outbox.c.payload.type),
        "order_by": thread.c.due_at,
        "available_at": literal(at, outbox.c.available_at.type),
        "generation": literal(1),
        "delivered_generation": literal(1),
        "lease_token": literal(1),
        "failures": literal(0),
        "message_channel": literal("C0SUPPORT"),
        "message_ts": func.coalesce(cast(thread.c.id, String), ""),
    }
    return insert(outbox).from_select(list(values), select(*values.values()).order_by(thread.c.id))
