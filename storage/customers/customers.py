"""Who customers are: their identities on each network, and the handles they have used, with dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.cases.mention import Author, Mention
from bot.domain.customers.customer import Customer, Handle, Identity, network_of
from bot.domain.customers.profile_links import led_to
from storage.customers import crm, joining
from storage.engine import upsert
from storage.tables import (
    customer,
    found,
    handle,
    identity,
    lesson,
    mute,
    post,
    profile_link,
    reference,
    set_aside,
    thread,
)

LONGEST = 200  # characters of a handle that are looked up; an index holds no text of any length

_IS_ITS = (handle.c.network == identity.c.network, handle.c.author_id == identity.c.author_id)
_WROTE = (
    thread.c.customer_id == identity.c.customer_id,
    thread.c.author_id == identity.c.author_id,
    thread.c.account.startswith(identity.c.network + ":"),
)


def begin(connection: Connection, network: str, authors: Mapping[str, Author], at: datetime) -> dict[str, int]:
    """Begin a customer for each of these authors, given by the network's numbers; return the customers' numbers.

    Of two processes that meet a new author at once, the second one waits and gets the customer of the first.
    """
    if not authors:
        return {}
    new = list(connection.execute(insert(customer).returning(customer.c.id), [{"created_at": at}] * len(authors)))
    rows = [
        {"network": network, "author_id": id_, "customer_id": row.id, "handle": author.handle, "name": author.name}
        for (id_, author), row in zip(sorted(authors.items()), new, strict=True)  # two that meet wait, no deadlock
    ]
    add = upsert(connection, identity).on_conflict_do_nothing().returning(identity.c.author_id, identity.c.customer_id)
    begun = {row.author_id: row.customer_id for row in connection.execute(add.values(rows))}
    others = authors.keys() - begun.keys()
    if not others:
        return begun
    unused = {row.id for row in new} - set(begun.values())
    connection.execute(delete(customer).where(customer.c.id.in_(unused)))
    query = select(identity).where(identity.c.network == network, identity.c.author_id.in_(others))
    return begun | {row.author_id: row.customer_id for row in connection.execute(query)}


def rename(connection: Connection, network: str, authors: Iterable[Author]) -> None:
    """Record what these known authors are called now."""
    changed = [{"this": author.id, "now": author.handle, "named": author.name} for author in authors]
    if changed:
        connection.execute(
            update(identity)
            .where(identity.c.network == network, identity.c.author_id == bindparam("this"))
            .values(handle=bindparam("now"), name=bindparam("named")),
            changed,
        )


def speaks(connection: Connection, customer_id: int, language: str) -> None:
    """Record which language an agent said that the customer writes, with all their threads."""
    will_write(connection, customer_id, language)
    connection.execute(update(thread).where(thread.c.customer_id == customer_id).values(language=language))


def will_write(connection: Connection, customer_id: int, language: str) -> None:
    """Record in which language the customer will write, as an agent said; their threads stay as they are."""
    connection.execute(update(customer).where(customer.c.id == customer_id).values(language=language))


def keep_handles(connection: Connection, account: str, mentions: Iterable[Mention]) -> None:
    """Record under which handles the authors of these mentions wrote, and when."""
    seen: dict[tuple[str, str], list[Mention]] = {}
    for mention in mentions:
        seen.setdefault((mention.author.id, folded(mention.author.handle)), []).append(mention)
    if not seen:
        return
    add = upsert(connection, handle).values(
        [
            {
                "network": network_of(account),
                "author_id": author,
                "folded": name,
                "handle": theirs[-1].author.handle,
                "first_at": min(mention.posted_at for mention in theirs),
                "last_at": max(mention.posted_at for mention in theirs),
            }
            for (author, name), theirs in sorted(seen.items())  # two processes that meet wait instead of deadlock
        ]
    )
    new = add.excluded
    connection.execute(
        add.on_conflict_do_update(
            index_elements=["network", "author_id", "folded"],
            set_={
                "handle": new.handle,
                "first_at": case((new.first_at < handle.c.first_at, new.first_at), else_=handle.c.first_at),
                "last_at": case((new.last_at > handle.c.last_at, new.last_at), else_=handle.c.last_at),
            },
        )
    )


def keep_links(connection: Connection, network: str, authors: Collection[Author]) -> None:
    """Record where the profiles of these authors lead to now; what was there before is forgotten."""
    now = {(network, author.id, place) for author in authors for place in led_to(author.links)}
    query = select(profile_link).where(
        profile_link.c.network == network, profile_link.c.author_id.in_({author.id for author in authors})
    )
    known = {tuple(row) for row in connection.execute(query)}
    if gone := sorted(known - now):
        whole = tuple_(profile_link.c.network, profile_link.c.author_id, profile_link.c.link)
        connection.execute(delete(profile_link).where(whole.in_(gone)))
    if new := sorted(now - known):  # in one order, so that two processes that meet wait instead of deadlock
        rows = [dict(zip(("network", "author_id", "link"), row, strict=True)) for row in new]
        connection.execute(upsert(connection, profile_link).on_conflict_do_nothing(), rows)


def called(
    connection: Connection,
    name: str,
    *,
    account: str | None = None,
    desks: Collection[str] | None = None,
    key: str | None = None,
) -> list[Customer]:
    """Return everybody who uses or used this handle, the one who had it first at the top.

    `account`, such as "x:acme", leaves out those who never wrote to it. `desks` leaves out those who never wrote to any
    of them as the identity that has the handle; without it, those of whom a post was set aside or found count too, and
    those to whose posts customers refer. Some of these are known by their number alone: `key`, such as "x:77", says
    whom this handle means then.
    """
    wrote = [thread.c.customer_id == identity.c.customer_id]
    if account is not None:
        wrote.append(thread.c.account == account)
    if desks is not None:
        wrote += [*_WROTE, thread.c.desk.in_(desks)]
    rows = connection.execute(
        select(identity.c.customer_id)
        .join(handle, and_(*_IS_ITS))
        .where(handle.c.folded == folded(name), exists().where(*wrote))
        .distinct()
    )
    people = set(rows.scalars())
    strangers: dict[str, Identity] = {}
    if desks is None:
        bare = name.removeprefix("@")
        seen = (
            *_referred_to(connection, bare, account, key),
            *_set_aside(connection, bare, account),
            *_found(connection, bare, account),
        )
        strangers = {one.key: one for one in seen}
        known = _customers_of(connection, strangers.values())
        people |= set(known.values())
        strangers = {key: one for key, one in strangers.items() if key not in known}
    everybody = get(connection, people) + [Customer(None, (one,)) for one in strangers.values()]
    return sorted(everybody, key=lambda person: (_since(person, name), person.key))


def get(connection: Connection, numbers: Collection[int]) -> list[Customer]:
    """Return these customers with all that they were called; unknown numbers are left out."""
    if not numbers:
        return []
    those = identity.c.customer_id.in_(numbers)
    handles: dict[tuple[str, str], list[Handle]] = {}
    for row in connection.execute(
        select(handle).join(identity, and_(*_IS_ITS)).where(those).order_by(handle.c.last_at, handle.c.first_at)
    ):
        named = Handle(row.handle, row.first_at, row.last_at)
        handles.setdefault((row.network, row.author_id), []).append(named)
    identities: dict[int, list[Identity]] = {}
    languages: dict[int, str | None] = {}
    for row in connection.execute(
        select(identity, customer.c.language)
        .join(customer)
        .where(those)
        .order_by(identity.c.network, identity.c.author_id)
    ):
        theirs = tuple(handles.get((row.network, row.author_id), ()))
        languages[row.customer_id] = row.language
        identities.setdefault(row.customer_id, []).append(Identity(row.network, row.author_id, theirs, row.name))
    return [Customer(number, tuple(theirs), languages[number]) for number, theirs in identities.items()]


def lock(connection: Connection, numbers: Collection[int]) -> None:
    """Have whoever is storing what these customers write finish first, and whoever comes after this begin anew."""
    if numbers:
        connection.execute(
            select(customer.c.id).where(customer.c.id.in_(numbers)).order_by(customer.c.id).with_for_update()
        )


def forget(connection: Connection, numbers: Collection[int]) -> None:
    """Forget these customers, unless they have a thread here, and what they were called where they have none."""
    if not numbers:
        return
    unwritten = (identity.c.customer_id.in_(numbers), ~exists().where(*_WROTE))
    connection.execute(delete(handle).where(exists().where(*_IS_ITS, *unwritten)))
    gone = connection.execute(delete(identity).where(*unwritten).returning(identity.c.network, identity.c.author_id))
    if keys := [(row.network, row.author_id) for row in gone]:
        joining.forget_apart(connection, keys)
        connection.execute(
            delete(profile_link).where(tuple_(profile_link.c.network, profile_link.c.author_id).in_(keys))
        )
    known = exists().where(identity.c.customer_id == customer.c.id)
    crm.forget(connection, numbers)
    connection.execute(delete(customer).where(customer.c.id.in_(numbers), ~known))


def strangers(connection: Connection) -> list[int]:
    """Return the customers who have no thread any more; who is or was muted stays for as long as that is kept."""
    wrote, muted = (exists().where(table.c.customer_id == customer.c.id) for table in (thread, mute))
    return list(connection.execute(select(customer.c.id).where(~wrote, ~muted).order_by(customer.c.id)).scalars())


def folded(name: str) -> str:
    """Return what a handle is looked up by: no @, and no difference between capitals and small letters."""
    return name.removeprefix("@").lower()[:LONGEST]


def _customers_of(connection: Connection, identities: Iterable[Identity]) -> dict[str, int]:
    """Return the customers, by their identities' keys, of those of these who are known."""
    keys = [(one.network, one.author_id) for one in identities]
    if not keys:
        return {}
    query = select(identity).where(tuple_(identity.c.network, identity.c.author_id).in_(keys))
    return {f"{row.network}:{row.author_id}": row.customer_id for row in connection.execute(query)}


def _set_aside(connection: Connection, name: str, account: str | None) -> list[Identity]:
    """Return the authors of posts that could not be stored."""
    query = select(set_aside).where(func.lower(set_aside.c.author_handle) == name.lower(), set_aside.c.author_id != "")
    rows = connection.execute(query if account is None else query.where(set_aside.c.account == account))
    return _seen(name, ((network_of(row.account), row.author_id, row.at) for row in rows))


def _found(connection: Connection, name: str, account: str | None) -> list[Identity]:
    """Return the authors of posts that were found and became no card."""
    query = select(found).where(func.lower(found.c.author_handle) == name.lower(), found.c.author_id != "")
    rows = connection.execute(query if account is None else query.where(found.c.account == account))
    seen = [(network_of(row.account), row.author_id, row.found_at) for row in rows]
    taught = select(lesson).where(func.lower(lesson.c.author_handle) == name.lower())
    if account is not None:
        taught = taught.where(lesson.c.network == network_of(account))
    seen += [(row.network, row.author_id, row.at) for row in connection.execute(taught)]
    return _seen(name, seen)


def _referred_to(connection: Connection, name: str, account: str | None, key: str | None) -> list[Identity]:
    """Return the authors of posts to which customers' posts refer."""
    query = select(reference, post.c.posted_at).join(post).where(reference.c.author_id != "")
    if account is not None:
        query = query.where(reference.c.account == account)
    named: ColumnElement[bool] = func.lower(reference.c.author_handle) == name.lower()
    if key is not None:
        named = or_(named, (reference.c.author_handle == "") & (reference.c.author_id == key.partition(":")[2]))
    rows = connection.execute(query.where(named))
    return _seen(name, ((network_of(row.account), row.author_id, row.posted_at) for row in rows))


def _seen(name: str, posts: Iterable[tuple[str, str, datetime]]) -> list[Identity]:
    """Return the authors of posts (network, number, time) whose handles are not kept: with this one alone."""
    dates: dict[tuple[str, str], list[datetime]] = {}
    for network, id_, at in posts:
        dates.setdefault((network, id_), []).append(at)
    return [Identity(network, id_, (Handle(name, min(seen), max(seen)),)) for (network, id_), seen in dates.items()]


def _since(person: Customer, name: str) -> datetime:
    """Return since when they have used the handle; somebody known by their number alone, since they wrote at all."""
    used = [each.first_at for each in person.handles if folded(each.handle) == folded(name)]
    return min(used or [each.first_at for each in person.handles])
