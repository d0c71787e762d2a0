"""Which message about several threads shows which of them, so that it can follow what happens to them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, exists, func, select, tuple_, update

from storage.engine import upsert
from storage.tables import event, outbox, thread
from storage.tables import listing as table

_HAPPENED = exists().where(event.c.thread_id == table.c.thread_id, event.c.id > table.c.event_id)
_OVER = exists().where(thread.c.id == table.c.thread_id, thread.c.due_at.is_(None), thread.c.snoozed_until.is_(None))


def add(connection: Connection, key: str, threads: Collection[int]) -> None:
    """Record that the message with this key shows these threads as they are now, besides those it showed before."""
    newest = select(func.coalesce(func.max(event.c.id), 0)).where(event.c.thread_id == thread.c.id)
    message = thread.join(outbox, outbox.c.key == key)
    shown = select(outbox.c.id, thread.c.id, newest.scalar_subquery()).select_from(message)
    new = upsert(connection, table).from_select(
        ["outbox_id", "thread_id", "event_id"], shown.where(thread.c.id.in_(threads))
    )
    connection.execute(new.on_conflict_do_nothing())


def any_happened(connection: Connection) -> bool:
    """Tell whether `happened` would return anything."""
    return connection.execute(select(table.c.outbox_id).where(_HAPPENED).limit(1)).first() is not None


def happened(connection: Connection) -> set[int]:
    """Return the outbox ids of the messages with a thread to which something has happened since they were drawn.

    Each happening is returned once, to one caller. Threads whose customer no longer waits are followed no further.
    """
    found = select(table.c.outbox_id, table.c.thread_id).where(_HAPPENED).with_for_update(skip_locked=True, of=table)
    rows = connection.execute(found).all()
    if not rows:
        return set()
    these = tuple_(table.c.outbox_id, table.c.thread_id).in_([tuple(row) for row in rows])
    newest = select(func.max(event.c.id)).where(event.c.thread_id == table.c.thread_id).scalar_subquery()
    connection.execute(delete(table).where(these, _OVER))
    connection.execute(update(table).where(these).values(event_id=newest))
    return {row.outbox_id for row in rows}
