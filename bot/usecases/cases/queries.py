"""Read threads: what a card, a list, a history and the App Home show.

A list costs one statement for each table, however many rows it has. A card is such a row with further details.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.domain.cases import merge as merging
from bot.domain.cases.conversation import Escalation, EventKind, Post, ReplyState
from bot.domain.cases.labels import likely_first
from bot.domain.cases.mention import Reference
from bot.domain.cases.thread import State, Thread
from bot.domain.clock.calendar import after
from bot.domain.common.clean import clean
from bot.domain.common.errors import Gone, RefusalCode, Refused
from bot.domain.customers.customer import Customer, network_of
from bot.domain.customers.reference_numbers import Number, linked
from bot.networks import SPECS, network_name
from bot.networks.base import Deed
from bot.settings import Desk, Settings
from bot.usecases.cases import crm, deeds, joining
from bot.usecases.cases.label import known
from bot.usecases.cases.like import can_like
from bot.usecases.cases.transition import found
from bot.usecases.desk import access, roster
from bot.usecases.desk.context import Actor, Context
from bot.views.cases.models import AlsoOpen, Card, CaseRow, Cockpit, History, Overview, Referred, Said, Workload
from storage import outbox
from storage.cases import escalations, events, labels, merges, messages, mutes, posts, references, threads
from storage.clock import pauses, promises, resolutions, waits
from storage.customers import customers, reference_numbers
from storage.engine import Connection, reading, transaction
from storage.incidents import incidents
from storage.outbox import destinations
from storage.replies import approvals, replies

_LOOKED_AT = (ReplyState.AWAITING, ReplyState.RETURNED)
LISTED = 20
ALSO_READ = 20  # other open threads of a customer that a card reads; it names five, and counts all
LEARNT = 200  # posts with a label that are compared with a new one
SOON = timedelta(minutes=15)


def card(ctx: Context, thread_id: int) -> Card:
    """Return a thread's card. Raises Refused("unknown_thread")."""
    with reading(ctx.engine) as connection:
        return card_of(connection, ctx, thread_id)


def card_of(connection: Connection, ctx: Context, thread_id: int) -> Card:
    """Return a thread's card within the caller's transaction. Raises Refused("unknown_thread")."""
    thread = found(connection, thread_id)
    shown = posts.of_thread(connection, thread_id)
    written = sum(post.inbound for post in shown)
    newest = next((post for post in reversed(shown) if post.inbound and not post.deleted_at), None)
    if len(shown) == posts.MAX_SHOWN:  # older posts may exist
        written = posts.count_inbound(connection, thread_id)
        newest = newest or posts.newest_standing(connection, [thread_id]).get(thread_id)
    (row,) = _rows(connection, ctx, [thread], ctx.clock.now(), {thread_id: newest})
    asked = escalations.of_thread(connection, thread_id)
    desk = ctx.settings.desk_if_any(thread.desk)
    merged = merges.merged(connection, thread_id) if any(post.moved_from for post in shown) else {}
    contacts, this_month = _contacts(connection, ctx, thread, row.at)
    given = _numbers(connection, ctx, thread)
    _, _, handle = thread.account.partition(":")
    account = ctx.accounts.get(thread.account)
    return Card(
        thread=row.thread,
        at=row.at,
        newest=row.newest,
        reply=row.reply,
        earlier=row.earlier,
        network_name=row.network_name,
        permalink=row.permalink,
        closed_by=row.closed_by,
        counted=row.counted,
        pause=row.pause,
        promise=row.promise,
        promised_on=row.promised_on,
        labels=row.labels,
        posts=tuple(shown),
        customer_posts=written,
        escalations=tuple(asked),
        handle=account.handle if account else handle,
        account_url=account.url if account else None,
        unreached=_unreached(connection, asked),
        also_open=_also_open(connection, ctx, thread) if contacts.waiting else (),
        open_beyond=max(0, contacts.waiting - ALSO_READ),
        contacts_this_month=this_month,
        earlier_contacts=contacts.earlier,
        merged=tuple(merged),
        merged_for_good=frozenset(
            number for number, other in merged.items() if not merging.may_be_split(other, ctx.clock.now())
        ),
        into_link=permalinks(connection, ctx, [thread.merged_into]).get(thread.merged_into)
        if thread.merged_into
        else None,
        references=_references(connection, ctx, thread, shown),
        mute=mutes.of(connection, thread, row.at) if thread.state is State.CLOSED else None,
        resolution=resolutions.latest(connection, thread_id) if thread.resolution_target else None,
        numbers=given,
        has_crm=ctx.crm is not None,
        in_crm=crm.known(connection, thread.customer_id) if ctx.crm is not None else None,
        same_person=joining.likely(connection, thread) if given and thread.state is State.WAITING else None,
        desk_labels=_desk_labels(connection, desk, thread, newest) if desk else (),
        approval=approvals.get(connection, row.reply.id) if row.reply and row.reply.state in _LOOKED_AT else None,
        reasons=desk.reasons if desk else (),
        incident=None
        if thread.incident_id is None
        else incidents.membership(connection, thread_id, thread.incident_id),
        outcomes=desk.outcomes if desk else (),
        may_ask=ratings_are_on(ctx.settings, thread.account),
        other_desks=len(ctx.settings.desks) > 1,
        can_like=newest is not None and newest.liked_by is None and can_like(ctx, newest),
        can_take_back=_can_be_taken_back(ctx, row, desk),
    )


def _can_be_taken_back(ctx: Context, row: CaseRow, desk: Desk | None) -> bool:
    """Tell whether the last answer can be: its author is not asked for, nor whether who looks leads the desk."""
    answer = row.answer
    if answer is None or desk is None or row.thread.merged_into or row.thread.erased_at:
        return False
    in_time = (answer.sent_at or answer.send_at) + desk.take_back > row.at
    return in_time and answer.can_be_taken_back and deeds.can(ctx, row.thread.account, Deed.TAKE_BACK)


def ratings_are_on(settings: Settings, account: str) -> bool:
    """Tell whether customers of this account, such as "x:acme", can be asked whether an answer helped."""
    on = bool(settings.public_url) and settings.link_secret is not None
    return on and SPECS[network_of(account)].can.ask


def rows(connection: Connection, ctx: Context, listed: Collection[Thread], at: datetime) -> list[CaseRow]:
    """Return what a list shows of these threads at `at`, in their order, within the caller's transaction."""
    if not listed:
        return []
    return _rows(connection, ctx, listed, at, posts.newest_standing(connection, [thread.id for thread in listed]))


def rows_of(ctx: Context, numbers: Collection[int]) -> list[CaseRow]:
    """Return what a list shows of threads by number, in the order of `numbers`; skip unknown numbers."""
    with reading(ctx.engine) as connection:
        known = threads.by_number(connection, numbers)
        listed = [known[number] for number in numbers if number in known]
        return rows(connection, ctx, listed, ctx.clock.now())


def look(ctx: Context, actor: Actor, thread_id: int) -> Card:
    """Return the card of a thread that the actor may see from where they are. Raises Refused("unknown_thread")."""
    with reading(ctx.engine) as connection:
        return _seen(connection, ctx, actor, thread_id)


def waiting(ctx: Context, desk: str, *, owner: str | None = None) -> Overview:
    """Return the desk's waiting threads, nearest deadline first; only those of `owner` if given."""
    with reading(ctx.engine) as connection:
        ((overview,),) = _overviews(connection, ctx, [desk], owner)
        return overview


def waiting_with_label(ctx: Context, desk: Desk, name: str) -> tuple[str, Overview]:
    """Return the desk's label of that name and what waits with it, nearest deadline first.

    Raises Refused: "unknown_label", "no_labels".
    """
    label = known(desk, name)
    with reading(ctx.engine) as connection:
        found, at = threads.waiting_with_label(connection, desk.stable_key, label), ctx.clock.now()
        shown = rows(connection, ctx, found[:LISTED], at)
    return label, Overview(ctx.settings.desk_name(desk.stable_key), tuple(shown), len(found), at)


def unowned(connection: Connection, ctx: Context, desk: str, limit: int) -> Overview:
    """Return the desk's waiting threads without an owner, nearest deadline first."""
    at = ctx.clock.now()
    shown = threads.unowned(connection, desk, limit)
    total = threads.count_unowned(connection, desk)
    return Overview(ctx.settings.desk_name(desk), tuple(rows(connection, ctx, shown, at)), total, at)


def home(ctx: Context, agent: str) -> list[Cockpit]:
    """Return every desk as this agent needs it; to a lead of a desk also who has how much there."""
    at = ctx.clock.now()
    keys = [desk.stable_key for desk in ctx.settings.desks]
    led = [desk.stable_key for desk in ctx.settings.desks if agent in desk.leads]
    with reading(ctx.engine) as connection:
        own, everybodys = _overviews(connection, ctx, keys, agent, None)
        soon = {desk.stable_key: after(desk.calendar(at), at, SOON) for desk in ctx.settings.desks}
        figures = threads.figures(connection, at, soon)
        loads = threads.workloads(connection, led, at) if led else []
        on_call = {
            desk.stable_key: roster.on_call(connection, ctx, desk)
            for desk in ctx.settings.desks
            if desk.roster is not None
        }
    return [
        Cockpit(
            desk=key,
            own=mine,
            waiting=waiting,
            late=figures[key].late if key in figures else 0,
            soon=figures[key].soon if key in figures else 0,
            unclaimed=figures[key].unclaimed if key in figures else 0,
            workloads=tuple(Workload(row.owner, row.open, row.late) for row in loads if row.desk == key)
            if key in led
            else None,
            on_call=on_call.get(key),
        )
        for key, mine, waiting in zip(keys, own, everybodys, strict=True)
    ]


def history(ctx: Context, actor: Actor, thread_id: int) -> History:
    """Return a thread's timeline, and the same customer's other threads at desks that the actor sees.

    Raises Refused("unknown_thread").
    """
    with reading(ctx.engine) as connection:
        card = _seen(connection, ctx, actor, thread_id)
        said = posts.all_of_thread(connection, thread_id)
        customer = card.thread.customer_id
        others = [] if customer is None else threads.of_customer(connection, customer, _desks(ctx, actor))
        return History(
            replace(card, references=_references(connection, ctx, card.thread, said)),
            tuple(said),
            tuple(events.of_thread(connection, thread_id, *merges.merged_into(connection, [thread_id]))),
            tuple(rows(connection, ctx, [other for other in others if other.id != thread_id], card.at)),
        )


def of_customer(
    ctx: Context, actor: Actor, handle: str, *, person: str | None = None
) -> tuple[Customer, list[CaseRow]]:
    """Return the customer who uses or used this handle, and their threads that the actor may see, newest first.

    `person` is a key such as "x:77"; it says who is meant. Raises Refused: "unknown_person", "several_people" with
    `people` if several have used the handle.
    """
    with reading(ctx.engine) as connection:
        customer = customer_called(connection, ctx, actor, clean(handle), person)
        theirs = [] if customer.id is None else threads.of_customer(connection, customer.id, _desks(ctx, actor))
        return customer, rows(connection, ctx, theirs, ctx.clock.now())


def customer_called(connection: Connection, ctx: Context, actor: Actor, handle: str, person: str | None) -> Customer:
    """Return the customer who uses or used this handle, of those who wrote to desks that the actor sees.

    Raises Refused like `of_customer`.
    """
    called = customers.called(connection, handle, desks=_desks(ctx, actor))
    meant = [one for one in called if person is None or one.is_called(person)]
    if not meant:
        raise Refused(RefusalCode.UNKNOWN_PERSON, name=handle)
    if len(meant) > 1:
        raise Refused(RefusalCode.SEVERAL_PEOPLE, name=handle, people=meant)
    return meant[0]


def place_of_request(ctx: Context, request_id: int) -> str | None:
    """Return Slack's name for the card that a request put into another channel; None until it is there."""
    with reading(ctx.engine) as connection:
        item = outbox.get(connection, f"escalation:{request_id}")
    return item.message_ts if item else None


def said(ctx: Context, event_id: int) -> Said:
    """Return what a colleague said as they handed over, took over or answered. Raises Gone if it was deleted."""
    with reading(ctx.engine) as connection:
        line = events.get(connection, event_id)
    if line is None:
        raise Gone(event_id)
    data = {name: str(value) if value is not None else None for name, value in line.data.items()}
    if line.kind is EventKind.HANDED_OVER:
        return Said(line.kind, {"from": line.actor, "to": data["to"] or ""}, data.get("note"))
    if line.kind is EventKind.MOVED:
        return Said(line.kind, {"by": line.actor, "desk": data["to_desk"] or ""}, None)
    if line.kind in (EventKind.ADVISED, EventKind.RETURNED, EventKind.TAKEN_BACK, EventKind.CAME_BACK):
        return Said(line.kind, {"by": line.actor, "to": data["to"] or ""}, data.get("note"))
    return Said(line.kind, {"by": line.actor, "from": data["owner"] or ""}, data.get("why"))


def resend(ctx: Context, thread_id: int) -> None:
    """Send the thread's card to Slack again, because somebody just clicked on an outdated one."""
    with transaction(ctx.engine) as connection:
        outbox.refresh(connection, thread_id, at=ctx.clock.now(), force=True)
    ctx.wake()


def resend_list(ctx: Context, channel: str, ts: str) -> None:
    """Show a list of threads in Slack as it is now, because somebody has just acted in it."""
    with transaction(ctx.engine) as connection:
        outbox.refresh_message(connection, channel, ts, at=ctx.clock.now())
    ctx.wake()


def permalinks(connection: Connection, ctx: Context, thread_ids: Iterable[int]) -> dict[int, str]:
    """Return the address of each thread's card, by number; threads whose card is not in Slack yet are left out."""
    places = messages.places_of_cards(connection, thread_ids) if ctx.workspace.url else {}
    links = {number: ctx.workspace.permalink(*place) for number, place in places.items()}
    return {number: link for number, link in links.items() if link}


def _overviews(
    connection: Connection, ctx: Context, desks: Collection[str], *owners: str | None
) -> list[list[Overview]]:
    """Return, for each of `owners`, what waits at each desk; the owner None means everybody."""
    at = ctx.clock.now()
    waiting = [threads.waiting(connection, desks, owner=owner, limit=LISTED) for owner in owners]
    totals = [threads.count_waiting(connection, desks, owner=owner) for owner in owners]
    resting = [threads.count_resting(connection, desks, owner) if owner else {} for owner in owners]
    listed = {thread.id: thread for by_desk in waiting for each in by_desk.values() for thread in each}
    shown = {row.thread.id: row for row in rows(connection, ctx, listed.values(), at)}
    return [
        [
            Overview(
                ctx.settings.desk_name(desk),
                tuple(shown[thread.id] for thread in by_desk.get(desk, ())),
                total.get(desk, 0) + at_rest.get(desk, 0),
                at,
                at_rest.get(desk, 0),
            )
            for desk in desks
        ]
        for by_desk, total, at_rest in zip(waiting, totals, resting, strict=True)
    ]


def _rows(
    connection: Connection, ctx: Context, listed: Collection[Thread], at: datetime, newest: Mapping[int, Post | None]
) -> list[CaseRow]:
    """Return the rows of these threads; `newest` holds their customers' newest posts."""
    numbers = [thread.id for thread in listed]
    answers = replies.latest(connection, numbers)
    links = permalinks(connection, ctx, numbers)
    closers = _closers(connection, listed)
    answered = [thread.id for thread in listed if thread.state is State.ANSWERED]
    counted = waits.until_answer(connection, answered) if answered else {}
    snoozed = [thread.id for thread in listed if thread.snoozed_until is not None]
    resting = pauses.going_on(connection, snoozed) if snoozed else {}
    owed = [thread.id for thread in listed if thread.promised_for is not None]
    promised = promises.open_ones(connection, owed) if owed else {}
    promised_on = posts.promised_on(connection, promised.values()) if promised else {}
    labelling = {desk.stable_key for desk in ctx.settings.desks if desk.labels}
    labelled = labels.of_threads(connection, [thread.id for thread in listed if thread.desk in labelling])
    return [
        CaseRow(
            thread=thread,
            at=at,
            newest=newest.get(thread.id),
            reply=answer.newest,
            earlier=answer.earlier,
            network_name=network_name(thread.account),
            permalink=links.get(thread.id),
            closed_by=closers.get(thread.id),
            counted=counted.get(thread.id),
            pause=resting.get(thread.id),
            promise=promised.get(thread.id),
            promised_on=promised_on.get(thread.id),
            labels=labelled.get(thread.id, ()),
        )
        for thread in listed
        for answer in [answers.get(thread.id, replies.Latest())]
    ]


def _references(
    connection: Connection, ctx: Context, thread: Thread, shown: Iterable[Post]
) -> dict[int, tuple[Referred, ...]]:
    """Return what these posts of the thread answer and quote; what is stored as a post of its own, as it reads now."""
    referring = [post.id for post in shown if post.refers]
    found = references.of_posts(connection, referring) if referring else {}
    if not found:
        return {}
    ids = {reference.id for several in found.values() for reference in several}
    held = posts.known(connection, thread.account, ids)
    return {
        post: tuple(_referred(ctx, thread, reference, held.get(reference.id)) for reference in several)
        for post, several in found.items()
    }


def _referred(ctx: Context, thread: Thread, reference: Reference, held: Post | None) -> Referred:
    handle = held.author if held and held.inbound else reference.handle
    whose: Literal["ours", "their own", "another's"] = "another's"
    if ctx.is_ours(thread.account, handle) or (held and not held.inbound):
        whose = "ours"
    elif reference.author_id == thread.author_id:
        whose = "their own"
    if held is None:
        return Referred(reference.kind, whose, handle, reference.text or "", reference.url, reference.gone)
    gone = held.deleted_at is not None
    return Referred(reference.kind, whose, handle, held.text, held.url or reference.url, gone)


def _numbers(connection: Connection, ctx: Context, thread: Thread) -> tuple[Number, ...]:
    """Return what the customer quoted; nothing is looked up where the desk has no patterns."""
    desk = ctx.settings.desk_if_any(thread.desk)
    if desk is None or not desk.references:
        return ()
    return linked(desk.reference_patterns, reference_numbers.of_thread(connection, thread.id))


def _unreached(connection: Connection, asked: Collection[Escalation]) -> dict[str, str]:
    """Return which of those who were asked for help take nothing in Slack now, with Slack's reason."""
    channels = {request.channel for request in asked if request.taken_by is None}
    faults = destinations.faults(connection, channels) if channels else []
    return {fault.destination: fault.code for fault in faults}


def _contacts(connection: Connection, ctx: Context, thread: Thread, at: datetime) -> tuple[threads.Contacts, int]:
    """Count the customer's other threads, and the contacts in the month of `at` where the desk is, with this one."""
    desk = ctx.settings.desk_if_any(thread.desk)
    month = at.astimezone(desk.timezone if desk else UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = threads.contacts(connection, thread, month)
    return found, found.since + (thread.received_at >= month)


def _also_open(connection: Connection, ctx: Context, thread: Thread) -> tuple[AlsoOpen, ...]:
    others = threads.also_open(connection, thread, limit=ALSO_READ)
    links = permalinks(connection, ctx, [other.id for other in others]) if others else {}
    return tuple(
        AlsoOpen(other.id, other.owner, other.pending_reply_id is not None, links.get(other.id)) for other in others
    )


def _closers(connection: Connection, listed: Iterable[Thread]) -> dict[int, str]:
    """Return who closed each thread. A thread that ended because the customer deleted their posts has nobody."""
    closed = [thread.id for thread in listed if thread.close_reason is not None]
    lines = events.latest(connection, closed, EventKind.CLOSED) if closed else {}
    return {number: line.actor for number, line in lines.items()}


def _desk_labels(connection: Connection, desk: Desk, thread: Thread, newest: Post | None) -> tuple[str, ...]:
    """Return what can be set at the desk, the likely ones first while the customer waits."""
    if len(desk.labels) < 2 or thread.state is not State.WAITING or newest is None:
        return desk.label_names
    return likely_first(newest.text, desk.label_names, labels.latest(connection, desk.stable_key, thread.id, LEARNT))


def _seen(connection: Connection, ctx: Context, actor: Actor, thread_id: int) -> Card:
    card = card_of(connection, ctx, thread_id)
    access.require_sight(ctx, actor, card.thread.desk, thread_id)
    return card


def _desks(ctx: Context, actor: Actor) -> list[str]:
    return [desk.stable_key for desk in access.desks_in_sight(ctx, actor)]
