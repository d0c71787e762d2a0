"""The move from the database of version 0.1 keeps every row, under the new names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, DateTime, Engine, Float, Integer, MetaData, Table, insert, select, text

from storage import migrate
from storage.engine import connect, transaction

BEFORE, AFTER = "0002", "0003"
ROSTERS_BEFORE, ROSTERS = "0026", "0027"
AT = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)

TABLES = {"message": "post", "person": "agent", "lane": "rate_bucket", "surge": "backlog", "crisis": "volume_spike"}
COLUMNS = {
    "thread": {
        "network": "account",
        "warn_at": "warn_share",
        "nagged": "nag_level",
        "no_reply": "reply_blocked_reason",
        "reply_id": "pending_reply_id",
    },
    "message": {"network": "account", "check_at": "recheck_at"},
    "reply": {"answers_until": "answers_through_post_id", "request": "idempotency_key"},
    "event": {"facts": "data", "request": "idempotency_key"},
    "wait": {"target": "response_kind", "since": "started_at", "by": "ended_by"},
    "outbox": {
        "channel": "destination",
        "lane": "rate_bucket",
        "priority": "order_by",
        "wanted": "generation",
        "done": "delivered_generation",
        "attempts": "lease_token",
        "tried_at": "post_started_at",
        "posted_in": "message_channel",
        "ts": "message_ts",
        "shown": "content_hash",
    },
    "feed": {"network": "account"},
    "surge": {"since": "started_at", "backlog": "cards_at_start"},
}
STATES = {
    "queued": "queued",
    "undone": "cancelled",
    "sending": "sending",
    "checking": "verifying",
    "sent": "sent",
    "refused": "rejected",
    "unknown": "unknown",
    "again": "retry_requested",
}
OUTBOX = {  # kind, key and payload
    ("card", "card:1", "{}"): ("card", "card:1", {}),
    ("surge", "surge:1", "{'surge': 1}"): ("backlog", "backlog:1", {"backlog": 1}),
    ("crisis", "crisis:1:U0LEAD", "{'crisis': 1}"): ("volume_spike", "volume_spike:1:U0LEAD", {"spike": 1}),
    ("sweep", "sweep:surge:1:3", "{'key': 'surge:1'}"): ("sweep", "sweep:backlog:1:3", {"key": "backlog:1"}),
    ("sweep", "sweep:crisis:1:U0LEAD:2", "{'key': 'crisis:1:U0LEAD'}"): (
        "sweep",
        "sweep:volume_spike:1:U0LEAD:2",
        {"key": "volume_spike:1:U0LEAD"},
    ),
    ("sweep", "sweep:card:1:4", "{'key': 'card:1'}"): ("sweep", "sweep:card:1:4", {"key": "card:1"}),
}
JOB_LOCKS = ("recheck:x:acme", "retention")
GIVEN: dict[str, list[dict[str, Any]]] = {
    "reply": [{"state": state, "thread_id": 1} for state in STATES],
    "outbox": [
        {"kind": "card", "key": "card:1", "payload": {}, "thread_id": 1},
        {"kind": "surge", "key": "surge:1", "payload": {"surge": 1}, "thread_id": None},
        {"kind": "crisis", "key": "crisis:1:U0LEAD", "payload": {"crisis": 1}, "thread_id": None},
        {"kind": "sweep", "key": "sweep:surge:1:3", "payload": {"key": "surge:1"}, "thread_id": None},
        {"kind": "sweep", "key": "sweep:crisis:1:U0LEAD:2", "payload": {"key": "crisis:1:U0LEAD"}, "thread_id": None},
        {"kind": "sweep", "key": "sweep:card:1:4", "payload": {"key": "card:1"}, "thread_id": 1},
    ],
    "lane": [{"name": name} for name in ("C0SUPPORT", *JOB_LOCKS)],
    "message": [{"answered_by": 1, "thread_id": 1}],
}
"""What must hold in a row; every other column gets a value of its own."""


@pytest.fixture
def old(empty_database_url: str) -> Iterator[Engine]:
    """A database of version 0.1 with rows in every table."""
    engine = connect(empty_database_url)
    migrate.upgrade(engine, BEFORE)
    tables = _tables(engine)
    with transaction(engine) as connection:
        for table in sorted(tables.values(), key=_after_what_it_refers_to):
            for number, given in enumerate(GIVEN.get(table.name, [{}]), 1):
                connection.execute(insert(table).values(_row(table, number) | given))
    yield engine
    engine.dispose()


def test_every_row_is_kept_under_the_new_names(old: Engine) -> None:
    before = _rows(old)
    assert all(before.values())
    migrate.upgrade(old, AFTER)
    after = _rows(old)
    for name, rows in before.items():
        kept = [row for row in rows if row.get("name") not in JOB_LOCKS]
        assert after[TABLES.get(name, name)] == [_moved(name, row) for row in kept], name
    assert [row["name"] for row in after["job_lock"]] == list(JOB_LOCKS)


def test_migrated_database_refers_to_nothing_that_is_gone(old: Engine) -> None:
    migrate.upgrade(old)
    with transaction(old) as connection:
        assert migrate.drift(connection) == []
        if old.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


@pytest.mark.parametrize("name", ["thread", "reply"])
def test_number_of_a_deleted_row_is_never_reused(old: Engine, name: str) -> None:
    table = _tables(old)[name]
    with transaction(old) as connection:
        connection.execute(insert(table).values(_row(table, 70)))
        connection.execute(table.delete().where(table.c.id == 70))
        if old.dialect.name == "postgresql":
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 70)"))
    migrate.upgrade(old)
    table = _tables(old)[name]
    row = {name: value for name, value in _row(table, 71).items() if name != "id"}
    with transaction(old) as connection:
        assert connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one() == 71


def test_every_agent_is_asked_after_anew(old: Engine) -> None:
    (before,) = _rows(old)["person"]
    migrate.upgrade(old)
    (agent,) = _rows(old)["agent"]
    assert (agent["id"], agent["name"], agent["standing"]) == (before["id"], before["name"], "member")
    assert agent["fetched_at"].year == 2000


def test_handles_are_read_off_the_posts_of_present_threads(empty_database_url: str) -> None:
    engine = connect(empty_database_url)
    migrate.upgrade(engine, "0011")
    tables = _tables(engine)
    threads = [  # the customer's number, on which account, and when erased
        ("7", "x:acme", None),
        ("7", "x:acme_nl", None),
        ("8", "x:acme", None),
        ("", "x:acme", AT),
    ]
    wrote = [(1, "Old", 1, True), (2, "old", 5, True), (2, "new", 9, True), (3, "old", 12, True), (3, "U0", 13, False)]
    with transaction(engine) as connection:
        for number, (customer, account, erased) in enumerate(threads, 1):
            row = _row(tables["thread"], number) | {"customer_id": customer, "account": account, "erased_at": erased}
            connection.execute(insert(tables["thread"]).values(row))
        for number, (thread, author, minutes, inbound) in enumerate([*wrote, (4, "", 14, True)], 1):
            row = {"thread_id": thread, "author": author, "inbound": inbound, "answered_by": None}
            row |= {"posted_at": AT + timedelta(minutes=minutes)}
            connection.execute(insert(tables["post"]).values(_row(tables["post"], number) | row))
    migrate.upgrade(engine, "0012")
    found = {(row["customer_id"], row["folded"]): row for row in _rows(engine)["handle"]}
    assert set(found) == {("7", "old"), ("7", "new"), ("8", "old")}
    old = found["7", "old"]
    assert old["last_at"] - old["first_at"] == timedelta(minutes=4)
    engine.dispose()


def test_authors_become_customers_with_their_threads_and_mutes(empty_database_url: str) -> None:
    engine = connect(empty_database_url)
    (customers,) = (path.stem[:4] for path in Path(migrate.__file__).parent.glob("migrations/versions/*_customers.py"))
    migrate.upgrade(engine, f"{int(customers) - 1:04}")
    tables = _tables(engine)
    threads = [  # the network's number, on which account, the handle, and when erased
        ("7", "x:acme", "old", None),
        ("8", "x:acme", "other", None),
        ("7", "x:acme_nl", "new", None),
        ("7", "toot:acme", "elsewhere", None),
        ("", "x:acme", "", AT),
    ]
    mutes = [("8", "other", None), ("9", "gone", None), ("8", "other", AT)]  # the number, the handle, and when ended
    with transaction(engine) as connection:
        for number, (author, account, handle, erased) in enumerate(threads, 1):
            row = {"customer_id": author, "account": account, "customer_handle": handle, "erased_at": erased}
            connection.execute(insert(tables["thread"]).values(_row(tables["thread"], number) | row))
        for number, (author, handle, ended) in enumerate(mutes, 1):
            row = {"desk": "Support", "network": "x", "customer_id": author, "customer_handle": handle}
            connection.execute(insert(tables["mute"]).values(_row(tables["mute"], number) | row | {"ended_at": ended}))
        connection.execute(insert(tables["set_aside"]).values(_row(tables["set_aside"], 1)))
        connection.execute(tables["thread"].insert().values(_row(tables["thread"], 70)))
        connection.execute(tables["thread"].delete().where(tables["thread"].c.id == 70))
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT setval(pg_get_serial_sequence('thread', 'id'), 70)"))
    migrate.upgrade(engine, customers)
    rows = _rows(engine)
    known = {(row["network"], row["author_id"]): row for row in rows["identity"]}
    assert {key: row["handle"] for key, row in known.items()} == {
        ("x", "7"): "new",
        ("x", "8"): "other",
        ("toot", "7"): "elsewhere",
        ("x", "9"): "gone",
    }
    assert known["x", "7"]["name"] == "customer_name 3"
    ids = {key: row["customer_id"] for key, row in known.items()}
    assert sorted(ids.values()) == [row["id"] for row in rows["customer"]] == [1, 2, 3, 4]
    seven = ids["x", "7"]
    assert [row["customer_id"] for row in rows["thread"]] == [seven, ids["x", "8"], seven, ids["toot", "7"], None]
    assert [row["author_id"] for row in rows["thread"]] == ["7", "8", "7", "7", ""]
    assert [row["customer_id"] for row in rows["mute"]] == [ids["x", "8"], ids["x", "9"], ids["x", "8"]]
    assert rows["set_aside"][0]["author_id"] == "customer_id 1"
    tables = _tables(engine)
    with transaction(engine) as connection:
        new = insert(tables["customer"]).values(created_at=AT).returning(tables["customer"].c.id)
        assert connection.execute(new).scalar_one() == 5
        row = {name: value for name, value in _row(tables["thread"], 71).items() if name != "id"}
        added = connection.execute(insert(tables["thread"]).values(row).returning(tables["thread"].c.id))
        assert added.scalar_one() == 71
    engine.dispose()


def test_rosters_begin_empty_and_forget_nothing_else(empty_database_url: str) -> None:
    engine = connect(empty_database_url)
    migrate.upgrade(engine, ROSTERS_BEFORE)
    desks = _tables(engine)["desk"]
    with transaction(engine) as connection:
        connection.execute(insert(desks).values(name="Support", since=AT))
    migrate.upgrade(engine, ROSTERS)
    rows = _rows(engine)
    assert (rows["roster"], rows["shift"], len(rows["desk"])) == ([], [], 1)
    engine.dispose()


def test_replies_of_before_await_nobodys_approval(empty_database_url: str) -> None:
    engine = connect(empty_database_url)
    (approvals,) = (path.stem[:4] for path in Path(migrate.__file__).parent.glob("migrations/versions/*_approvals.py"))
    migrate.upgrade(engine, f"{int(approvals) - 1:04}")
    table = _tables(engine)["thread"]
    with transaction(engine) as connection:
        connection.execute(insert(table).values(_row(table, 1) | {"pending_reply_id": 7, "customer_id": None}))
    migrate.upgrade(engine, approvals)
    rows = _rows(engine)
    assert [(row["pending_reply_id"], row["approval_since"]) for row in rows["thread"]] == [(7, None)]
    assert rows["approval"] == []
    engine.dispose()


def test_reminders_of_before_stand_on_their_step_of_the_ladder(empty_database_url: str) -> None:
    engine = connect(empty_database_url)
    (ladder,) = (path.stem[:4] for path in Path(migrate.__file__).parent.glob("migrations/versions/*_ladder.py"))
    migrate.upgrade(engine, f"{int(ladder) - 1:04}")
    table = _tables(engine)["thread"]
    levels = ("not_yet", "warning", "breach")
    with transaction(engine) as connection:
        for number, level in enumerate(levels, 1):
            connection.execute(insert(table).values(_row(table, number) | {"nag_level": level}))
    migrate.upgrade(engine, ladder)
    found = [
        (row["nag_step"], bool(row["leads_told"]), row["nag_to"], row["ladder"]) for row in _rows(engine)["thread"]
    ]
    assert found == [(0, False, None, ""), (1, False, None, ""), (2, True, None, "")]
    engine.dispose()


def test_reference_numbers_are_looked_up_as_new_ones(empty_database_url: str) -> None:
    engine = connect(empty_database_url)
    (told_apart,) = (
        path.stem[:4] for path in Path(migrate.__file__).parent.glob("migrations/versions/*_told_apart.py")
    )
    migrate.upgrade(engine, f"{int(told_apart) - 1:04}")
    tables = _tables(engine)
    with transaction(engine) as connection:
        connection.execute(insert(tables["customer"]).values(_row(tables["customer"], 1)))
        for table in (tables["thread"], tables["post"]):
            row = _row(table, 1) | {"pending_reply_id": None, "answered_by": None}
            connection.execute(insert(table).values({name: row[name] for name in row if name in table.c}))
        for value in ("A-104857", "WH2024 0778", "1e5", "ÅÄ"):
            connection.execute(insert(tables["reference_number"]).values(post_id=1, value=value))
    migrate.upgrade(engine, told_apart)
    found = {(row["value"], row["folded"], row["digits"]) for row in _rows(engine)["reference_number"]}
    assert found == {
        ("A-104857", "a104857", "104857"),
        ("WH2024 0778", "wh20240778", "20240778"),
        ("1e5", "1e5", "1e5"),
        ("ÅÄ", "åä", ""),
    }
    engine.dispose()


def _tables(engine: Engine) -> dict[str, Table]:
    metadata = MetaData()
    metadata.reflect(engine)
    return {name: table for name, table in metadata.tables.items() if name != "alembic_version"}


def _rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    tables = _tables(engine)
    with transaction(engine) as connection:
        return {
            name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for name, table in tables.items()
        }


def _after_what_it_refers_to(table: Table) -> int:
    return ("thread", "reply").index(table.name) if table.name in ("thread", "reply") else 2


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: _value(column, number) for column in table.columns}


def _value(column: Column[Any], number: int) -> Any:
    if column.foreign_keys:
        return None if column.nullable else 1
    match column.type:
        case Boolean():
            return True
        case Integer() | Float():
            return number
        case DateTime():
            return AT + timedelta(minutes=number)
        case JSON():
            return {column.name: number}
    return f"{column.name} {number}"[: getattr(column.type, "length", None)]


def _moved(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row as it must be after the move."""
    moved = {COLUMNS.get(table, {}).get(name, name): value for name, value in row.items()}
    if table == "reply":
        moved["state"] = STATES[row["state"]]
    if table == "outbox":
        moved["kind"], moved["key"], moved["payload"] = OUTBOX[row["kind"], row["key"], str(row["payload"])]
    return moved
