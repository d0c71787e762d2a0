"""A customer's page: who they are, all their threads at the desks in sight, and who dealt with them."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Action
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.customers.customer import Customer
from bot.networks import network_name
from bot.usecases.cases import crm, joining, queries
from bot.usecases.cases.transition import add_line, allowed
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.views.cases.models import CustomerPage
from storage import outbox
from storage.cases import events, threads
from storage.customers import customers
from storage.engine import Connection, reading, transaction
from storage.replies import replies

ROWS = 8  # threads on one page
NOTES = 5


def of_thread(ctx: Context, actor: Actor, thread_id: int) -> CustomerPage:
    """Return the first page of a thread's customer. Raises Refused: "unknown_thread", "erased"."""
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, thread_id)
        if thread is None:
            raise Refused(RefusalCode.UNKNOWN_THREAD, number=thread_id)
        access.require_sight(ctx, actor, thread.desk, thread_id)
        if thread.customer_id is None:
            rules.require(thread, Action.RECEIVE)
            raise Refused(RefusalCode.UNKNOWN_PERSON, name=thread.customer_handle)
        return _page(connection, ctx, actor, thread.customer_id, 0)


def of_handle(ctx: Context, actor: Actor, handle: str, *, person: str | None = None) -> CustomerPage:
    """Return the first page of whoever uses or used this handle.

    `person` is a key such as "x:77"; it says who is meant. Raises Refused: "unknown_person", "several_people" with
    `people` if several have used the handle.
    """
    with reading(ctx.engine) as connection:
        customer = queries.customer_called(connection, ctx, actor, clean(handle), person)
        return _page(connection, ctx, actor, customer.id or 0, 0)


def of_message(ctx: Context, actor: Actor, channel: str, *message_ts: str) -> CustomerPage:
    """Return the first page of the customer whom a message in Slack shows, or the one above it, nearest first.

    Raises Refused: "no_customer" if they show none, and those of `of_thread`.
    """
    with reading(ctx.engine) as connection:
        shown = outbox.threads_shown(connection, channel, message_ts)
    thread_id = next((shown[ts] for ts in message_ts if ts in shown), None)
    if thread_id is None:
        raise Refused(RefusalCode.NO_CUSTOMER)
    return of_thread(ctx, actor, thread_id)


def turned(ctx: Context, actor: Actor, customer_id: int, page: int) -> CustomerPage:
    """Return another page, 0 being the one with the newest threads. Raises Refused("unknown_person")."""
    with reading(ctx.engine) as connection:
        return _page(connection, ctx, actor, customer_id, page)


def speaks(ctx: Context, actor: Actor, customer_id: int, language: str) -> None:
    """Record which language the customer writes, for good: what their words seem to be in no longer counts.

    Targets of who waits are as agreed when they wrote. Raises Refused: "not_allowed", "unknown_person".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        customers.lock(connection, [customer_id])  # before their threads, as whoever joins two customers does
        desks = [desk.stable_key for desk in access.desks_in_sight(ctx, actor)]
        newest = next(iter(threads.of_customer(connection, customer_id, desks, limit=1)), None)
        if newest is None:
            raise Refused(RefusalCode.UNKNOWN_PERSON, name="")
        allowed(connection, ctx, actor, "reply", newest.id)
        customers.speaks(connection, customer_id, language)
        add_line(connection, newest.id, at, actor, EventKind.LANGUAGE, language=language)
    ctx.wake()


def _page(connection: Connection, ctx: Context, actor: Actor, customer_id: int, page: int) -> CustomerPage:
    desks = [desk.stable_key for desk in access.desks_in_sight(ctx, actor)]
    wrote_as = threads.written_as(connection, customer_id, desks)
    found = customers.get(connection, [customer_id]) if wrote_as else []
    if not found:
        raise Refused(RefusalCode.UNKNOWN_PERSON, name="")
    at = ctx.clock.now()
    total = sum(wrote_as.values())
    page = min(page, (total - 1) // ROWS)
    listed = threads.of_customer(connection, customer_id, desks, limit=ROWS, offset=page * ROWS)
    owing = threads.owing(connection, customer_id, desks, limit=ROWS)
    shown = queries.rows(connection, ctx, list({each.id: each for each in (*listed, *owing)}.values()), at)
    rows = {row.thread.id: row for row in shown}
    suggestions = joining.suggestions(connection, found[0], desks) if page == 0 else ()
    newest = crm.going_on(connection, listed[0])
    networks = {each.network for one in suggestions for each in one.other.identities} | {each for each, _ in wrote_as}
    return CustomerPage(
        customer=_in_sight(found[0], wrote_as),
        at=at,
        threads=tuple(rows[each.id] for each in listed),
        total=total,
        page=page,
        pages=-(-total // ROWS),
        owing=tuple(rows[each.id] for each in owing),
        networks={network: network_name(network) for network in networks},
        notes=tuple(events.notes(connection, customer_id, desks, NOTES)),
        agents=tuple(replies.writers(connection, customer_id, desks)),
        suggestions=suggestions,
        has_crm=ctx.crm is not None,
        in_crm=crm.known(connection, customer_id) if ctx.crm is not None else None,
        ticket=crm.ticket(connection, newest.id) if ctx.crm is not None and page == 0 else None,
        ticket_about=newest.id,
        told_apart=joining.told_apart(connection, found[0], desks) if page == 0 else (),
    )


def _in_sight(customer: Customer, wrote_as: dict[tuple[str, str], int]) -> Customer:
    """Return the customer with those identities alone under which they wrote to the desks in sight."""
    seen = [one for one in customer.identities if (one.network, one.author_id) in wrote_as]
    return replace(customer, identities=tuple(seen))
