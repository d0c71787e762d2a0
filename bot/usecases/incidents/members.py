"""Which threads belong to an incident: by words, by label, by hand, or by a suggestion that somebody tapped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import takewhile

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.incidents.incident import Incident, Match, MemberState, match
from bot.usecases.cases.transition import allowed, change, found, locked
from bot.usecases.desk import access
from bot.usecases.desk.context import THE_DESK, Actor, Context
from bot.usecases.incidents import incident as usecase
from storage import outbox
from storage.cases import threads
from storage.engine import Connection, reading, transaction
from storage.incidents import incidents, members

BATCH = 100  # threads that one tick puts into an incident by label and by merge
WINDOW = 500  # posts that one tick compares with an incident
SETTLED_SECONDS = 60  # a post may be stored after one with a higher number; for so long it is still looked for
SHOWN_SECONDS = 5  # between two edits of an incident's message


def tick(ctx: Context) -> int:
    """Find what belongs to the open incidents, and bring their messages up to date; return how many changed."""
    with reading(ctx.engine) as connection:
        going_on = incidents.open_anywhere(connection)
        outdated = members.outdated(connection, BATCH)
    for thread_id, incident_id in outdated:
        _forget(ctx, thread_id, incident_id)
    for incident in going_on:
        _gather(ctx, incident)
    return sum(_show(ctx, incident) for incident in going_on)


def join(ctx: Context, actor: Actor, incident_id: int, thread_id: int, *, how: str = "hand") -> Incident:
    """Put a thread into an incident; return it. If it is in another one that is open, it is taken out there.

    Raises Refused: "no_incident", "incident_closed", "merged", "erased", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        access.require(ctx, actor, found(connection, thread_id).desk, "reply", thread_id)
        incident = usecase.locked(connection, incident_id)
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        if thread.desk != incident.desk:
            raise Refused(RefusalCode.NO_INCIDENT, name=str(incident_id))
        rules.require(thread, rules.Action.JOIN)
        if members.state_of(connection, incident_id, thread_id) is not MemberState.JOINED:
            _join(connection, ctx, incident, thread, actor, how)
    ctx.wake()
    return incident


def leave(ctx: Context, actor: Actor, thread_id: int, incident_id: int | None = None) -> Incident:
    """Take a thread out of its incident, or say that what is suggested is not so; return the incident.

    It does not come back by itself. `incident_id` is the one that the actor saw, if they did.
    Raises Refused: "not_in_incident", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        membership = (
            incidents.membership(connection, thread_id, thread.incident_id) if thread.incident_id is not None else None
        )
        if membership is None:
            raise Refused(RefusalCode.NOT_IN_INCIDENT, thread=thread_id)
        if incident_id not in (None, membership.incident.id):
            raise Refused(RefusalCode.NOT_IN_INCIDENT, thread=thread_id, incident=incident_id)
        incident = membership.incident
        members.put(connection, incident.id, thread_id, MemberState.LEFT, "hand", actor.id, at)
        after = replace(thread, incident_id=None)
        change(connection, thread, after, at, actor, EventKind.LEFT_INCIDENT, incident=incident.id, name=incident.name)
    ctx.wake()
    return incident


def _gather(ctx: Context, incident: Incident) -> None:
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        read = members.read_after(connection, incident.desk, incident.id, incident.read_through_post_id, WINDOW)
        words = members.words_of(connection, {each.thread_id for each in read if each.may_belong})
        since = incident.opened_at
        labelled = (
            members.labelled(connection, incident.desk, incident.id, incident.label, since, BATCH)
            if incident.label
            else []
        )
        merged = members.merged_away(connection, incident.id, BATCH)
    for number in labelled:
        _put(ctx, incident.id, number, MemberState.JOINED, "label")
    for _, into in merged:
        _put(ctx, incident.id, into, MemberState.JOINED, "merge")
    wanted = incident.words.split()
    for number, text in words.items():
        found_in_it = match(wanted, text)
        if found_in_it is not None:
            state = MemberState.JOINED if found_in_it is Match.ALL else MemberState.SUGGESTED
            _put(ctx, incident.id, number, state, "words")
    certain = at - ctx.clock.real(SETTLED_SECONDS)
    settled = [each.post_id for each in takewhile(lambda each: each.stored_at <= certain, read)]
    if settled:
        with transaction(ctx.engine) as connection:
            incidents.set_(connection, incident.id, read_through_post_id=settled[-1])


def _put(ctx: Context, incident_id: int, thread_id: int, state: MemberState, how: str) -> None:
    """Put a thread there in the desk's name, unless somebody has said something else or it belongs elsewhere."""
    with transaction(ctx.engine) as connection:
        incident = incidents.lock(connection, incident_id)
        thread = threads.lock(connection, thread_id)
        if incident is None or not incident.is_open or thread is None or not thread.allows(rules.Action.JOIN):
            return
        known = members.state_of(connection, incident_id, thread_id)
        if known is MemberState.SUGGESTED and how != "words":
            known = None
        if known is not None or _belongs_elsewhere(connection, thread, incident_id, state):
            return
        if state is MemberState.JOINED:
            _join(connection, ctx, incident, thread, THE_DESK, how)
            return
        at = ctx.clock.now()
        members.put(connection, incident_id, thread_id, state, how, THE_DESK.id, at)
        threads.save(connection, thread, replace(thread, incident_id=incident_id))
        outbox.refresh(connection, thread_id, at=at)
    ctx.wake()


def _belongs_elsewhere(connection: Connection, thread: Thread, incident_id: int, state: MemberState) -> bool:
    """Tell whether the thread is in another incident that is open; of two suggestions the first one stands."""
    if thread.incident_id in (None, incident_id):
        return False
    other = incidents.membership(connection, thread.id, thread.incident_id)
    if other is None or not other.incident.is_open:
        return False
    return other.joined or state is MemberState.SUGGESTED


def _join(connection: Connection, ctx: Context, incident: Incident, thread: Thread, actor: Actor, how: str) -> None:
    at = ctx.clock.now()
    if thread.incident_id not in (None, incident.id):
        other = incidents.membership(connection, thread.id, thread.incident_id)
        if other is not None and other.incident.is_open:
            members.put(connection, other.incident.id, thread.id, MemberState.LEFT, how, actor.id, at)
    members.put(connection, incident.id, thread.id, MemberState.JOINED, how, actor.id, at)
    after = replace(thread, incident_id=incident.id)
    change(connection, thread, after, at, actor, EventKind.JOINED_INCIDENT, incident=incident.id, name=incident.name)


def _forget(ctx: Context, thread_id: int, incident_id: int) -> None:
    """Take a suggestion off a card because its incident was closed."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = locked(connection, thread_id)
        members.forget(connection, incident_id, thread_id)
        if thread.incident_id == incident_id:
            threads.save(connection, thread, replace(thread, incident_id=None))
            outbox.refresh(connection, thread_id, at=at)
    ctx.wake()


def _show(ctx: Context, incident: Incident) -> bool:
    """Have an incident's message show its figures, if they have changed and it was not brought up to date just now."""
    at = ctx.clock.now()
    pause: timedelta = ctx.clock.real(SHOWN_SECONDS)
    if incident.shown_at is not None and at < incident.shown_at + pause:
        return False
    with reading(ctx.engine) as connection:
        figures = repr(incidents.standing(connection, incident))
    if figures == incident.shown:
        return False
    with transaction(ctx.engine) as connection:
        changed = incidents.show(connection, incident, figures, at)
        if changed:
            usecase.show(connection, ctx, incident)
    ctx.wake()
    return changed
