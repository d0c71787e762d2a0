"""Erase: forget a customer on request, here and in what Slack shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.cases.thread import Thread
from bot.domain.clock.waits import WaitOutcome
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.customers.customer import Customer
from bot.usecases.cases.transition import change, locked
from bot.usecases.cases.withdrawal import clear_modals
from bot.usecases.desk.context import THE_DESK, Context
from bot.usecases.knowledge import forget
from storage import outbox, search_index
from storage.cases import drafts, escalations, events, mutes, posts, references, threads
from storage.clock import pauses, waits
from storage.customers import crm, customers
from storage.engine import Connection, reading, transaction
from storage.intake import set_asides
from storage.listening import found, lessons, people
from storage.replies import approvals, looks, ratings, replies


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: the threads by number, how many posts and replies, and how many Slack messages show it.

    `identities` are whose they were, by key such as "x:77": one person may have several.
    """

    threads: tuple[int, ...]
    posts: int = 0
    replies: int = 0
    shown: int = 0
    identities: tuple[str, ...] = ()
    in_crm: tuple[str, ...] = ()  # what the CRM calls them, where it knows them


@dataclass(frozen=True, slots=True)
class Found:
    """What `erase` would erase: threads, oldest first, and how many posts that stand elsewhere.

    `aside` could not be stored, `referred_to` are answered or quoted in threads of others, `heard`
    were found by a rule of listening.
    """

    threads: list[Thread]
    aside: int
    referred_to: int
    heard: int = 0


def people_called(
    ctx: Context, handle: str, account: str | None = None, *, person: str | None = None
) -> list[Customer]:
    """Return everybody who uses or used this handle; `erase` forgets one of them.

    `handle` may begin with @; `account` is one of ours such as "x:acme"; `person` is as in `erase`.
    """
    with reading(ctx.engine) as connection:
        return customers.called(connection, handle, account=account, key=person)


def find(ctx: Context, person: Customer, account: str | None = None) -> Found:
    """Return what `erase` would erase of this person."""
    with reading(ctx.engine) as connection:
        return Found(
            threads.of_customers(connection, _numbers([person]), account),
            set_asides.count(connection, person.identities, account),
            references.count(connection, person.identities, account),
            found.count(connection, person.identities, account),
        )


def erase(ctx: Context, handle: str, account: str | None = None, *, person: str | None = None) -> Erased:
    """Forget who uses or used this handle: words, names, ids, addresses, our replies, colleagues' reasons.

    What they wrote goes from the threads of others as well, where it is answered or quoted.

    `person` is a key such as "x:77"; it says whom, where several have used the handle. The events stay with their
    times, so that figures of the past stay true. A queued reply is stopped. Erases nothing and raises Refused:
    "several_people" with `people`, and "reply_on_its_way" with `thread` while a reply is at the network with an unknown
    outcome, or is being taken back.
    """
    with transaction(ctx.engine) as connection:
        meant = _meant(connection, handle, account, person)
        numbers, identities = _numbers(meant), [identity for one in meant for identity in one.identities]
        theirs = threads.of_customers(connection, numbers, account)
        outbox.refresh_also_open(connection, [thread.id for thread in theirs], at=ctx.clock.now())
        parts = [_erase(connection, ctx, thread.id) for thread in theirs]
        aside = set_asides.erase(connection, identities, account)
        referring = references.erase(connection, identities, account)
        for thread in sorted(referring):
            outbox.refresh(connection, thread, at=ctx.clock.now())
            clear_modals(connection, thread, ctx.clock.now())
        mutes.forget(connection, numbers)
        in_crm = crm.known(connection, numbers)
        customers.forget(connection, numbers)
        heard = found.erase(connection, identities, account)
        lessons.erase(connection, identities)
        if account is None:
            people.forget(connection, identities)
        outbox.refresh_overviews(connection, at=ctx.clock.now())
        search_index.purge(connection)
    ctx.wake()
    return Erased(
        threads=tuple(thread.id for thread in theirs),
        posts=sum(part.posts for part in parts) + len(aside) + len(referring) + heard,
        replies=sum(part.replies for part in parts),
        shown=sum(part.shown for part in parts) + sum(aside.values()) + len(referring),
        identities=tuple(identity.key for identity in identities),
        in_crm=tuple(in_crm),
    )


def _meant(connection: Connection, handle: str, account: str | None, person: str | None) -> list[Customer]:
    """Return whom to erase, at most one, locked. Raises Refused("several_people").

    They are asked for again once they are locked, because colleagues may have joined or split them until then.
    """
    known: list[Customer] = []
    while True:
        called = customers.called(connection, handle, account=account, key=person)
        meant = [one for one in called if person is None or one.is_called(person)]
        if len(meant) > 1:
            raise Refused(RefusalCode.SEVERAL_PEOPLE, name=handle, people=meant)
        if meant == known:
            return meant
        customers.lock(connection, _numbers(meant))
        known = meant


def _numbers(people: Iterable[Customer]) -> list[int]:
    return [person.id for person in people if person.id is not None]


def _erase(connection: Connection, ctx: Context, thread_id: int) -> Erased:
    at = ctx.clock.now()
    before = locked(connection, thread_id)
    if before.pending_reply_id is not None:
        stopped = replies.move(connection, before.pending_reply_id, ReplyState.CANCELLED)
        if stopped is None:
            raise Refused(RefusalCode.REPLY_ON_ITS_WAY, thread=thread_id)
    if replies.is_being_taken_back(connection, thread_id):  # it would stand there for good, and nobody would know
        raise Refused(RefusalCode.REPLY_ON_ITS_WAY, thread=thread_id)
    forget.threads_of(connection, [thread_id])
    after = rules.erase(before, at)
    ended = before.waiting_since is not None
    change(connection, before, after, at, THE_DESK, EventKind.ERASED, outcome=WaitOutcome.WITHDRAWN if ended else None)
    events.erase(connection, thread_id)
    escalations.erase(connection, thread_id)
    waits.erase(connection, thread_id)
    pauses.erase(connection, thread_id)
    drafts.erase(connection, thread_id)
    approvals.erase(connection, thread_id)
    looks.erase(connection, thread_id)
    ratings.erase(connection, thread_id, at)
    clear_modals(connection, thread_id, at)
    references.delete_of_threads(connection, [thread_id])
    return Erased(
        threads=(thread_id,),
        posts=posts.erase(connection, thread_id, at),
        replies=replies.erase(connection, thread_id),
        shown=outbox.erase(connection, thread_id),
    )
