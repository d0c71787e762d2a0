"""Which threads belong to an incident, and which may."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, select

from bot.domain.incidents.incident import MemberState
from storage.engine import upsert
from storage.tables import incident, label, post, thread
from storage.tables import incident_thread as table


@dataclass(frozen=True, slots=True)
class Read:
    """A post, and whether it may have to do with an incident."""

    post_id: int
    thread_id: int
    stored_at: datetime
    may_belong: bool


@dataclass(frozen=True, slots=True)
class CustomersWords:
    """What a customer wrote, and what they are called."""

    text: str
    name: str
    handle: str


def put(
    connection: Connection, incident_id: int, thread_id: int, state: MemberState, how: str, by: str, at: datetime
) -> None:
    """Record how a thread stands to an incident, in place of what was recorded before."""
    values = {"state": state, "how": how, "by": by, "at": at}
    connection.execute(
        upsert(connection, table)
        .values(incident_id=incident_id, thread_id=thread_id, **values)
        .on_conflict_do_update(index_elements=["incident_id", "thread_id"], set_=values)
    )


def state_of(connection: Connection, incident_id: int, thread_id: int) -> MemberState | None:
    """Return how a thread stands to an incident; None if it has nothing to do with it."""
    found = connection.execute(
        select(table.c.state).where(table.c.incident_id == incident_id, table.c.thread_id == thread_id)
    ).scalar_one_or_none()
    return None if found is None else MemberState(found)


def first_post_since(connection: Connection, accounts: Collection[str], since: datetime) -> int:
    """Return the number before the first post to these accounts since then; that of the last post if there is none."""
    recent = select(func.min(post.c.id)).where(post.c.account.in_(accounts), post.c.inbound, post.c.posted_at >= since)
    found: int | None = connection.execute(recent).scalar_one()
    if found is not None:
        return found - 1
    last: int = connection.execute(select(func.coalesce(func.max(post.c.id), 0))).scalar_one()
    return last


def read_after(connection: Connection, desk: str, incident_id: int, post_id: int, limit: int) -> list[Read]:
    """Return the posts of all desks after this one, oldest first.

    Those may belong to the incident that customers of the desk wrote, in threads that stand to it in no way yet, are in
    no other open incident, and were neither merged nor erased.
    """
    # A window of posts with an outer join, so that no database begins with all that the desk ever had.
    window = select(post).where(post.c.id > post_id).order_by(post.c.id).limit(limit).subquery()
    known = select(table.c.thread_id).where(table.c.incident_id == incident_id)
    wanted = and_(
        thread.c.id == window.c.thread_id,
        thread.c.desk == desk,
        window.c.inbound.is_(True),
        window.c.muted.is_(False),
        window.c.text != "",
        thread.c.merged_into.is_(None),
        thread.c.erased_at.is_(None),
        thread.c.id.notin_(known),
        ~_in_another(thread.c.id, incident_id),
    )
    rows = connection.execute(
        select(window.c.id, window.c.thread_id, window.c.stored_at, thread.c.id.label("wanted"))
        .select_from(window.outerjoin(thread, wanted))
        .order_by(window.c.id)
    )
    return [Read(row.id, row.thread_id, row.stored_at, row.wanted is not None) for row in rows]


def words_of(connection: Connection, thread_ids: Collection[int]) -> dict[int, str]:
    """Return all that the customers wrote in these threads, by number."""
    rows = connection.execute(
        select(post.c.thread_id, post.c.text)
        .where(post.c.thread_id.in_(thread_ids), post.c.inbound)
        .order_by(post.c.id)
    )
    said: dict[int, str] = {}
    for row in rows:
        said[row.thread_id] = f"{said.get(row.thread_id, '')}\n{row.text}"
    return said


def labelled(connection: Connection, desk: str, incident_id: int, name: str, since: datetime, limit: int) -> list[int]:
    """Return the desk's threads that were labelled so since then and may join the incident.

    What is in it, was taken out of it, or is in another open one may not.
    """
    known = select(table.c.thread_id).where(table.c.incident_id == incident_id, table.c.state != MemberState.SUGGESTED)
    rows = connection.execute(
        select(thread.c.id)
        .join(label, label.c.thread_id == thread.c.id)
        .where(label.c.name == name, label.c.at >= since, thread.c.desk == desk)
        .where(thread.c.merged_into.is_(None), thread.c.erased_at.is_(None), thread.c.id.notin_(known))
        .where(~_in_another(thread.c.id, incident_id))
        .order_by(thread.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


def merged_away(connection: Connection, incident_id: int, limit: int) -> list[tuple[int, int]]:
    """Return joined threads that were merged into others which may join the incident, with those others."""
    known = select(table.c.thread_id).where(table.c.incident_id == incident_id, table.c.state != MemberState.SUGGESTED)
    rows = connection.execute(
        select(thread.c.id, thread.c.merged_into)
        .join(table, table.c.thread_id == thread.c.id)
        .where(table.c.incident_id == incident_id, table.c.state == MemberState.JOINED)
        .where(thread.c.merged_into.isnot(None), thread.c.merged_into.notin_(known))
        .where(~_in_another(thread.c.merged_into, incident_id))
        .limit(limit)
    )
    return [(row.id, row.merged_into) for row in rows]


def outdated(connection: Connection, limit: int) -> list[tuple[int, int]]:
    """Return threads for which a closed incident is still suggested, with that incident."""
    rows = connection.execute(
        select(table.c.thread_id, table.c.incident_id)
        .join(incident, incident.c.id == table.c.incident_id)
        .where(table.c.state == MemberState.SUGGESTED, incident.c.closed_at.isnot(None))
        .order_by(table.c.thread_id)
        .limit(limit)
    )
    return [(row.thread_id, row.incident_id) for row in rows]


def joined_among(connection: Connection, incident_id: int, thread_ids: Collection[int]) -> set[int]:
    """Return those of these threads that belong to an incident."""
    rows = connection.execute(
        select(table.c.thread_id).where(
            table.c.incident_id == incident_id,
            table.c.state == MemberState.JOINED,
            table.c.thread_id.in_(thread_ids),
        )
    )
    return set(rows.scalars())


def first_words(connection: Connection, incident_id: int) -> list[CustomersWords]:
    """Return the first post of each of its public threads that still has words, the first to come in first."""
    first = (
        select(func.min(post.c.id))
        .join(table, table.c.thread_id == post.c.thread_id)
        .where(table.c.incident_id == incident_id, table.c.state == MemberState.JOINED)
        .where(post.c.inbound, post.c.deleted_at.is_(None), post.c.text != "")
        .group_by(post.c.thread_id)
    )
    rows = connection.execute(
        select(post.c.text, thread.c.customer_name, thread.c.customer_handle)
        .join(thread)
        .where(post.c.id.in_(first), thread.c.erased_at.is_(None), thread.c.private.is_(False))
        .order_by(post.c.posted_at, post.c.id)
    )
    return [CustomersWords(row.text, row.customer_name, row.customer_handle) for row in rows]


def forget(connection: Connection, incident_id: int, thread_id: int) -> None:
    """Forget that a thread might have belonged to an incident."""
    connection.execute(delete(table).where(table.c.incident_id == incident_id, table.c.thread_id == thread_id))


def _in_another(thread_id: ColumnElement[int], incident_id: int) -> ColumnElement[bool]:
    """Tell whether a thread is in an open incident beside this one: nothing but a colleague takes it from there."""
    other = table.alias()
    return exists().where(
        other.c.thread_id == thread_id,
        other.c.incident_id == incident.c.id,
        other.c.incident_id != incident_id,
        other.c.state == MemberState.JOINED,
        incident.c.closed_at.is_(None),
    )
