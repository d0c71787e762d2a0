"""What agents have typed in a reply modal and not sent, one draft for each agent and thread."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, select, update

from bot.domain.cases.picture import Picture
from storage.engine import upsert
from storage.rows import record
from storage.tables import draft as table


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """`view_id` is the modal in which it is being written; None once that is closed.

    `bank_entry_id` is the entry of the knowledge bank that it was begun with.
    """

    thread_id: int
    agent: str
    text: str
    typed_at: datetime
    view_id: str | None
    bank_entry_id: int | None = None
    picture: Picture | None = None


def get(connection: Connection, thread_id: int, agent: str) -> StoredDraft | None:
    row = connection.execute(select(table).where(_key(thread_id, agent))).one_or_none()
    return _draft(row) if row else None


def open_in(connection: Connection, thread_id: int) -> list[StoredDraft]:
    """Return the drafts of the thread whose modal is open, as far as is known."""
    rows = connection.execute(select(table).where(table.c.thread_id == thread_id, table.c.view_id.isnot(None)))
    return [_draft(row) for row in rows]


def opened(connection: Connection, thread_id: int, agent: str, view_id: str, at: datetime) -> None:
    """Record in which modal the agent writes now; what they typed before stays."""
    values = {"thread_id": thread_id, "agent": agent, "text": "", "typed_at": at, "view_id": view_id}
    connection.execute(
        upsert(connection, table)
        .values(values)
        .on_conflict_do_update(index_elements=["thread_id", "agent"], set_={"view_id": view_id})
    )


def keep(connection: Connection, draft: StoredDraft) -> None:
    """Store a draft, unless a later one is there already."""
    values: dict[str, Any] = {"text": draft.text, "typed_at": draft.typed_at, "view_id": draft.view_id}
    values["picture"] = asdict(draft.picture) if draft.picture else None
    connection.execute(
        upsert(connection, table)
        .values(thread_id=draft.thread_id, agent=draft.agent, **values)
        .on_conflict_do_update(
            index_elements=["thread_id", "agent"], set_=values, where=table.c.typed_at <= draft.typed_at
        )
    )


def begin_with(connection: Connection, thread_id: int, agent: str, entry_id: int) -> None:
    """Record that a stored draft was begun with an entry of the knowledge bank; what is typed later leaves that."""
    connection.execute(update(table).where(_key(thread_id, agent)).values(bank_entry_id=entry_id))


def closed(connection: Connection, thread_id: int, agent: str, view_id: str) -> None:
    """Record that this modal is no longer open."""
    connection.execute(update(table).where(_key(thread_id, agent), table.c.view_id == view_id).values(view_id=None))


def remove(connection: Connection, thread_id: int, agent: str) -> None:
    connection.execute(delete(table).where(_key(thread_id, agent)))


def erase(connection: Connection, thread_id: int) -> None:
    """Forget what was typed. Which modals are open stays known, because they show the customer's words."""
    connection.execute(update(table).where(table.c.thread_id == thread_id).values(text="", picture=None))


def delete_before(connection: Connection, at: datetime) -> None:
    """Delete every draft that was last typed in before `at`."""
    connection.execute(delete(table).where(table.c.typed_at < at))


def _draft(row: Row[Any]) -> StoredDraft:
    return record(StoredDraft, row, picture=Picture(**row.picture) if row.picture else None)


def _key(thread_id: int, agent: str) -> ColumnElement[bool]:
    return and_(table.c.thread_id == thread_id, table.c.agent == agent)
