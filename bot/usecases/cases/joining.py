"""Joining: an agent says that two customers are one person, or are not, or takes an identity out again.

What is known of a customer goes by their number, so that an identity that moves takes all of it along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import State, Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.customers.customer import Customer
from bot.domain.customers.joining import Suggestion, ToldApart, in_common
from bot.networks import SPECS, network_name
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import events, threads
from storage.customers import customers
from storage.customers import joining as stored
from storage.customers.customers import folded
from storage.customers.joining import Key
from storage.engine import Connection, transaction

SHOWN = 3


def join(ctx: Context, actor: Actor, one: str, other: str) -> tuple[int, tuple[str, ...]]:
    """Make the customers of two identities, such as "x:77", one; return its number, and what `undo` takes out again.

    The older number stays, and the language that an agent said of either, which holds for what they write from now on.
    Raises Refused: "same_person" if they are one
    already, "terms_forbid" with `network`, "unknown_person", "not_allowed".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        stored.hold(connection)
        both = [_customer_of(connection, key) for key in (one, other)]
        if both[0].id == both[1].id:
            raise Refused(RefusalCode.SAME_PERSON)
        _require_terms(both)
        newest = [_may_decide(connection, ctx, actor, each) for each in both]
        into, from_ = sorted(both, key=_number)
        stored.join(connection, _number(from_), _number(into), at)
        stored.forget_apart(connection, _keys([into]), _keys([from_]))
        if language := into.language or from_.language:
            customers.will_write(connection, _number(into), language)
        _tell(connection, ctx, actor, EventKind.JOINED, newest)
        _refresh(connection, ctx, [into])
    ctx.wake()
    return _number(into), tuple(identity.key for identity in from_.identities)


def undo(ctx: Context, actor: Actor, keys: Collection[str]) -> int:
    """Take these identities out of their customer again, as one; return the number of the customer who is left.

    Raises Refused: "not_joined" if they are no part of a customer with others, "unknown_person", "not_allowed".
    """
    return _split(ctx, actor, keys, EventKind.UNJOINED)


def split(ctx: Context, actor: Actor, key: str) -> int:
    """Take one identity out of its customer, and remember that it is somebody else. Otherwise as `undo`."""
    return _split(ctx, actor, [key], EventKind.TOLD_APART)


def tell_apart(ctx: Context, actor: Actor, one: str, other: str) -> int:
    """Remember that two customers are two people; return the number of the first.

    Raises Refused: "same_person" if they have just been joined, "unknown_person", "not_allowed".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        stored.hold(connection)
        both = [_customer_of(connection, key) for key in (one, other)]
        if both[0].id == both[1].id:
            raise Refused(RefusalCode.SAME_PERSON)
        newest = [_may_decide(connection, ctx, actor, each) for each in both]
        stored.tell_apart(connection, _keys(both[:1]), _keys(both[1:]), actor.id, at)
        _tell(connection, ctx, actor, EventKind.TOLD_APART, newest)
        _refresh(connection, ctx, both)
    ctx.wake()
    return _number(both[0])


def suggestions(connection: Connection, customer: Customer, desks: Collection[str]) -> tuple[Suggestion, ...]:
    """Return who may be the same person as this customer, of those who wrote to these desks, best reasons first.

    Nobody is suggested twice after an agent said no, nor where a network's terms forbid it.
    """
    gave = stored.gave_the_same(connection, _number(customer), desks)
    leads = _lead_to_the_same(connection, customer, desks)
    called = stored.called_the_same(connection, _number(customer), desks)
    others = customers.get(connection, {*gave, *leads, *called})
    reasons = {
        _number(other): in_common(customer, other, gave.get(_number(other), ()), leads.get(_number(other), ()))
        for other in others
    }
    others = [other for other in others if reasons[_number(other)].enough]
    if not others:
        return ()
    no = {each.other for each in stored.told_apart(connection, _keys([customer]))}
    found = []
    for other in others:
        if no.isdisjoint(_keys([other])) and _forbidding([customer, other]) is None:
            wrote = threads.written_as(connection, _number(other), desks)
            seen = [one for one in other.identities if (one.network, one.author_id) in wrote]
            if seen:
                shown = replace(other, identities=tuple(seen))
                found.append(Suggestion(shown, sum(wrote.values()), reasons[_number(other)]))
    found.sort(
        key=lambda one: (-one.reasons.certain, -len(one.reasons.numbers), -len(one.reasons.links), one.other.key)
    )
    return tuple(found[:SHOWN])


def likely(connection: Connection, thread: Thread) -> str | None:
    """Return the handle of who is most probably the same person as a thread's customer, at its desk."""
    known = customers.get(connection, [thread.customer_id]) if thread.customer_id else []
    found = suggestions(connection, known[0], [thread.desk]) if known else ()
    return found[0].other.now_called if found and found[0].reasons.certain else None


def told_apart(connection: Connection, customer: Customer, desks: Collection[str]) -> tuple[ToldApart, ...]:
    """Return whom agents said this customer is not, newest first, of those who wrote to these desks."""
    said = stored.told_apart(connection, _keys([customer]))
    numbers = set(stored.customers_of(connection, [each.other for each in said]).values()) if said else set()
    known = {
        (identity.network, identity.author_id): identity
        for other in customers.get(connection, numbers)
        for identity in other.identities
        if (identity.network, identity.author_id) in threads.written_as(connection, _number(other), desks)
    }
    mine = {(identity.network, identity.author_id): identity for identity in customer.identities}
    found = {
        each.other: ToldApart(mine[each.one], known[each.other], each.by, each.at)
        for each in said[::-1]
        if each.other in known
    }
    return tuple(found.values())[::-1][:SHOWN]


def _lead_to_the_same(connection: Connection, customer: Customer, desks: Collection[str]) -> dict[int, list[str]]:
    """Return other customers whose profiles lead where this one's does, or one to the other's page, with the places."""
    links = stored.links_of(connection, _number(customer))
    pages = {
        page
        for identity in customer.identities
        if identity.network in SPECS
        for handle in identity.handles[-1:]  # a name of before may be anybody's by now
        for page in SPECS[identity.network].pages_of(handle.handle)
    }
    named = {
        (network, folded(called)): place
        for place in links
        for network, spec in SPECS.items()
        if (called := spec.called_at(place))
    }
    return stored.lead_to_the_same(connection, _number(customer), {*links, *pages}, named, desks)


def _split(ctx: Context, actor: Actor, keys: Collection[str], kind: EventKind) -> int:
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        stored.hold(connection)
        whose = _customer_of(connection, next(iter(keys)))
        leaves = [identity for identity in whose.identities if identity.key in keys]
        stays = [identity for identity in whose.identities if identity.key not in keys]
        if not stays or len(leaves) != len(keys):
            raise Refused(RefusalCode.NOT_JOINED)
        number = stored.split(connection, [(one.network, one.author_id) for one in leaves], _number(whose))
        both = [replace(whose, identities=tuple(stays)), replace(whose, id=number, identities=tuple(leaves))]
        if kind is EventKind.TOLD_APART:
            stored.tell_apart(connection, _keys(both[:1]), _keys(both[1:]), actor.id, at)
        _tell(connection, ctx, actor, kind, [_may_decide(connection, ctx, actor, each) for each in both])
        _refresh(connection, ctx, both)
    ctx.wake()
    return _number(whose)


def _customer_of(connection: Connection, key: str) -> Customer:
    """Return the customer of an identity such as "x:77". Raises Refused("unknown_person")."""
    network, _, author = key.partition(":")
    whose = stored.customers_of(connection, [(network, author)])
    found = customers.get(connection, whose.values())
    if not found:
        raise Refused(RefusalCode.UNKNOWN_PERSON, name="")
    return found[0]


def _may_decide(connection: Connection, ctx: Context, actor: Actor, customer: Customer) -> Thread:
    """Return the customer's newest thread in sight, if the actor may answer there.

    Raises Refused: "unknown_person" if none is in sight, "not_allowed".
    """
    desks = [desk.stable_key for desk in access.desks_in_sight(ctx, actor)]
    newest = next(iter(threads.of_customer(connection, _number(customer), desks, limit=1)), None)
    if newest is None:
        raise Refused(RefusalCode.UNKNOWN_PERSON, name="")
    access.require(ctx, actor, newest.desk, "reply", newest.id)
    return newest


def _require_terms(both: Collection[Customer]) -> None:
    if forbidding := _forbidding(both):
        raise Refused(RefusalCode.TERMS_FORBID, network=network_name(forbidding))


def _forbidding(people: Iterable[Customer]) -> str | None:
    """Return a network whose terms forbid to say that its people are somebody elsewhere; None if they may be joined.

    Of a network that the desk does not know any more, the terms are not known either.
    """
    networks = {identity.network for person in people for identity in person.identities}
    if len(networks) == 1:
        return None
    return next((one for one in sorted(networks) if one not in SPECS or not SPECS[one].can.be_joined), None)


def _tell(connection: Connection, ctx: Context, actor: Actor, kind: EventKind, newest: Sequence[Thread]) -> None:
    """Write in the timelines of both what an agent said, each with the number of the other thread."""
    one, other = newest
    at, key = ctx.clock.now(), actor.idempotency_key
    events.add(connection, one.id, at, kind, actor.id, actor.via, idempotency_key=key, thread=other.id)
    events.add(connection, other.id, at, kind, actor.id, actor.via, thread=one.id)


def _refresh(connection: Connection, ctx: Context, people: Iterable[Customer]) -> None:
    """Draw the cards of all threads in which these customers wait anew."""
    for thread in threads.of_customers(connection, [_number(person) for person in people], None):
        if thread.state is State.WAITING:
            outbox.refresh(connection, thread.id, at=ctx.clock.now())


def _keys(people: Iterable[Customer]) -> list[Key]:
    return [(identity.network, identity.author_id) for person in people for identity in person.identities]


def _number(customer: Customer) -> int:
    if customer.id is None:
        raise ValueError("somebody who began no thread is no customer")
    return customer.id
