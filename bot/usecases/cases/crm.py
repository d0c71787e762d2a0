"""The CRM: who a customer is there, that we answered, and tickets. It is slow work: nothing waits for it.

A customer's words leave the machine only with a reply that was sent and with a ticket that somebody asked for.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import State, Thread
from bot.domain.common.errors import Later, RefusalCode, Refused
from bot.domain.customers.crm import Contact, Question, Wanted
from bot.domain.customers.customer import network_of
from bot.integrations.crm.base import Crm, CrmError
from bot.usecases.cases.transition import allowed, locked
from bot.usecases.desk.context import Actor, Context
from bot.views.customers.models import InCrm, Ticket
from storage import outbox
from storage.cases import events, posts, threads
from storage.customers import crm, customers, messages, reference_numbers
from storage.engine import Connection, reading, transaction
from storage.replies import replies

log = logging.getLogger(__name__)

ANEW = timedelta(days=1)
"""After so long the same is asked again."""
LASTING_SECONDS = 900
OFTEN_PASSING = {"not_reached", "slow", "rate_limited"}
"""Faults that mostly pass by themselves; they are told once they have lasted for LASTING_SECONDS."""
MOST_ADDRESSES, MOST_NUMBERS = 3, 5  # so that all searches fit into the lease of one task
SUBJECT = 80  # characters of what the customer wrote
_ADDRESS = re.compile(r"(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}(?![\w-])")
T = TypeVar("T")


def look_up(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Ask who the customer of a waiting thread is, unless the same was asked today. Raises Later."""
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, arguments["thread"])
        if ctx.crm is None or thread is None or thread.customer_id is None or thread.state is not State.WAITING:
            return
        (customer,) = customers.get(connection, [thread.customer_id])
        said = [post.text for post in posts.of_thread(connection, thread.id) if post.inbound]
        question = Question(
            tuple(identity.key for identity in customer.identities),
            tuple(f"{one.network}:{one.handles[-1].handle}" for one in customer.identities if one.handles),
            tuple(reference_numbers.of_thread(connection, thread.id)[-MOST_NUMBERS:]),
            tuple(dict.fromkeys(found for text in said for found in _ADDRESS.findall(text)))[:MOST_ADDRESSES],
        )
        before = crm.of_customer(connection, customer.id)
    asked = hashlib.sha256(json.dumps(asdict(question)).encode()).hexdigest()
    if before and before.asked == asked and ctx.clock.now() - before.at < ANEW:
        return
    known = _ask(ctx, lambda there: there.look_up(question))
    with transaction(ctx.engine) as connection:
        at = ctx.clock.now()
        customers.lock(connection, [thread.customer_id])
        now = {one.key for each in customers.get(connection, [thread.customer_id]) for one in each.identities}
        if now.issuperset(question.identities):  # nobody has erased, joined or split them meanwhile
            crm.keep(connection, thread.customer_id, known, asked, at)
            for each in threads.of_customers(connection, [thread.customer_id], None):
                if each.state is State.WAITING:
                    outbox.refresh(connection, each.id, at=at)
    ctx.wake()


def log_contact(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Tell the CRM of a reply that was sent, where it knows the customer. Raises Later."""
    with reading(ctx.engine) as connection:
        reply = replies.get(connection, arguments["reply"])
        thread = threads.get(connection, reply.thread_id) if reply else None
        if ctx.crm is None or reply is None or thread is None or thread.customer_id is None or reply.sent_at is None:
            return
        known = crm.of_customer(connection, thread.customer_id)
        ticket = events.latest(connection, [thread.id], EventKind.TICKET).get(thread.id)
        shown = posts.of_thread(connection, thread.id)
        url = next((post.url for post in shown if post.external_id == reply.external_id), "")
    contact = Contact(
        key=f"webcare-reply-{reply.id}",
        thread=thread.id,
        text=reply.text,
        url=url,
        at=reply.sent_at.isoformat(),
        known=known.crm_id if known else "",
        ticket=str(ticket.data.get("number") or "") if ticket else "",
    )
    if contact.known or contact.ticket:
        _ask(ctx, lambda there: there.log_contact(contact))


def ask_for_ticket(ctx: Context, actor: Actor, thread_id: int) -> int:
    """Have a ticket opened for a thread, or for the one that it was merged into; return whose it is.

    Raises Refused: "no_crm", "ticket_asked" if there is one, "erased", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        thread = going_on(connection, allowed(connection, ctx, actor, "reply", thread_id))
        if ctx.crm is None:
            raise Refused(RefusalCode.NO_CRM)
        if thread.customer_id is None:
            raise Refused(RefusalCode.ERASED, thread=thread.id)
        if not outbox.want_once(connection, messages.crm_ticket(thread.id, actor.id), at=ctx.clock.now()):
            raise Refused(RefusalCode.TICKET_ASKED, thread=thread.id)
    ctx.wake()
    return thread.customer_id


def going_on(connection: Connection, thread: Thread) -> Thread:
    """Return the thread that has a thread's words: the one that it was merged into, if it was."""
    while thread.merged_into is not None and (into := threads.get(connection, thread.merged_into)) is not None:
        thread = into
    return thread


def open_it(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Open a ticket about a thread, and write its number in the timeline. Raises Later."""
    thread_id, by = arguments["thread"], arguments["by"]
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, thread_id)
        if (
            ctx.crm is None
            or thread is None
            or thread.erased_at
            or events.latest(connection, [thread_id], EventKind.TICKET)
        ):
            return
        said = [post for post in posts.of_thread(connection, thread_id) if post.inbound and not post.deleted_at]
        known = crm.of_customer(connection, thread.customer_id)
    subject = " ".join(said[0].text.split())[:SUBJECT] if said else ""
    wanted = Wanted(
        key=f"webcare-{thread_id}",
        thread=thread_id,
        subject=f"@{thread.customer_handle} ({network_of(thread.account)}): {subject}",
        text="\n\n".join(f"{post.text}\n{post.url}" for post in said),
        known=known.crm_id if known else "",
    )
    opened = _ask(ctx, lambda there: there.open_ticket(wanted))
    with transaction(ctx.engine) as connection:
        at = ctx.clock.now()
        if locked(connection, thread_id).erased_at is None:
            data = {"number": opened.number, "url": opened.url}
            events.add(connection, thread_id, at, EventKind.TICKET, by, "button", **data)
            outbox.refresh(connection, thread_id, at=at)
    ctx.wake()


def known(connection: Connection, customer_id: int | None) -> InCrm | None:
    """Return whom the CRM knows a customer as; None if it was not asked."""
    told = crm.of_customer(connection, customer_id)
    return InCrm(told.name or told.crm_id, told.line, told.url) if told else None


def ticket(connection: Connection, thread_id: int) -> Ticket | None:
    """Return the ticket about a thread, also one that is still being opened."""
    opened = events.latest(connection, [thread_id], EventKind.TICKET).get(thread_id)
    if opened is not None:
        return Ticket(str(opened.data.get("number") or ""), str(opened.data.get("url") or ""))
    return Ticket("", "") if outbox.exists(connection, messages.crm_ticket(thread_id).key) else None


def failing(ctx: Context) -> crm.Failing | None:
    """Return what is wrong with the CRM, if anything is."""
    with reading(ctx.engine) as connection:
        return crm.failing(connection)


def _ask(ctx: Context, work: Callable[[Crm], T]) -> T:
    """Call the CRM. What goes wrong is told once, and is tried again: raises Later."""
    if ctx.crm is None:
        raise Later("no CRM", 0)
    try:
        answer = work(ctx.crm)
    except CrmError as error:
        _failed(ctx, error, ctx.clock.now())
        raise Later(error.code, error.retry_after) from None
    with reading(ctx.engine) as connection:
        was = crm.failing(connection)
    if was is not None:
        with transaction(ctx.engine) as connection:
            at = ctx.clock.now()
            before = crm.failing(connection, lock=True)
            crm.answers(connection)
            if before is not None and before.told:
                _tell(connection, ctx, messages.CrmPayload("", before.since.isoformat(), over_at=at.isoformat()), at)
        ctx.wake()
    return answer


def _failed(ctx: Context, error: CrmError, at: datetime) -> None:
    with transaction(ctx.engine) as connection:
        crm.failed(connection, error.code, error.detail, at)
        now = crm.failing(connection, lock=True)
        lasts = error.code not in OFTEN_PASSING
        if now is not None and not now.told and (lasts or at - now.since >= ctx.clock.real(LASTING_SECONDS)):
            crm.tell(connection)
            _tell(connection, ctx, messages.CrmPayload("", now.since.isoformat(), error.code, error.detail), at)
            log.warning("the CRM does not do what it is asked", extra={"fields": {"error": str(error)}})
    ctx.wake()


def _tell(connection: Connection, ctx: Context, payload: messages.CrmPayload, at: datetime) -> None:
    """Tell each lead once, or the channels of desks without any."""
    told: set[str] = set()
    for desk in ctx.settings.desks:
        for recipient in desk.leads or (desk.slack_channel,):
            if recipient not in told:
                told.add(recipient)
                said = messages.crm(replace(payload, desk=desk.stable_key), recipient)
                outbox.want_once(connection, said, at=at)
