"""Whether our answers helped: whom we asked, and what they said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.domain.cases.conversation import NOT_THERE
from bot.domain.replies.rating import Rating
from storage.rows import record
from storage.tables import rating as table
from storage.tables import reply, thread


def add(connection: Connection, thread_id: int, by: str, language: str, at: datetime, expires_at: datetime) -> int:
    """Record that a customer is asked, and return the number of the question."""
    values = {"thread_id": thread_id, "by": by, "at": at, "expires_at": expires_at, "language": language}
    added: int = connection.execute(table.insert().values(values).returning(table.c.id)).scalar_one()
    return added


def asked_with(connection: Connection, rating_id: int, reply_id: int) -> None:
    """Record which reply asks."""
    connection.execute(update(table).where(table.c.id == rating_id).values(reply_id=reply_id))


def get(connection: Connection, rating_id: int) -> Rating | None:
    row = connection.execute(select(table).where(table.c.id == rating_id)).one_or_none()
    return record(Rating, row) if row else None


def last_asked(connection: Connection, customer_id: int, since: datetime) -> datetime | None:
    """Return when the customer was asked last since then, in any thread, with a question that may have arrived."""
    asked: datetime | None = connection.execute(
        select(func.max(table.c.at))
        .join(reply, reply.c.id == table.c.reply_id)
        .join(thread, thread.c.id == table.c.thread_id)
        .where(thread.c.customer_id == customer_id, table.c.at > since, reply.c.state.notin_(NOT_THERE))
    ).scalar_one()
    return asked


def score(connection: Connection, rating: Rating, value: int, words: str, at: datetime) -> None:
    """Store what the customer says."""
    values = {"score": value, "words": words, "scored_at": at, "changes": rating.changes + 1}
    connection.execute(update(table).where(table.c.id == rating.id).values(values))


def erase(connection: Connection, thread_id: int, at: datetime) -> None:
    """Forget the words, and let the links lead nowhere; the scores stay."""
    connection.execute(update(table).where(table.c.thread_id == thread_id).values(words="", expires_at=at))
