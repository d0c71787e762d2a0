"""What the questions of the knowledge bank, and the posts that taught it, mean: vectors, made after the words.

They go with their words: at once with those of a customer who is forgotten and those of an entry that is withdrawn or
reworded, and within seconds with a post that was deleted or edited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, null, or_, select

from storage.engine import upsert
from storage.tables import bank_entry, bank_nearest, bank_taught, bank_vector, post


@dataclass(frozen=True, slots=True)
class Text:
    """What has no vector yet: an entry's question, or with a `post_id` what a customer asked that it answers."""

    entry_id: int
    post_id: int | None
    text: str
    desk: str


def keep(connection: Connection, model: str, made: Iterable[tuple[Text, bytes]], at: datetime) -> None:
    """Store vectors of these texts, of which there is at least one and none has one of this model."""
    rows = [
        {"entry_id": text.entry_id, "post_id": text.post_id, "model": model, "at": at, "vector": vector}
        for text, vector in made
    ]
    connection.execute(bank_vector.insert(), rows)


def lacking(connection: Connection, model: str, limit: int) -> list[Text]:
    """Return texts that have no vector of this model."""
    has = exists().where(bank_vector.c.entry_id == bank_entry.c.id, bank_vector.c.model == model)
    questions = (
        select(
            bank_entry.c.id.label("entry_id"),
            null().label("post_id"),
            bank_entry.c.question.label("text"),
            bank_entry.c.desk,
        )
        .where(bank_entry.c.withdrawn_at.is_(None), bank_entry.c.question != "")
        .where(~has.where(bank_vector.c.post_id.is_(None)))
        .order_by(bank_entry.c.id)
    )
    taught = (
        select(bank_taught.c.entry_id, bank_taught.c.post_id, post.c.text, bank_entry.c.desk)
        .join(bank_entry, bank_entry.c.id == bank_taught.c.entry_id)
        .join(post, post.c.id == bank_taught.c.post_id)
        .where(bank_entry.c.withdrawn_at.is_(None), post.c.deleted_at.is_(None), post.c.text != "")
        .where(~has.where(bank_vector.c.post_id == bank_taught.c.post_id).correlate(bank_entry, bank_taught))
        .order_by(bank_taught.c.id)
    )
    found: list[Text] = []
    for query in (questions, taught):
        rows = connection.execute(query.limit(limit - len(found)))
        found += [Text(row.entry_id, row.post_id, row.text, row.desk) for row in rows]
    return found


def of_desk(connection: Connection, desk: str, model: str) -> list[tuple[int, bytes]]:
    """Return the vectors of a desk's entries, each with its entry."""
    rows = connection.execute(
        select(bank_vector.c.entry_id, bank_vector.c.vector)
        .join(bank_entry)
        .where(bank_entry.c.desk == desk, bank_entry.c.withdrawn_at.is_(None), bank_vector.c.model == model)
        .order_by(bank_vector.c.id)
    )
    return [(row.entry_id, row.vector) for row in rows]


def are_there(connection: Connection) -> bool:
    """Tell whether any vector is stored."""
    return connection.execute(select(bank_vector.c.id).limit(1)).first() is not None


def clear_stale(connection: Connection) -> None:
    """Delete what does not say any more what its words do: the post was edited or deleted, or teaches no longer."""
    teaches = exists().where(bank_taught.c.entry_id == bank_vector.c.entry_id, bank_taught.c.post_id == post.c.id)
    stands = select(post.c.id).where(
        post.c.id == bank_vector.c.post_id,
        post.c.deleted_at.is_(None),
        post.c.text != "",
        or_(post.c.edited_at.is_(None), post.c.edited_at < bank_vector.c.at),
        teaches,
    )
    stale = select(bank_vector.c.id).where(bank_vector.c.post_id.isnot(None), ~stands.exists())
    if numbers := list(connection.execute(stale).scalars()):
        connection.execute(delete(bank_vector).where(bank_vector.c.id.in_(numbers)))


def forget_entry(connection: Connection, entry_id: int) -> None:
    connection.execute(delete(bank_vector).where(bank_vector.c.entry_id == entry_id))


def forget_posts(connection: Connection, post_ids: Collection[int]) -> None:
    connection.execute(delete(bank_vector).where(bank_vector.c.post_id.in_(post_ids)))


def forget_threads(connection: Connection, thread_ids: Collection[int]) -> None:
    """Forget what these threads' posts taught, and what they were about."""
    those = select(post.c.id).where(post.c.thread_id.in_(thread_ids))
    connection.execute(delete(bank_vector).where(bank_vector.c.post_id.in_(those)))
    connection.execute(delete(bank_nearest).where(bank_nearest.c.thread_id.in_(thread_ids)))


def keep_nearest(connection: Connection, thread_id: int, entry_ids: list[int]) -> None:
    """Store which entries are nearest to what a thread's customer waits for, nearest first."""
    add = upsert(connection, bank_nearest).values(thread_id=thread_id, entries=entry_ids)
    connection.execute(add.on_conflict_do_update(index_elements=["thread_id"], set_={"entries": add.excluded.entries}))


def nearest(connection: Connection, thread_id: int) -> list[int]:
    """Return what `keep_nearest` has stored; some of it may be withdrawn by now."""
    found = connection.execute(select(bank_nearest.c.entries).where(bank_nearest.c.thread_id == thread_id)).scalar()
    return list(found or ())
