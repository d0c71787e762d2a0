"""Posts that could not be stored, so that each is told once. Only a digest of the id is kept: it may be the cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, false, func, or_, select, update

from bot.domain.cases.mention import Author, Mention
from bot.domain.customers.customer import Identity
from storage import outbox
from storage.cases import posts
from storage.engine import upsert
from storage.intake import messages
from storage.rows import record
from storage.tables import outbox as outbox_table
from storage.tables import set_aside as table


@dataclass(frozen=True, slots=True)
class SetAside:
    """`url` is where the post can be seen; empty after its author was forgotten."""

    id: int
    desk: str
    account: str
    url: str


def add(connection: Connection, desk: str, account: str, mention: Mention, at: datetime) -> int | None:
    """Record a post; return its number here, or None if it is already on record.

    What it lacks may be why it is here.
    """
    author = mention.author or Author("", "", "")
    number: int | None = connection.execute(
        upsert(connection, table)
        .values(
            desk=desk,
            account=account,
            digest=posts.digest(account, mention.id),
            author_id=author.id or "",
            author_handle=author.handle or "",
            url=mention.url or "",
            at=at,
        )
        .on_conflict_do_nothing()
        .returning(table.c.id)
    ).scalar_one_or_none()
    return number


def among(connection: Connection, account: str, external_ids: Iterable[str]) -> set[str]:
    """Return which of these posts were set aside."""
    called = {posts.digest(account, id_): id_ for id_ in external_ids}
    those = select(table.c.digest).where(table.c.account == account, table.c.digest.in_(list(called)))
    rows = connection.execute(those)
    return {called[digest] for digest in rows.scalars()}


def get(connection: Connection, number: int) -> SetAside | None:
    row = connection.execute(select(table).where(table.c.id == number)).one_or_none()
    return record(SetAside, row) if row else None


def count(connection: Connection, identities: Iterable[Identity], account: str | None) -> int:
    """Count these customers' posts; an `account` such as "x:acme" leaves out all other accounts."""
    counted: int = connection.execute(select(func.count()).where(_of(identities, account))).scalar_one()
    return counted


def erase(connection: Connection, identities: Iterable[Identity], account: str | None) -> dict[int, bool]:
    """Forget where the posts of these customers are and whose.

    Returns, by number, whether Slack shows a message with the post's address.
    """
    forgotten = update(table).where(_of(identities, account)).values(author_id="", author_handle="", url="")
    numbers = connection.execute(forgotten.returning(table.c.id)).scalars()
    told = {number: outbox.get(connection, messages.set_aside_key(number)) for number in numbers}
    return {number: item is not None and item.message_ts is not None for number, item in told.items()}


def delete_before(connection: Connection, before: datetime, *, desk: str | None = None) -> None:
    """Delete what was set aside before that instant, and its messages; of one desk if given."""
    query = delete(table).where(table.c.at < before)
    if desk is not None:
        query = query.where(table.c.desk == desk)
    numbers = connection.execute(query.returning(table.c.id)).scalars()
    told = [messages.set_aside_key(number) for number in numbers]
    connection.execute(delete(outbox_table).where(outbox_table.c.key.in_(told)))


def _of(identities: Iterable[Identity], account: str | None) -> ColumnElement[bool]:
    theirs = or_(
        false(),
        *(
            and_(table.c.author_id == one.author_id, table.c.account.startswith(f"{one.network}:", autoescape=True))
            for one in identities
        ),
    )
    return theirs if account is None else and_(theirs, table.c.account == account)
