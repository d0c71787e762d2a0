"""Hand over and take over: a thread changes owner, and the other agent is told."""

from __future__ import annotations

from typing import Any

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.escalation import settled_by
from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.transition import allowed, change, found
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import escalations, messages
from storage.cases.messages import NotePayload
from storage.engine import reading, transaction


def hand_over(ctx: Context, actor: Actor, thread_id: int, to: Actor, note: str = "") -> None:
    """Give the actor's thread to a colleague, who is told under the card, with the actor's note if there is one.

    A lead may give away a colleague's as well, who is told in a direct message.

    Raises Refused: "unowned", "not_yours", "yours", "closed", "unknown_thread", and those of `access.require_owner`.
    """
    at, note = ctx.clock.now(), note.strip()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        leads = actor.id in ctx.desk_of(thread).leads
        after = rules.hand_over(thread, actor.id, to.id, at, leads=leads)
        access.require_owner(ctx, to, thread.desk, thread_id)
        details: dict[str, Any] = {"to": to.id} | ({"note": note} if note else {})
        line = change(connection, thread, after, at, actor, EventKind.HANDED_OVER, **details)
        channel = ctx.desk_of(after).slack_channel
        people = NotePayload(EventKind.HANDED_OVER, {"from": actor.id, "to": to.id})
        told = messages.said(thread_id, channel, line) if note else messages.note(thread_id, channel, at, people)
        outbox.want_once(connection, told, at=at)
        if thread.owner is not None and thread.owner != actor.id:
            outbox.want_once(connection, messages.said_directly(thread_id, thread.owner, line), at=at)
    ctx.wake()


def takeable(ctx: Context, actor: Actor, thread_id: int) -> Thread:
    """Return the thread if the actor may take it over. Raises Refused like `take_over`."""
    with reading(ctx.engine) as connection:
        thread = found(connection, thread_id)
        access.require(ctx, actor, thread.desk, "claim", thread_id)
        access.require_owner(ctx, actor, thread.desk, thread_id)
        rules.take_over(thread, actor.id, ctx.clock.now())  # raises the reason
        return thread


def take_over(ctx: Context, actor: Actor, thread_id: int, why: str = "") -> None:
    """Make the actor the owner instead of the present one, who is told why; without an owner it is a claim.

    This settles the requests for help that were made to the actor. Raises Refused: "reason_missing", "yours", "closed",
    "unknown_thread".
    """
    at, why = ctx.clock.now(), why.strip()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        access.require_owner(ctx, actor, thread.desk, thread_id)
        requests = escalations.of_thread(connection, thread_id)
        settled = settled_by(requests, actor.id, actor.channel)
        open_ = [request for request in requests if request.taken_by is None and request not in settled]
        after = rules.take_over(thread, actor.id, at, still_asked=bool(open_))
        if thread.owner is not None and not why:
            raise Refused(RefusalCode.REASON_MISSING, thread=thread_id)
        escalations.settle(connection, [request.id for request in settled], actor.id, at)
        details: dict[str, Any] = {"why": why} if why else {}
        line = change(connection, thread, after, at, actor, EventKind.TAKEN_OVER, owner=thread.owner, **details)
        if thread.owner is not None:
            outbox.want_once(connection, messages.said(thread_id, ctx.desk_of(after).slack_channel, line), at=at)
    ctx.wake()
