"""Reference numbers: what customers quoted from our own systems, by the post that has it. They go with its words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, delete, func, select

from bot.domain.customers.reference_numbers import digits, folded
from storage.engine import upsert
from storage.tables import post
from storage.tables import reference_number as table


def add(connection: Connection, found: Mapping[int, Iterable[str]]) -> None:
    """Store the numbers in these posts, by the posts' ids."""
    rows = [
        {"post_id": post_id, "value": value, "folded": folded(value), "digits": digits(value)}
        for post_id, values in found.items()
        for value in values
    ]
    if rows:
        connection.execute(upsert(connection, table).on_conflict_do_nothing(), rows)


def of_thread(connection: Connection, thread_id: int) -> list[str]:
    """Return the numbers that the customer gave in a thread, each once, in the order in which they came."""
    rows = connection.execute(
        select(table.c.value)
        .join(post, post.c.id == table.c.post_id)
        .where(post.c.thread_id == thread_id)
        .group_by(table.c.value)
        .order_by(func.min(post.c.posted_at), func.min(table.c.post_id), table.c.value)
    )
    return list(rows.scalars())


def delete_of_posts(connection: Connection, post_ids: Collection[int]) -> None:
    """Delete the numbers of these posts."""
    connection.execute(delete(table).where(table.c.post_id.in_(post_ids)))


def delete_of_threads(connection: Connection, thread_ids: Collection[int]) -> None:
    """Delete the numbers of all posts in these threads."""
    those = select(post.c.id).where(post.c.thread_id.in_(list(thread_ids)))
    connection.execute(delete(table).where(table.c.post_id.in_(those)))
