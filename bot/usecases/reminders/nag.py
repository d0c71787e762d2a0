"""Nag: remind the owner or the channel before a customer has waited too long, and again when they have."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Thread
from bot.domain.clock.calendar import after, may_ring
from bot.domain.clock.targets import Deadline, NagLevel
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.reminders.reminders import MORE_TIME, MOST_TIMES, Recipient
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.cases.transition import allowed, change
from bot.usecases.desk.context import THE_DESK, Actor, Context
from bot.usecases.reminders import reminders
from bot.views.reminders.models import Nag
from storage import outbox
from storage.cases import events, threads
from storage.clock import waits
from storage.engine import Connection, reading, transaction
from storage.outbox.messages import NewMessage
from storage.reminders import messages

log = logging.getLogger(__name__)

BATCH = 100


@dataclass(frozen=True, slots=True)
class _Reminder:
    """A reminder that is due."""

    thread: Thread
    wait: int
    line: Deadline
    level: NagLevel

    def message(self, channel: str) -> NewMessage:
        return messages.nag(self.thread.id, self.wait, channel, self.line.due_at)


def tick(ctx: Context) -> int:
    """Send every reminder that is due, at its present level; return how many.

    If reminders are late because nothing ran, only the one that applies now is sent, not each that was missed.
    Reminders of a desk that is closed wait until it opens, and those of one that is not in the config until it is.
    """
    at = ctx.clock.now()
    desks = [desk.stable_key for desk in ctx.settings.desks if may_ring(desk.calendar(at), at)]
    with reading(ctx.engine) as connection:
        if not threads.nag_due(connection, desks, at):
            return 0
    with transaction(ctx.engine) as connection:
        due = threads.due_nags(connection, desks, at, BATCH)
        open_waits = waits.going_on(connection, [thread.id for thread in due])
        raised = [
            reminder for thread in due if (reminder := _reminder(connection, thread, open_waits.get(thread.id), at))
        ]
        for desk in ctx.settings.desks:
            mine = [reminder for reminder in raised if reminder.thread.desk == desk.stable_key]
            for to, theirs in _by_recipient(desk, mine):
                _remind(connection, ctx, desk, to, theirs, at)
        for reminder in raised:
            nagged = rules.record_nag(reminder.thread, reminder.level)
            change(connection, reminder.thread, nagged, at, THE_DESK, EventKind.NAGGED, level=reminder.level.value)
    ctx.wake()
    return len(raised)


def reminder(ctx: Context, thread_id: int, wait_id: int) -> Nag:
    """Return the reminder of this wait as it stands now."""
    with reading(ctx.engine) as connection:
        card = queries.card_of(connection, ctx, thread_id)
        wait = waits.get(connection, wait_id)
        times = _times(connection, thread_id, wait_id)
    desk = ctx.settings.desk_if_any(card.thread.desk)
    going_on = wait is not None and wait.ended_at is None
    return Nag(
        card=card,
        level=_level(card.thread) if going_on else NagLevel.NOT_YET,
        due_at=wait.due_at if wait else card.at,
        leads=desk.leads if desk else (),
        wait=wait,
        times=times,
    )


def more_time(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Remind the owner again in 10 minutes, at most twice for one wait. The deadline does not move.

    Raises Refused: "unowned", "not_yours", "answered", "closed", "no_more_time", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        rules.require_more_time(thread, actor.id)
        wait = waits.going_on(connection, [thread_id])[thread_id]
        times = _times(connection, thread_id, wait) + 1
        if times > MOST_TIMES:
            raise Refused(RefusalCode.NO_MORE_TIME, thread=thread_id)
        channel = ctx.desk_of(thread).slack_channel
        again_at = after(ctx.desk_of(thread).calendar(at), at, MORE_TIME)
        outbox.want_once(connection, messages.nag_again(thread_id, wait, channel, times, again_at), at=again_at)
        key = actor.idempotency_key
        events.add(connection, thread_id, at, EventKind.MORE_TIME, actor.id, actor.via, idempotency_key=key)
        outbox.refresh(connection, thread_id, at=at)
    ctx.wake()


def _times(connection: Connection, thread_id: int, wait: int) -> int:
    """Return how often the owner has put the reminder of this wait off."""
    return len(
        outbox.stated(connection, [messages.again_key(thread_id, wait, times) for times in range(1, MOST_TIMES + 1)])
    )


def _reminder(connection: Connection, thread: Thread, wait: int | None, at: datetime) -> _Reminder | None:
    line = thread.deadline
    if line is None or wait is None:
        # One inconsistent row must not block everybody else's reminders.
        log.error("a reminder fell due where nobody waits", extra={"fields": {"thread": thread.id}})
        threads.save(connection, thread, replace(thread, next_nag_at=None))
        return None
    return _Reminder(thread, wait, line, line.level(at))


def _by_recipient(desk: Desk, raised: Iterable[_Reminder]) -> list[tuple[Recipient, list[_Reminder]]]:
    """Group the reminders by recipient, in one fixed order so that two processes cannot deadlock."""
    found: dict[Recipient, list[_Reminder]] = defaultdict(list)
    for reminder in raised:
        found[Recipient(desk.slack_channel, reminder.thread.owner or "", lead=False)].append(reminder)
    return sorted(found.items())


def _remind(
    connection: Connection, ctx: Context, desk: Desk, to: Recipient, raised: Sequence[_Reminder], at: datetime
) -> None:
    """Queue one message for each reminder, or one for all. An existing message is edited with its thread instead."""
    told = outbox.stated(connection, [reminder.message(to.channel).key for reminder in raised])
    new = [reminder for reminder in raised if reminder.message(to.channel).key not in told]
    nearest = min((reminder.line.due_at for reminder in new), default=None)
    if nearest is None:
        return
    if reminders.gathered(connection, ctx, desk, to, [reminder.wait for reminder in new], at, nearest):
        return
    for reminder in new:
        outbox.want_once(connection, reminder.message(to.channel), at=at)


def _level(thread: Thread) -> NagLevel:
    """Return the level that this wait's reminder has reached, even if its deadline has moved since."""
    return NagLevel.WARNING if thread.nag_level is NagLevel.NOT_YET else thread.nag_level
