"""Replies that were begun with an entry of the knowledge bank, and how much of it they kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.domain.cases.conversation import ReplyState
from storage.engine import upsert
from storage.tables import bank_use as table
from storage.tables import reply


@dataclass(frozen=True, slots=True)
class Use:
    """A reply that reached its customer: who wrote it, and what percentage of the entry's answer it kept."""

    entry_id: int
    reply_id: int
    thread_id: int
    by: str
    at: datetime
    kept: int


def keep(connection: Connection, reply_id: int, entry_id: int, kept: int) -> None:
    """Store how much a reply keeps of an entry, in place of what it kept before."""
    add = upsert(connection, table).values(reply_id=reply_id, entry_id=entry_id, kept=kept)
    connection.execute(add.on_conflict_do_update(index_elements=["reply_id"], set_={"kept": kept}))


def entry_of(connection: Connection, reply_id: int) -> int | None:
    """Return the entry that a reply was begun with; None if it was begun with none."""
    return connection.execute(select(table.c.entry_id).where(table.c.reply_id == reply_id)).scalar()


def last_of(connection: Connection, entry_ids: Collection[int]) -> dict[int, Use]:
    """Return the last use of each of these entries, by entry; those that were never used are left out."""
    latest = (
        select(func.max(reply.c.id))
        .join(table, table.c.reply_id == reply.c.id)
        .where(table.c.entry_id.in_(entry_ids), reply.c.state == ReplyState.SENT)
        .group_by(table.c.entry_id)
    )
    rows = connection.execute(
        select(table, reply.c.thread_id, reply.c.author, reply.c.sent_at, reply.c.created_at)
        .join(reply, reply.c.id == table.c.reply_id)
        .where(reply.c.id.in_(latest))
    )
    return {
        row.entry_id: Use(
            row.entry_id, row.reply_id, row.thread_id, row.author, row.sent_at or row.created_at, row.kept
        )
        for row in rows
    }


def counts(connection: Connection, entry_ids: Collection[int]) -> dict[int, int]:
    """Return how often each of these entries was used, by entry; those that were never used are left out."""
    rows = connection.execute(
        select(table.c.entry_id, func.count().label("times"))
        .join(reply, reply.c.id == table.c.reply_id)
        .where(table.c.entry_id.in_(entry_ids), reply.c.state == ReplyState.SENT)
        .group_by(table.c.entry_id)
    )
    return {row.entry_id: row.times for row in rows}


def delete_of_threads(connection: Connection, thread_ids: Collection[int]) -> None:
    """Forget the uses in the replies of these threads."""
    those = select(reply.c.id).where(reply.c.thread_id.in_(thread_ids))
    connection.execute(delete(table).where(table.c.reply_id.in_(those)))
