"""Nag: remind the owner, or the channel, before and when a customer has waited too long."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from bot.domain import thread as rules
from bot.domain.card import Nag
from bot.domain.targets import Nagged
from bot.domain.thread import Thread
from bot.usecases import show
from bot.usecases.change import change
from bot.usecases.context import THE_DESK, Context
from storage import outbox, threads, waits
from storage.engine import Connection, reading, transaction

log = logging.getLogger(__name__)

AT_ONCE = 100


def tick(ctx: Context) -> int:
    """Raise every reminder that has fallen due to what is true now: how many.

    A reminder that is late because nothing ran becomes the one that is true now, not one for each that was missed. One
    of a desk that is no longer configured waits until it is again.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        if not threads.nag_due(connection, at):
            return 0
    with transaction(ctx.engine) as connection:
        due = threads.due_nags(connection, [desk.name for desk in ctx.settings.desks], at, AT_ONCE)
        for thread in due:
            _nag(connection, ctx, thread, at)
    ctx.wake()
    return len(due)


def facts(ctx: Context, thread_id: int, wait_id: int) -> Nag:
    """The reminder of this wait of the thread, as it is true now."""
    with reading(ctx.engine) as connection:
        card = show.card_of(connection, ctx, thread_id)
        wait = waits.get(connection, wait_id)
    going_on = wait is not None and wait.ended_at is None
    return Nag(
        card=card,
        level=_level(card.thread) if going_on else Nagged.NOT_YET,
        due_at=wait.due_at if wait else card.at,
        leads=ctx.desk_of(card.thread).leads,
        wait=wait,
    )


def _nag(connection: Connection, ctx: Context, thread: Thread, at: datetime) -> None:
    line, wait = thread.deadline, waits.going_on(connection, thread.id)
    if line is None or wait is None:
        # One row that makes no sense must not keep every other customer's reminder from going out.
        log.error("a reminder fell due where nobody waits", extra={"facts": {"thread": thread.id}})
        threads.save(connection, thread, replace(thread, next_nag_at=None))
        return
    level = line.level(at)
    desk = ctx.desk_of(thread)
    outbox.want_once(
        connection,
        f"nag:{thread.id}:{wait}",
        "nag",
        channel=desk.slack_channel,
        at=at,
        priority=line.due_at,
        thread_id=thread.id,
        payload={"wait": wait},
    )
    if level is Nagged.BREACH:
        for lead in desk.leads:
            outbox.want_once(
                connection,
                f"lead:{thread.id}:{wait}:{lead}",
                "lead",
                channel=lead,
                at=at,
                priority=line.due_at,
                thread_id=thread.id,
                payload={"wait": wait},
            )
    change(connection, thread, rules.nagged(thread, level), at, THE_DESK, "nagged", level=level.value)


def _level(thread: Thread) -> Nagged:
    """What was said of this wait already; a deadline that has moved on since is still one to keep."""
    return Nagged.WARNING if thread.nagged is Nagged.NOT_YET else thread.nagged
