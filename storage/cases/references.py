"""References: what a customer's post answers or quotes, with as much of it as one line shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, false, func, or_, select, update

from bot.domain.cases.mention import Reference, ReferenceKind
from bot.domain.customers.customer import Identity
from storage.cases import posts
from storage.engine import upsert
from storage.tables import post
from storage.tables import reference as table

KEPT = 400  # characters of another's post; a line shows fewer


@dataclass(frozen=True, slots=True)
class NewReference:
    """What a stored post refers to, and whether the network is to be asked for it."""

    post_id: int
    reference: Reference
    to_look_up: bool


def add(connection: Connection, account: str, found: Iterable[NewReference]) -> None:
    """Record what posts of this account refer to."""
    rows = [
        {
            "post_id": new.post_id,
            "kind": new.reference.kind,
            "account": account,
            "external_id": new.reference.id,
            "to_look_up": new.to_look_up,
        }
        | _shown(new.reference)
        for new in found
    ]
    if rows:
        connection.execute(upsert(connection, table).on_conflict_do_nothing(), rows)
        ids = {row["post_id"] for row in rows}
        connection.execute(update(post).where(post.c.id.in_(ids)).values(refers=True))


def of_posts(connection: Connection, post_ids: Iterable[int]) -> dict[int, list[Reference]]:
    """Return what these posts refer to, by their ids; what was forgotten is left out."""
    rows = connection.execute(
        select(table).where(table.c.post_id.in_(list(post_ids)), table.c.url != "").order_by(table.c.kind)
    )
    found: dict[int, list[Reference]] = {}
    for row in rows:
        found.setdefault(row.post_id, []).append(_reference(row))
    return found


def to_look_up(connection: Connection, account: str, *, limit: int) -> list[Reference]:
    """Return posts that the network is to be asked for, each once."""
    oldest_first = func.min(table.c.post_id)
    wanted = (
        select(table.c.external_id)
        .where(table.c.account == account, table.c.to_look_up)
        .group_by(table.c.external_id)
        .order_by(oldest_first)
        .limit(limit)
    )
    ids = list(connection.execute(wanted).scalars())
    rows = connection.execute(
        select(table).where(table.c.account == account, table.c.to_look_up, table.c.external_id.in_(ids))
    )
    return list({row.external_id: _reference(row) for row in rows}.values())


def settle(connection: Connection, account: str, known: Iterable[Reference]) -> None:
    """Record that the network is not to be asked for these posts."""
    ids = [reference.id for reference in known]
    if ids:
        those = (table.c.account == account, table.c.external_id.in_(ids), table.c.to_look_up)
        connection.execute(update(table).where(*those).values(to_look_up=False))


def looked_up(connection: Connection, account: str, found: Iterable[Reference]) -> set[int]:
    """Store what the network shows of these posts, for which it is not asked again; return the threads."""
    return {
        thread
        for reference in found
        for thread in _change(
            connection,
            [table.c.account == account, table.c.external_id == reference.id, table.c.to_look_up],
            _shown(reference) | {"to_look_up": False},
        )
    }


def read_again(connection: Connection, post_id: int, reference: Reference) -> set[int]:
    """Store what a network now shows of what a post refers to, if it was stored before; return the threads."""
    shown = _shown(reference)
    changed = or_(table.c.gone != reference.gone, and_(table.c.text != "", table.c.text != shown["text"]))
    return _change(
        connection,
        [table.c.post_id == post_id, table.c.kind == reference.kind, table.c.external_id == reference.id, changed],
        shown,
    )


def lose(connection: Connection, account: str, external_id: str) -> set[int]:
    """Blank a post that is gone from the network; return the threads that refer to it."""
    return _change(
        connection,
        [table.c.account == account, table.c.external_id == external_id],
        {"text": "", "gone": True, "to_look_up": False},
    )


def forgotten(connection: Connection, account: str, external_ids: Collection[str]) -> set[str]:
    """Return those of these posts whose authors asked to be forgotten."""
    called = {posts.forgotten(account, id_): id_ for id_ in external_ids}
    rows = connection.execute(select(table.c.external_id).where(table.c.external_id.in_(list(called))))
    return {called[digest] for digest in rows.scalars()}


def count(connection: Connection, identities: Iterable[Identity], account: str | None) -> int:
    """Count the references to what these people wrote; an `account` such as "x:acme" leaves out all other accounts."""
    query = select(func.count()).select_from(table).where(_by(identities, account))
    counted: int = connection.execute(query).scalar_one()
    return counted


def erase(connection: Connection, identities: Iterable[Identity], account: str | None) -> set[int]:
    """Forget what these people wrote and where; return the threads that referred to it.

    A digest of each post's id stays, so that it does not come in again with another post that refers to it.
    """
    rows = connection.execute(select(table).where(_by(identities, account))).all()
    return {
        thread
        for row in rows
        for thread in _change(
            connection,
            [table.c.post_id == row.post_id, table.c.kind == row.kind],
            {
                "external_id": posts.forgotten(row.account, row.external_id),
                "author_id": "",
                "author_handle": "",
                "text": "",
                "url": "",
                "to_look_up": False,
            },
        )
    }


def delete_of_threads(connection: Connection, thread_ids: Collection[int]) -> None:
    """Delete what the posts of these threads refer to."""
    those = select(post.c.id).where(post.c.thread_id.in_(list(thread_ids)))
    connection.execute(delete(table).where(table.c.post_id.in_(those)))


def _shown(reference: Reference) -> dict[str, object]:
    """Return what is stored of a post. Its words are kept only where it is known whose they are, to forget them."""
    words = (reference.text or "") if reference.author_id else ""
    return {
        "author_id": reference.author_id,
        "author_handle": reference.handle,
        "text": words[:KEPT],
        "url": reference.url,
        "gone": reference.gone,
    }


def _change(connection: Connection, where: list[ColumnElement[bool]], values: dict[str, object]) -> set[int]:
    """Change references; return the threads to which the posts with them belong."""
    changed = update(table).where(*where).values(values).returning(table.c.post_id)
    ids = list(connection.execute(changed).scalars())
    if not ids:
        return set()
    return set(connection.execute(select(post.c.thread_id).where(post.c.id.in_(ids))).scalars())


def _by(identities: Iterable[Identity], account: str | None) -> ColumnElement[bool]:
    theirs = or_(
        false(),
        *(
            and_(table.c.author_id == one.author_id, table.c.account.startswith(f"{one.network}:", autoescape=True))
            for one in identities
        ),
    )
    return theirs if account is None else and_(theirs, table.c.account == account)


def _reference(row: Row[tuple[object, ...]]) -> Reference:
    return Reference(
        ReferenceKind(row.kind), row.external_id, row.url, row.author_id, row.author_handle, row.text, row.gone
    )
