"""What was found and asks for somebody's word: one list an hour for each desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, false, func, or_, select, update

from bot.domain.cases.mention import Author, Media, Mention
from bot.domain.customers.customer import Identity
from bot.domain.listening.found import Found, FoundState
from storage import outbox
from storage.cases import posts
from storage.engine import upsert
from storage.listening import messages
from storage.rows import record
from storage.tables import found as table
from storage.tables import found_list


def list_of(connection: Connection, desk: str, at: datetime) -> int:
    """Return the number of the list of this hour; begin it if there is none yet.

    One that is not in Slack yet, because the desk is closed or Slack is away, goes on: else each hour of a night would
    be a message in the morning.
    """
    newest = select(found_list.c.id).where(found_list.c.desk == desk).order_by(found_list.c.id.desc()).limit(1)
    last = connection.execute(newest).scalar_one_or_none()
    shown = outbox.get(connection, messages.found(last, "").key) if last is not None else None
    if last is not None and shown is not None and shown.message_ts is None:
        return int(last)
    began = at.replace(minute=0, second=0, microsecond=0)
    connection.execute(upsert(connection, found_list).values(desk=desk, began_at=began).on_conflict_do_nothing())
    query = select(found_list.c.id).where(found_list.c.desk == desk, found_list.c.began_at == began)
    return int(connection.execute(query).scalar_one())


def add(
    connection: Connection, list_id: int, rule: str, desk: str, account: str, found: Iterable[Mention], at: datetime
) -> int:
    """Store what was found and is not stored yet; return how many that are."""
    rows = [
        {
            "found_list_id": list_id,
            "rule": rule,
            "desk": desk,
            "account": account,
            "digest": posts.digest(account, mention.id),
            "word": mention.found_by or "",
            "author_id": mention.author.id,
            "author_handle": mention.author.handle,
            "mention": _json(mention),
            "found_at": at,
            "state": FoundState.OPEN,
        }
        for mention in found
    ]
    if not rows:
        return 0
    insert = upsert(connection, table).on_conflict_do_nothing().returning(table.c.id)
    return len(connection.execute(insert, rows).all())


def leave_out(
    connection: Connection, rule: str, desk: str, account: str, left_out: Iterable[Mention], at: datetime
) -> None:
    """Remember of what is left out that it was found, and nothing else of it."""
    for mention in left_out:
        values = {
            "rule": rule,
            "desk": desk,
            "account": account,
            "digest": posts.digest(account, mention.id),
            "word": mention.found_by or "",
            "author_id": "",
            "author_handle": "",
            "mention": None,
            "found_at": at,
            "state": FoundState.LEFT_OUT,
        }
        connection.execute(upsert(connection, table).values(**values).on_conflict_do_nothing())


def known(connection: Connection, account: str, external_ids: Collection[str]) -> set[str]:
    """Return which of these posts were found before, by the network's ids."""
    called = {posts.digest(account, id_): id_ for id_ in external_ids}
    rows = connection.execute(
        select(table.c.digest).where(table.c.account == account, table.c.digest.in_(list(called)))
    )
    return {called[digest] for digest in rows.scalars()}


def get(connection: Connection, number: int, *, lock: bool = False) -> Found | None:
    """Return one, None if there is none (any more); with `lock` nobody else decides about it meanwhile."""
    query = select(table).where(table.c.id == number)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return _found(row) if row else None


def of_list(connection: Connection, list_id: int) -> tuple[str, list[Found]] | None:
    """Return the desk of a list and what is on it, oldest first; None if there is no such list."""
    desk = connection.execute(select(found_list.c.desk).where(found_list.c.id == list_id)).scalar_one_or_none()
    if desk is None:
        return None
    rows = connection.execute(select(table).where(table.c.found_list_id == list_id).order_by(table.c.id))
    return desk, [_found(row) for row in rows]


def decide(
    connection: Connection, number: int, state: FoundState, by: str | None, at: datetime, *, thread: int | None = None
) -> None:
    """Record what somebody said of it, or with OPEN that they took it back."""
    values = {"state": state, "by": by, "decided_at": at if by else None, "thread": thread}
    connection.execute(update(table).where(table.c.id == number).values(**values))


def expire(connection: Connection, before: datetime) -> list[int]:
    """Drop the words of what was found before that instant; return the lists that change by it."""
    old = (table.c.found_at < before, table.c.mention.isnot(None))
    lists = connection.execute(select(table.c.found_list_id).where(*old).distinct()).scalars().all()
    connection.execute(update(table).where(*old, table.c.state == FoundState.OPEN).values(state=FoundState.LEFT))
    connection.execute(update(table).where(*old).values(mention=None, author_id="", author_handle=""))
    return sorted(lists)


def delete_before(connection: Connection, before: datetime) -> None:
    """Delete that something was found before that instant."""
    connection.execute(delete(table).where(table.c.found_at < before))
    empty = ~exists().where(table.c.found_list_id == found_list.c.id)
    connection.execute(delete(found_list).where(found_list.c.began_at < before, empty))


def count(connection: Connection, identities: Iterable[Identity], account: str | None) -> int:
    """Count what was found of these people; an `account` such as "x:acme" leaves out all other accounts."""
    counted: int = connection.execute(select(func.count()).where(_of(identities, account))).scalar_one()
    return counted


def erase(connection: Connection, identities: Sequence[Identity], account: str | None) -> int:
    """Forget what these people wrote and who they are; return how many posts that were."""
    gone = {"mention": None, "author_id": "", "author_handle": "", "state": FoundState.GONE}
    return connection.execute(update(table).where(_of(identities, account)).values(**gone)).rowcount


def _of(identities: Iterable[Identity], account: str | None) -> ColumnElement[bool]:
    theirs = or_(
        false(),
        *(
            and_(table.c.author_id == one.author_id, table.c.account.startswith(f"{one.network}:", autoescape=True))
            for one in identities
        ),
    )
    return theirs if account is None else and_(theirs, table.c.account == account)


def _json(mention: Mention) -> dict[str, Any]:
    """Return what is kept of a post. Whom it answers or quotes is asked for again, so that no words of others stay."""
    kept = replace(mention, references=(), waits_since=None)
    return asdict(kept) | {"posted_at": mention.posted_at.isoformat()}


def _mention(stored: dict[str, Any]) -> Mention:
    parts: dict[str, Any] = {
        "author": Author(**stored["author"]),
        "posted_at": datetime.fromisoformat(stored["posted_at"]),
        "media": tuple(Media(**one) for one in stored["media"]),
        "earlier_ids": tuple(stored["earlier_ids"]),
        "references": (),
    }
    return Mention(**stored | parts)


def _found(row: Row[Any]) -> Found:
    mention = _mention(row.mention) if row.mention else None
    return record(Found, row, mention=mention, state=FoundState(row.state))
