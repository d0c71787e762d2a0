"""Which identities are one person: moved from customer to customer, and what an agent said are two people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, text, tuple_, update

from bot.domain.customers.joining import MAX_GIVEN_BY
from storage.at_desk import at_desks
from storage.customers import crm
from storage.engine import upsert
from storage.tables import customer, handle, identity, mute, post, profile_link, reference_number, thread
from storage.tables import told_apart as table

Key = tuple[str, str]
"""An identity: its network, and the network's number of them."""

_FIRST = tuple_(table.c.network, table.c.author_id)
_SECOND = tuple_(table.c.other_network, table.c.other_id)
MOST = 20  # customers who may be the same person


@dataclass(frozen=True, slots=True)
class Said:
    """That an agent said, and when, that one identity is not the person of another."""

    one: Key
    other: Key
    by: str
    at: datetime


def hold(connection: Connection) -> None:
    """Have whoever stores what customers write finish first, and whoever comes later wait until this is over.

    They read who an author is and store it with a thread; in between, an identity must not move.
    """
    if connection.dialect.name != "sqlite":  # where there is one writer at a time
        connection.execute(text("SET LOCAL lock_timeout = '1s'"))  # behind it all intake waits, and Slack for 3 s
        connection.execute(text("LOCK TABLE customer IN EXCLUSIVE MODE"))


def customers_of(connection: Connection, keys: Collection[Key]) -> dict[Key, int]:
    """Return whose these identities are; unknown ones are left out."""
    query = select(identity).where(tuple_(identity.c.network, identity.c.author_id).in_(keys))
    return {(row.network, row.author_id): row.customer_id for row in connection.execute(query)}


def join(connection: Connection, from_: int, into: int, at: datetime) -> None:
    """Move all identities of one customer to another with what goes by it, and forget the first.

    Of two mutes at one desk the longer one goes on.
    """
    _lock_threads(connection, [from_, into])
    for moved in (identity, thread):
        connection.execute(update(moved).where(moved.c.customer_id == from_).values(customer_id=into))
    other = mute.alias()
    twice = (
        select(other.c.id)
        .where(
            other.c.customer_id.in_([from_, into]),
            other.c.customer_id != mute.c.customer_id,
            other.c.desk == mute.c.desk,
            other.c.ended_at.is_(None),
            tuple_(other.c.until, other.c.id) > tuple_(mute.c.until, mute.c.id),
        )
        .exists()
    )
    mine = mute.c.customer_id.in_([from_, into])
    connection.execute(update(mute).where(mine, mute.c.ended_at.is_(None), twice).values(ended_at=at))
    connection.execute(update(mute).where(mute.c.customer_id == from_).values(customer_id=into))
    crm.forget(connection, [from_])
    connection.execute(delete(customer).where(customer.c.id == from_))


def split(connection: Connection, keys: Collection[Key], from_: int) -> int:
    """Move these identities with their threads to a customer of their own, who speaks the same; return its number.

    What the CRM told of both is forgotten: it does not say of which one.
    """
    _lock_threads(connection, [from_])
    new: int = connection.execute(
        insert(customer)
        .from_select(
            ["created_at", "language"], select(customer.c.created_at, customer.c.language).where(customer.c.id == from_)
        )
        .returning(customer.c.id)
    ).scalar_one()
    for network, author in keys:
        this = (identity.c.network == network, identity.c.author_id == author)
        connection.execute(update(identity).where(*this).values(customer_id=new))
        connection.execute(
            update(thread)
            .where(
                thread.c.customer_id == from_,
                thread.c.author_id == author,
                thread.c.account.startswith(f"{network}:", autoescape=True),
            )
            .values(customer_id=new)
        )
    crm.forget(connection, [from_])
    begun = select(thread.c.id).where(thread.c.customer_id == new)
    connection.execute(
        update(mute).where(mute.c.customer_id == from_, mute.c.thread_id.in_(begun)).values(customer_id=new)
    )
    return new


def tell_apart(connection: Connection, ones: Iterable[Key], others: Iterable[Key], by: str, at: datetime) -> None:
    """Remember that none of `ones` is the person of any of `others`."""
    others = list(others)
    pairs = [sorted((one, other)) for one in ones for other in others]
    rows = [
        {"network": one[0], "author_id": one[1], "other_network": other[0], "other_id": other[1], "by": by, "at": at}
        for one, other in pairs
    ]
    if rows:
        connection.execute(upsert(connection, table).on_conflict_do_nothing(), rows)


def told_apart(connection: Connection, keys: Collection[Key]) -> list[Said]:
    """Return what was said of these identities, newest first; `one` is the one of them."""
    rows = connection.execute(select(table).where(or_(_FIRST.in_(keys), _SECOND.in_(keys))).order_by(table.c.at.desc()))
    found = []
    for row in rows:
        pair = ((row.network, row.author_id), (row.other_network, row.other_id))
        one, other = pair if pair[0] in keys else pair[::-1]
        found.append(Said(one, other, row.by, row.at))
    return found


def forget_apart(connection: Connection, ones: Collection[Key], others: Collection[Key] | None = None) -> None:
    """Forget that `ones` are not the people of `others`; what was said of them at all, without `others`."""
    if others is None:
        connection.execute(delete(table).where(or_(_FIRST.in_(ones), _SECOND.in_(ones))))
        return
    either = or_(
        and_(_FIRST.in_(ones), _SECOND.in_(others)),
        and_(_FIRST.in_(others), _SECOND.in_(ones)),
    )
    connection.execute(delete(table).where(either))


def gave_the_same(connection: Connection, customer_id: int, desks: Collection[str]) -> dict[int, list[str]]:
    """Return other customers at these desks who gave a number that this one gave, with the numbers.

    A number that more than a few gave tells nothing.
    """
    gave = select(thread.c.customer_id, reference_number.c.value).select_from(
        reference_number.join(post, post.c.id == reference_number.c.post_id).join(
            thread, thread.c.id == post.c.thread_id
        )
    )
    theirs = gave.where(thread.c.customer_id == customer_id).subquery()
    here = (
        reference_number.c.value.in_(select(theirs.c.value)),
        at_desks(desks),
        thread.c.customer_id.isnot(None),
    )
    by_few = gave.where(*here).with_only_columns(reference_number.c.value, maintain_column_froms=True)
    by_few = by_few.group_by(reference_number.c.value)
    by_few = by_few.having(func.count(thread.c.customer_id.distinct()) <= MAX_GIVEN_BY)
    rows = connection.execute(gave.where(*here, reference_number.c.value.in_(by_few)).distinct())
    by_value: dict[str, set[int]] = {}
    for row in rows:
        by_value.setdefault(row.value, set()).add(row.customer_id)
    found: dict[int, list[str]] = {}
    for value, people in by_value.items():
        for each in people - {customer_id} if len(people | {customer_id}) <= MAX_GIVEN_BY else ():
            found.setdefault(each, []).append(value)
    return found


def called_the_same(connection: Connection, customer_id: int, desks: Collection[str]) -> list[int]:
    """Return other customers at these desks who use or used a handle that this one uses or used."""
    its = and_(handle.c.network == identity.c.network, handle.c.author_id == identity.c.author_id)
    theirs = select(handle.c.folded).join(identity, its).where(identity.c.customer_id == customer_id)
    wrote = select(thread.c.id).where(thread.c.customer_id == identity.c.customer_id, thread.c.desk.in_(desks))
    rows = connection.execute(
        select(identity.c.customer_id, func.max(handle.c.last_at).label("last"))
        .join(handle, its)
        .where(handle.c.folded.in_(theirs), identity.c.customer_id != customer_id, wrote.exists())
        .group_by(identity.c.customer_id)
        .order_by(func.max(handle.c.last_at).desc())
        .limit(MOST)
    )
    return [row.customer_id for row in rows]


def links_of(connection: Connection, customer_id: int) -> list[str]:
    """Return where the profiles of a customer lead to."""
    its = and_(profile_link.c.network == identity.c.network, profile_link.c.author_id == identity.c.author_id)
    query = select(profile_link.c.link).join(identity, its).where(identity.c.customer_id == customer_id)
    return list(connection.execute(query.distinct()).scalars())


def lead_to_the_same(
    connection: Connection,
    customer_id: int,
    places: Collection[str],
    named: Mapping[Key, str],
    desks: Collection[str],
) -> dict[int, list[str]]:
    """Return other customers at these desks whose profiles lead to these places, with the places.

    `named` are the places that are somebody's own page, by their network and their handle as it is looked up. A place
    to which the profiles of more than a few lead tells nothing.
    """
    its = and_(profile_link.c.network == identity.c.network, profile_link.c.author_id == identity.c.author_id)
    called = and_(
        handle.c.network == identity.c.network,
        handle.c.author_id == identity.c.author_id,
        handle.c.folded == func.lower(identity.c.handle),  # a name of before may be anybody's by now
    )
    wrote = select(thread.c.id).where(thread.c.customer_id == identity.c.customer_id, thread.c.desk.in_(desks)).exists()
    lead = (
        select(identity.c.customer_id, profile_link.c.link)
        .join(profile_link, its)
        .where(profile_link.c.link.in_(places), wrote)
    )
    pages = (
        select(identity.c.customer_id, handle.c.network, handle.c.folded)
        .join(handle, called)
        .where(tuple_(handle.c.network, handle.c.folded).in_(list(named)), wrote)
    )
    by_place: dict[str, set[int]] = {}
    if places:
        for row in connection.execute(lead.limit(MOST * MOST)):
            by_place.setdefault(row.link, set()).add(row.customer_id)
    if named:
        for page in connection.execute(pages.limit(MOST * MOST)):
            by_place.setdefault(named[page.network, page.folded], set()).add(page.customer_id)
    found: dict[int, list[str]] = {}
    for place, people in by_place.items():
        for each in people - {customer_id} if len(people | {customer_id}) <= MAX_GIVEN_BY else ():
            found.setdefault(each, []).append(place)
    return found


def _lock_threads(connection: Connection, numbers: Collection[int]) -> None:
    """Lock all threads of these customers in the order of their numbers, as everybody does."""
    connection.execute(
        select(thread.c.id).where(thread.c.customer_id.in_(numbers)).order_by(thread.c.id).with_for_update()
    ).all()
