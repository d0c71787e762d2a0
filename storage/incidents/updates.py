"""Public updates, on their way and posted."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.domain.cases.conversation import TRANSITIONS, ReplyState
from bot.domain.cases.picture import Picture
from bot.domain.incidents.public_update import PublicUpdate
from storage.rows import record
from storage.tables import public_update as table


def propose(
    connection: Connection,
    incident_id: int,
    account: str,
    text: str,
    by: str,
    at: datetime,
    follows: int | None,
    picture: Picture | None = None,
    edits: int | None = None,
) -> PublicUpdate:
    """Store an update for a second person to approve, in place of one of its kind that nobody has approved yet."""
    waiting = (table.c.incident_id == incident_id, table.c.account == account, table.c.state.is_(None))
    connection.execute(delete(table).where(*waiting, table.c.edits.is_not_distinct_from(edits)))
    values = {"incident_id": incident_id, "account": account, "text": text, "by": by, "at": at, "follows": follows}
    values |= {"picture": asdict(picture) if picture else None, "edits": edits}
    return _update(connection.execute(table.insert().values(values).returning(table)).one())


def get(connection: Connection, update_id: int) -> PublicUpdate | None:
    """Return the update, or None if there is no such number."""
    row = connection.execute(select(table).where(table.c.id == update_id)).one_or_none()
    return _update(row) if row else None


def of_incident(connection: Connection, incident_id: int) -> list[PublicUpdate]:
    """Return an incident's updates, oldest first."""
    rows = connection.execute(select(table).where(table.c.incident_id == incident_id).order_by(table.c.id))
    return [_update(row) for row in rows]


def last_posted(connection: Connection, incident_id: int, account: str) -> PublicUpdate | None:
    """Return the incident's latest update that this account has posted."""
    row = connection.execute(
        select(table)
        .where(table.c.incident_id == incident_id, table.c.account == account, table.c.state == ReplyState.SENT)
        .where(table.c.external_id.isnot(None), table.c.edits.is_(None))
        .order_by(table.c.id.desc())
        .limit(1)
    ).one_or_none()
    return _update(row) if row else None


def approve(connection: Connection, update_id: int, by: str, at: datetime) -> PublicUpdate | None:
    """Compare and set: return the approved update to the one caller who approves it, None to all others."""
    row = connection.execute(
        update(table)
        .where(table.c.id == update_id, table.c.state.is_(None))
        .values(state=ReplyState.QUEUED, approved_by=by, approved_at=at)
        .returning(table)
    ).one_or_none()
    return _update(row) if row else None


def withdraw(connection: Connection, update_id: int) -> bool:
    """Drop an update that nobody has approved; return False if it is gone or approved."""
    row = connection.execute(
        delete(table).where(table.c.id == update_id, table.c.state.is_(None)).returning(table.c.id)
    ).one_or_none()
    return row is not None


def move(
    connection: Connection, update_id: int, to: ReplyState, *, from_: ReplyState | None = None, **values: Any
) -> PublicUpdate | None:
    """Compare and set, as for replies: return the update in its new state, or None if none leads there from its own."""
    sources = [state for state, after in TRANSITIONS.items() if to in after and from_ in (None, state)]
    row = connection.execute(
        update(table)
        .where(table.c.id == update_id, table.c.state.in_(sources))
        .values(state=to, **values)
        .returning(table)
    ).one_or_none()
    return _update(row) if row else None


def held_up(connection: Connection, update_id: int, code: str) -> PublicUpdate | None:
    """Record why an update is not posted yet; return it, or None if that is on record already."""
    row = connection.execute(
        update(table)
        .where(table.c.id == update_id, table.c.error.is_distinct_from(code))
        .values(error=code)
        .returning(table)
    ).one_or_none()
    return _update(row) if row else None


def _update(row: Row[Any]) -> PublicUpdate:
    picture = Picture(**row.picture) if row.picture else None
    return record(PublicUpdate, row, state=None if row.state is None else ReplyState(row.state), picture=picture)
