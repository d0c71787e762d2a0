"""Which posts taught the knowledge bank an entry: those that it came from, and those that it was an answer to.

The posts alone hold the words, so that what is erased there is forgotten here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, select

from storage.engine import upsert
from storage.tables import bank_taught as table
from storage.tables import post


def teach(connection: Connection, entry_id: int, post_ids: Iterable[int]) -> None:
    """Record that these posts ask what an entry answers."""
    rows = [{"entry_id": entry_id, "post_id": post_id} for post_id in post_ids]
    if rows:
        connection.execute(upsert(connection, table).on_conflict_do_nothing(), rows)


def teach_answered(connection: Connection, entry_id: int, reply_id: int) -> None:
    """Record that the posts which a reply answers ask what an entry answers."""
    asked = select(post.c.id).where(post.c.answered_by == reply_id, post.c.inbound, post.c.deleted_at.is_(None))
    teach(connection, entry_id, list(connection.execute(asked).scalars()))


def said(
    connection: Connection, thread_ids: Collection[int], post_id: int | None = None
) -> dict[int, list[tuple[int, str]]]:
    """Return what was said in these threads that taught an entry, with the thread's number, by the entry.

    With `post_id`, what was said in that post alone.
    """
    query = (
        select(table.c.entry_id, post.c.thread_id, post.c.text)
        .join(post, post.c.id == table.c.post_id)
        .where(post.c.thread_id.in_(thread_ids))
        .order_by(table.c.id)
    )
    rows = connection.execute(query if post_id is None else query.where(post.c.id == post_id))
    found: dict[int, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row.entry_id, []).append((row.thread_id, row.text))
    return found


def delete_of_threads(connection: Connection, thread_ids: Collection[int]) -> None:
    """Forget that posts of these threads taught anything."""
    those = select(post.c.id).where(post.c.thread_id.in_(thread_ids))
    connection.execute(delete(table).where(table.c.post_id.in_(those)))
