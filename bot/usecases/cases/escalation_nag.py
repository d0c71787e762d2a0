"""Requests for help have a target of their own: who was asked is reminded, and at the breach the owner is told."""

from __future__ import annotations

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import State
from bot.usecases.desk.context import Context
from storage import outbox
from storage.cases import escalations, messages, threads
from storage.cases.messages import NotePayload
from storage.engine import reading, transaction

BATCH = 50


def tick(ctx: Context) -> int:
    """Remind of every request that is due; return how many.

    Before the target it is a warning, after it the breach, once each. A request that was answered or taken, or whose
    customer no longer waits, is left alone. While a desk is closed nobody is reminded.
    """
    at = ctx.clock.now()
    desks = ctx.ringing(at)
    with reading(ctx.engine) as connection:
        if not escalations.due(connection, desks, at, 1):
            return 0
    reminded = 0
    with transaction(ctx.engine) as connection:
        for request in escalations.due(connection, desks, at, BATCH, lock=True):
            thread = threads.get(connection, request.thread_id)
            late = request.due_at is not None and at >= request.due_at
            desk = ctx.settings.desk_if_any(thread.desk) if thread else None
            going_on = thread is not None and thread.state is State.WAITING and thread.erased_at is None
            escalations.nagged(connection, request.id, None if late or not going_on else request.due_at)
            if not going_on or desk is None or thread is None:
                continue
            reminded += 1
            outbox.want_once(connection, messages.escalation_nag(request, late=late), at=at)
            if late and thread.owner is not None:
                note = NotePayload(EventKind.ESCALATED, {"to": thread.owner, "asked": request.target})
                outbox.want_once(connection, messages.note(thread.id, desk.slack_channel, at, note), at=at)
    ctx.wake()
    return reminded
