"""Destinations: leads are told once when Slack takes nothing for a channel or a member, and once when it is over."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases.conversation import Escalation
from bot.domain.common.destinations import DestinationFault, is_member
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.views.alerts.models import DestinationNotice
from storage import outbox
from storage.alerts import messages
from storage.cases import escalations
from storage.engine import Connection, reading, transaction
from storage.outbox import Item, destinations
from storage.outbox.kinds import MessageKind

SHOWN = 10  # threads that one notice names


def refused(ctx: Context, item: Item, code: str) -> None:
    """Record that Slack refused this row's destination for good; tell the leads, and who has escalated to it.

    A channel that the config names no more is left alone.
    """
    desks = _desks(ctx, item.destination)
    if not desks:
        return
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        by_edit = item.message_ts is not None
        first = destinations.refused(connection, item.destination, code, at, by_edit=by_edit)
        (fault,) = destinations.faults(connection, [item.destination])
        to = _recipients(desks, item.destination) if first else set()
        if item.kind is MessageKind.ESCALATION and item.thread_id is not None and item.failures == 0:
            to |= {request.by for request in escalations.of_thread(connection, item.thread_id) if _waits(request, item)}
            outbox.refresh(connection, item.thread_id, at=at)  # its card says that nobody there has seen it
        for recipient in to - {item.destination}:
            outbox.want_once(connection, messages.destination(fault, desks[0].stable_key, recipient, None), at=at)
    ctx.wake()


def reached(connection: Connection, ctx: Context, item: Item, at: datetime) -> None:
    """Record that Slack took this row, and tell those who were told of a fault that it is over."""
    stranded = destinations.stranded(connection, item.destination, SHOWN)
    over = destinations.reached(connection, item.destination, by_edit=item.message_ts is not None)
    if over is None:
        return
    desks = _desks(ctx, item.destination) or ctx.settings.desks
    for recipient in messages.told(connection, over):
        outbox.want_once(connection, messages.destination(over, desks[0].stable_key, recipient, at), at=at)
    for thread_id in {*stranded, item.thread_id}:
        if thread_id is not None:
            outbox.refresh(connection, thread_id, at=at)


def notice(ctx: Context, fault: DestinationFault, over_at: datetime | None) -> DestinationNotice:
    """Return what a lead is told. The escalations that wait are looked up, so that none is named in vain."""
    with reading(ctx.engine) as connection:
        numbers = destinations.stranded(connection, fault.destination, SHOWN)
        links = queries.permalinks(connection, ctx, numbers)
    escalated = tuple((number, links.get(number)) for number in numbers)
    return DestinationNotice(fault, ctx.clock.now(), escalated, over_at)


def faults(ctx: Context) -> list[DestinationFault]:
    """Return what the config names and takes nothing now. Raises DatabaseError."""
    with reading(ctx.engine) as connection:
        return [fault for fault in destinations.faults(connection) if _desks(ctx, fault.destination)]


def _desks(ctx: Context, destination: str) -> tuple[Desk, ...]:
    """Return the desks that a destination belongs to, the one whose channel it is first; a member is everybody's."""
    own = ctx.settings.desk_of_channel(destination)
    others = tuple(
        desk
        for desk in ctx.settings.desks
        if destination in desk.leads or destination in {team.slack_channel for team in desk.escalate_to}
    )
    found = ((own,) if own else ()) + tuple(desk for desk in others if desk is not own)
    return found or (ctx.settings.desks if is_member(destination) else ())


def _recipients(desks: tuple[Desk, ...], destination: str) -> set[str]:
    """Return the other leads; where there are none, the desks' own channels."""
    leads = {lead for desk in desks for lead in desk.leads} - {destination}
    return leads or {desk.slack_channel for desk in desks}


def _waits(request: Escalation, item: Item) -> bool:
    """Tell whether the row is about this request, and nobody has answered it or taken the thread over."""
    return item.payload.get("escalation") == request.id and not request.answered_by and not request.taken_by
