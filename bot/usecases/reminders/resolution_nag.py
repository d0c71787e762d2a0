"""Cases that take too long: their owner, or the channel, is told before the resolution target and after it."""

from __future__ import annotations

from bot.domain.clock.targets import NagLevel
from bot.usecases.cases import queries
from bot.usecases.desk import presence
from bot.usecases.desk.context import Context
from bot.views.reminders.models import ResolutionNag
from storage import outbox
from storage.cases import threads
from storage.clock import resolutions
from storage.engine import reading, transaction
from storage.reminders import messages

BATCH = 50


def tick(ctx: Context) -> int:
    """Remind of every case that is due, once before its target and once after it; return how many.

    While a desk is closed nobody is reminded.
    """
    at = ctx.clock.now()
    desks = ctx.ringing(at)
    with reading(ctx.engine) as connection:
        if not resolutions.due(connection, desks, at, 1):
            return 0
    with transaction(ctx.engine) as connection:
        due = resolutions.due(connection, desks, at, BATCH, lock=True)
        for each in due:
            thread = threads.get(connection, each.thread_id)
            desk = ctx.settings.desk_if_any(thread.desk) if thread else None
            if desk is None:
                continue
            late = each.case.due_at is not None and at >= each.case.due_at
            level = NagLevel.BREACH if late else NagLevel.WARNING
            outbox.want_once(connection, messages.resolution_nag(each, desk.slack_channel, level), at=at)
            resolutions.nagged(connection, each, level)
            outbox.refresh(connection, each.thread_id, at=at)
    ctx.wake()
    return len(due)


def reminder(ctx: Context, thread_id: int, case_id: int | None) -> ResolutionNag:
    """Return how this case of the thread stands now; without an id the latest one."""
    with reading(ctx.engine) as connection:
        card = queries.card_of(connection, ctx, thread_id)
        desk = ctx.settings.desk_if_any(card.thread.desk)
        case = card.resolution if case_id is None else resolutions.get(connection, case_id)
        if desk is None:
            return ResolutionNag(card, case, {})
        reached = presence.reached(connection, ctx, desk, card.thread.owner)
        return ResolutionNag(card, case, presence.names(connection, desk.leads), reached)
