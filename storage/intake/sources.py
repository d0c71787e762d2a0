"""Tools that post to us: when they last did, and when something was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.engine import upsert
from storage.rows import record
from storage.tables import source as table


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of one. `said_at` is when a mention was last found in what it posts."""

    account: str
    heard_at: datetime | None
    said_at: datetime | None
    refused_at: datetime | None
    refused_why: str | None


def get(connection: Connection, account: str) -> Source | None:
    """Return what is known, None if nothing was ever posted in its name."""
    row = connection.execute(select(table).where(table.c.account == account)).one_or_none()
    return record(Source, row) if row else None


def heard(connection: Connection, account: str, at: datetime, *, mentions: bool) -> None:
    """Record that it posted something of its own, with `mentions` or without any."""
    _note(connection, account, {"heard_at": at} | ({"said_at": at} if mentions else {}))


def refused(connection: Connection, account: str, at: datetime, why: str) -> None:
    """Record that something was not proven to be its own; `why` is a code."""
    _note(connection, account, {"refused_at": at, "refused_why": why})


def _note(connection: Connection, account: str, values: dict[str, Any]) -> None:
    insert = upsert(connection, table).values(account=account, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["account"], set_=values))
