"""Who customers are: their numbers at the networks, and the handles they have used, with dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, case, delete, exists, func, or_, select

from bot.domain.cases.mention import Mention
from bot.domain.customers.person import Handle, Person, network_of
from storage.engine import upsert
from storage.tables import handle as table
from storage.tables import post, reference, set_aside, thread

_WROTE = (thread.c.customer_id == table.c.customer_id, thread.c.account.startswith(table.c.network + ":"))
LONGEST = 200  # characters of a handle that are looked up; an index holds no text of any length


def keep(connection: Connection, account: str, mentions: Iterable[Mention]) -> None:
    """Record under which handles the authors of these mentions wrote, and when."""
    seen: dict[tuple[str, str], list[Mention]] = {}
    for mention in mentions:
        seen.setdefault((mention.author.id, folded(mention.author.handle)), []).append(mention)
    if not seen:
        return
    add = upsert(connection, table).values(
        [
            {
                "network": network_of(account),
                "customer_id": customer,
                "folded": name,
                "handle": theirs[-1].author.handle,
                "first_at": min(mention.posted_at for mention in theirs),
                "last_at": max(mention.posted_at for mention in theirs),
            }
            for (customer, name), theirs in sorted(seen.items())  # two processes that meet wait instead of deadlock
        ]
    )
    new = add.excluded
    connection.execute(
        add.on_conflict_do_update(
            index_elements=["network", "customer_id", "folded"],
            set_={
                "handle": new.handle,
                "first_at": case((new.first_at < table.c.first_at, new.first_at), else_=table.c.first_at),
                "last_at": case((new.last_at > table.c.last_at, new.last_at), else_=table.c.last_at),
            },
        )
    )


def called(
    connection: Connection,
    handle: str,
    *,
    account: str | None = None,
    desks: Collection[str] | None = None,
    key: str | None = None,
) -> list[Person]:
    """Return everybody who uses or used this handle, the one who had it first at the top.

    `account`, such as "x:acme", leaves out those who never wrote to it. `desks` leaves out those who have no thread at
    any of them; without it, those of whom a post was set aside count too, and those to whose posts customers refer.
    Some of these are known by their number alone: `key`, such as "x:77", says whom this handle means then.
    """
    wrote = [*_WROTE, thread.c.erased_at.is_(None)]
    if account is not None:
        wrote.append(thread.c.account == account)
    if desks is not None:
        wrote.append(thread.c.desk.in_(desks))
    query = select(table.c.network, table.c.customer_id).where(table.c.folded == folded(handle), exists().where(*wrote))
    found = {(row.network, row.customer_id) for row in connection.execute(query)}
    people = [Person(network, id_, handles(connection, network, id_)) for network, id_ in found]
    if desks is None:
        aside = _set_aside(connection, handle.removeprefix("@"), account)
        referred_to = _referred_to(connection, handle.removeprefix("@"), account, key)
        others = {(person.network, person.id): person for person in (*referred_to, *aside)}
        people += [person for which, person in others.items() if which not in found]
    return sorted(people, key=lambda person: (_since(person, handle), person.key))


def _set_aside(connection: Connection, handle: str, account: str | None) -> list[Person]:
    """Return the authors of posts that could not be stored."""
    query = select(set_aside).where(
        func.lower(set_aside.c.customer_handle) == handle.lower(), set_aside.c.customer_id != ""
    )
    rows = connection.execute(query if account is None else query.where(set_aside.c.account == account))
    return _seen(handle, ((network_of(row.account), row.customer_id, row.at) for row in rows))


def _referred_to(connection: Connection, handle: str, account: str | None, key: str | None) -> list[Person]:
    """Return the authors of posts to which customers' posts refer."""
    query = select(reference, post.c.posted_at).join(post).where(reference.c.author_id != "")
    if account is not None:
        query = query.where(reference.c.account == account)
    named = func.lower(reference.c.author_handle) == handle.lower()
    if key is not None:
        named = or_(named, (reference.c.author_handle == "") & (reference.c.author_id == key.partition(":")[2]))
    rows = connection.execute(query.where(named))
    return _seen(handle, ((network_of(row.account), row.author_id, row.posted_at) for row in rows))


def _seen(handle: str, posts: Iterable[tuple[str, str, datetime]]) -> list[Person]:
    """Return the people behind posts (network, number, time) whose handles are not kept: with this one alone."""
    dates: dict[tuple[str, str], list[datetime]] = {}
    for network, id_, at in posts:
        dates.setdefault((network, id_), []).append(at)
    return [Person(network, id_, (Handle(handle, min(seen), max(seen)),)) for (network, id_), seen in dates.items()]


def handles(connection: Connection, network: str, customer_id: str) -> tuple[Handle, ...]:
    """Return a customer's handles, the present one last."""
    rows = connection.execute(
        select(table)
        .where(table.c.network == network, table.c.customer_id == customer_id)
        .order_by(table.c.last_at, table.c.first_at)
    )
    return tuple(Handle(row.handle, row.first_at, row.last_at) for row in rows)


def folded(handle: str) -> str:
    """Return what a handle is looked up by: no @, and no difference between capitals and small letters."""
    return handle.removeprefix("@").lower()[:LONGEST]


def forget(connection: Connection, people: Iterable[Person]) -> None:
    """Forget the handles of these customers, unless they have a thread here that was not erased."""
    for person in people:
        theirs = (table.c.network == person.network, table.c.customer_id == person.id)
        connection.execute(delete(table).where(*theirs, ~exists().where(*_WROTE)))


def forget_strangers(connection: Connection) -> None:
    """Forget the handles of everybody who has no thread any more."""
    connection.execute(delete(table).where(~exists().where(*_WROTE)))


def _since(person: Person, handle: str) -> datetime:
    return next(each.first_at for each in person.handles if folded(each.handle) == folded(handle))
