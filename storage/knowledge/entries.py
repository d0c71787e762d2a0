"""Entries of the knowledge bank. Withdrawn ones stay stored, and nobody is shown them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Row, and_, func, or_, select, update

from bot.domain.knowledge.entry import Entry
from storage.knowledge import vectors
from storage.rows import names, record
from storage.tables import bank_entry as table


@dataclass(frozen=True, slots=True)
class EntryText:
    """What is written of an entry, as in Entry."""

    question: str
    answer: str
    language: str | None
    label: str | None
    valid_until: date | None
    owner: str


def add(connection: Connection, desk: str, text: EntryText, by: str, at: datetime) -> int:
    """Store an entry and return its number."""
    values = _columns(text) | {"desk": desk, "created_by": by, "created_at": at, "reviewed_at": at}
    added: int = connection.execute(table.insert().values(values).returning(table.c.id)).scalar_one()
    return added


def add_all(connection: Connection, desk: str, texts: Iterable[EntryText], by: str, at: datetime) -> None:
    """Store several entries, of which there is at least one."""
    about = {"desk": desk, "created_by": by, "created_at": at, "reviewed_at": at}
    connection.execute(table.insert(), [_columns(text) | about for text in texts])


def change(connection: Connection, entry_id: int, text: EntryText, at: datetime) -> None:
    """Store what an entry is now, which its author thereby says is right."""
    vectors.forget_entry(connection, entry_id)
    connection.execute(update(table).where(table.c.id == entry_id).values(_columns(text) | {"reviewed_at": at}))


def confirm(connection: Connection, entry_id: int, valid_until: date | None, at: datetime) -> None:
    """Record that an entry is still right, and until when."""
    values = {"reviewed_at": at, "valid_until": valid_until}
    connection.execute(update(table).where(table.c.id == entry_id).values(values))


def withdraw(connection: Connection, entry_id: int, by: str, at: datetime) -> None:
    vectors.forget_entry(connection, entry_id)
    connection.execute(update(table).where(table.c.id == entry_id).values(withdrawn_by=by, withdrawn_at=at))


def reword(connection: Connection, entry_id: int, question: str, answer: str) -> None:
    """Store other words of an entry, withdrawn or not, of which nobody says that they are right."""
    vectors.forget_entry(connection, entry_id)
    connection.execute(update(table).where(table.c.id == entry_id).values(question=question, answer=answer))


def get(connection: Connection, entry_id: int) -> Entry | None:
    """Return an entry, also if it is withdrawn; None if there is no such number."""
    row = connection.execute(select(table).where(table.c.id == entry_id)).one_or_none()
    return _entry(row) if row else None


def lock(connection: Connection, entry_id: int) -> Entry | None:
    """The same, and let nobody else change it until the transaction ends."""
    row = connection.execute(select(table).where(table.c.id == entry_id).with_for_update()).one_or_none()
    return _entry(row) if row else None


def same(connection: Connection, desk: str, text: EntryText) -> int | None:
    """Return the number of an entry with this question and answer; None if there is none."""
    alike = (table.c.question == text.question, table.c.answer == text.answer)
    return connection.execute(select(func.min(table.c.id)).where(standing([desk]), *alike)).scalar()


def by_number(connection: Connection, entry_ids: Collection[int]) -> dict[int, Entry]:
    """Return these entries by number, withdrawn ones too."""
    rows = connection.execute(select(table).where(table.c.id.in_(entry_ids)))
    return {row.id: _entry(row) for row in rows}


def of_desk(connection: Connection, desk: str) -> list[Entry]:
    """Return all entries of a desk that are not withdrawn, in the order in which they were made."""
    rows = connection.execute(select(table).where(standing([desk])).order_by(table.c.id))
    return [_entry(row) for row in rows]


def to_review(connection: Connection, desk: str, unread_since: datetime, until: date) -> list[Entry]:
    """Return a desk's entries that run out before `until`, have no question, or nobody has read since then."""
    old = or_(table.c.valid_until < until, table.c.question == "", table.c.reviewed_at <= unread_since)
    rows = connection.execute(select(table).where(standing([desk]), old).order_by(table.c.id))
    return [_entry(row) for row in rows]


def count(connection: Connection, desks: Collection[str]) -> int:
    """Count the entries of these desks that are not withdrawn."""
    counted: int = connection.execute(select(func.count()).select_from(table).where(standing(desks))).scalar_one()
    return counted


def standing(desks: Collection[str] | BindParameter[Any]) -> ColumnElement[bool]:
    """Build the condition that an entry is one of these desks' and not withdrawn."""
    return and_(table.c.desk.in_(desks), table.c.withdrawn_at.is_(None))


def _columns(text: EntryText) -> dict[str, Any]:
    return {name: getattr(text, name) for name in names(EntryText)}


def _entry(row: Row[Any]) -> Entry:
    return record(Entry, row)
