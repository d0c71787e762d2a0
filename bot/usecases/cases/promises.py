"""Promises to customers: their owner is reminded of them, and an agent can say that one is no longer needed."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases.conversation import EventKind
from bot.domain.clock.calendar import is_open
from bot.domain.clock.promises import Promise, PromiseOutcome
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.cases.transition import add_line, allowed, end_promises, found
from bot.usecases.desk import access, presence
from bot.usecases.desk.context import THE_DESK, Actor, Context
from bot.views.cases.models import Promised
from storage import outbox
from storage.cases import messages
from storage.clock import promises
from storage.engine import Connection, reading, transaction

BATCH = 50


def tick(ctx: Context) -> int:
    """Remind of every promise that is due, before its time and once it is broken; return how many.

    While a desk is closed nobody is reminded: of a promise until closing time, or until a time at which the desk is
    closed, it is said when the desk opens that it is broken. A snooze does not rest it: the customer counts on it.
    """
    at = ctx.clock.now()
    desks = ctx.ringing(at)
    open_desks = [key for key, desk in desks.items() if is_open(desk.calendar(at), at)]
    with reading(ctx.engine) as connection:
        if not promises.due(connection, desks, open_desks, at, 1):
            return 0
    with transaction(ctx.engine) as connection:
        due = promises.due(connection, desks, open_desks, at, BATCH, lock=True)
        for promise in due:
            _remind(connection, desks[found(connection, promise.thread_id).desk], promise, at)
    ctx.wake()
    return len(due)


def _remind(connection: Connection, desk: Desk, promise: Promise, at: datetime) -> None:
    broken = at >= promise.due_at
    promises.nagged(connection, promise.id, None if broken else promise.due_at, at if broken else None)
    kind = EventKind.PROMISE_BROKEN if broken else EventKind.NAGGED
    level = {} if broken else {"level": "promise"}
    add_line(connection, promise.thread_id, at, THE_DESK, kind, **level)
    outbox.want_once(connection, messages.promise_nag(promise, desk.slack_channel, broken=broken), at=at)


def cancel(ctx: Context, actor: Actor, thread_id: int, why: str) -> None:
    """End the thread's promises, because the customer needs no more from us.

    Raises Refused: "reason_missing", "nothing_promised", "not_allowed", "unknown_thread".
    """
    at, why = ctx.clock.now(), clean(why)
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        if thread.promised_for is None:
            raise Refused(RefusalCode.NOTHING_PROMISED, thread=thread_id)
        if not why:
            raise Refused(RefusalCode.REASON_MISSING, thread=thread_id)
        add_line(connection, thread_id, at, actor, EventKind.PROMISE_CANCELLED, why=why)
        end_promises(connection, thread_id, at, at, answered=False, said=PromiseOutcome.CANCELLED)
    ctx.wake()


def cancellable(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Raise Refused unless the actor may cancel the thread's promise."""
    with reading(ctx.engine) as connection:
        thread = found(connection, thread_id)
        access.require(ctx, actor, thread.desk, "reply", thread_id)
        if thread.promised_for is None:
            raise Refused(RefusalCode.NOTHING_PROMISED, thread=thread_id)


def promised(ctx: Context, thread_id: int, promise_id: int) -> Promised:
    """Return a promise with its thread as it stands now. Raises Refused("unknown_thread")."""
    with reading(ctx.engine) as connection:
        card = queries.card_of(connection, ctx, thread_id)
        promise = promises.get(connection, promise_id)
        desk = ctx.settings.desk_if_any(card.thread.desk)
        if promise is None or desk is None:
            return Promised(card, promise, {})
        reached = presence.reached(connection, ctx, desk, card.thread.owner, promise.by)
        return Promised(card, promise, presence.names(connection, desk.leads), reached)
