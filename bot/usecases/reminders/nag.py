"""Nag: at each step of the ladder say to whom it speaks that a customer waits, and again to a new owner."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Thread
from bot.domain.clock.calendar import after
from bot.domain.clock.ladder import CHANNEL, LEADS, ON_CALL, OWNER, Moment
from bot.domain.clock.targets import NagLevel
from bot.domain.common.errors import Gone, RefusalCode, Refused
from bot.domain.reminders.reminders import MORE_TIME, MOST_TIMES, TOGETHER, Recipient
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.cases.transition import add_line, allowed, change
from bot.usecases.desk import approvers, presence, roster
from bot.usecases.desk.context import THE_DESK, Actor, Context
from bot.usecases.reminders import reminders
from bot.usecases.reminders.silence import lost_by, silent
from bot.views.reminders.models import Nag
from storage import outbox
from storage.cases import messages as case_messages
from storage.cases import threads
from storage.clock import waits
from storage.desk import agents
from storage.engine import Connection, reading, transaction
from storage.outbox import Item
from storage.outbox.messages import NewMessage
from storage.reminders import listings, messages
from storage.reminders.messages import NagPayload

log = logging.getLogger(__name__)

BATCH = 100


@dataclass(frozen=True, slots=True)
class _Reminder:
    """What is due in one thread: `reached` moments of its ladder are behind it, and the last of them has `said`.

    `to` is whom that speaks to: "owner", "channel", "leads", ids of channels and of who is on call. It is empty where
    nothing is to be said. `asks` says whether the owner is asked to keep the thread or let go.
    """

    thread: Thread
    wait: int
    due_at: datetime
    reached: int
    step: int
    said: Moment | None
    to: tuple[str, ...]
    asks: bool

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The other channels in which it is said."""
        return tuple(each for each in self.to if _is_channel(each))

    @property
    def here(self) -> bool:
        """Whether it is said under the card."""
        return len(self.elsewhere) < len(self.to)

    def recipient(self, desk: Desk) -> Recipient:
        owner = self.thread.owner or ""
        for_owner = OWNER in self.to
        return Recipient(
            desk.slack_channel, owner if for_owner else "", lead=False, anybodys=bool(owner) and not for_owner
        )

    def message(
        self, channel: str, at: datetime, *, elsewhere: bool, listed: bool = False, asks: bool = False
    ) -> NewMessage:
        asked = self.thread.owner if asks else None
        payload = NagPayload(self.wait, at=at.isoformat(), to=self.to, listed=listed, asks=asked)
        if elsewhere:
            return messages.nag_elsewhere(self.thread.id, self.step, channel, self.due_at, payload)
        return messages.nag(self.thread.id, self.step, self.thread.owner, channel, self.due_at, payload)


def tick(ctx: Context) -> int:
    """Send every reminder that is due; return how many.

    If reminders are late because nothing ran, only that of the present step is sent, not each that was missed.
    Reminders of a desk that is closed wait until it opens, and those of one that is not in the config until it is.
    """
    at = ctx.clock.now()
    desks = ctx.ringing(at)
    with reading(ctx.engine) as connection:
        if not threads.nag_due(connection, desks, at):
            return 0
    with transaction(ctx.engine) as connection:
        due = threads.due_nags(connection, desks, at, BATCH)
        open_waits = waits.going_on(connection, [thread.id for thread in due])
        quiet = silent(connection, due)
        unheard = _unreachable(connection, ctx, due, at)
        called = cache(lambda key: roster.on_call(connection, ctx, ctx.settings.desk(key)).agents)
        raised = [
            reminder
            for thread in due
            if (reminder := _reminder(connection, ctx, thread, open_waits.get(thread.id), at, quiet, unheard, called))
        ]
        for desk in ctx.settings.desks:
            mine = [reminder for reminder in raised if reminder.thread.desk == desk.stable_key]
            for to, theirs in _by_recipient(desk, mine):
                _remind(connection, ctx, desk, to, theirs, at)
        for reminder in raised:
            late = at >= reminder.due_at
            nagged = rules.record_nag(reminder.thread, reminder.reached, reminder.said, late=late)
            level = nagged.nag_level.value
            told = ",".join(reminder.to)
            change(
                connection,
                reminder.thread,
                nagged,
                at,
                THE_DESK,
                EventKind.NAGGED,
                level=level,
                step=reminder.reached,
                to=told,
            )
    ctx.wake()
    return len(raised)


def reminder(ctx: Context, item: Item, payload: NagPayload) -> Nag:
    """Return a reminder as it stands now. Raises Gone if its row belongs to no thread."""
    thread_id = item.thread_id
    if thread_id is None:
        raise Gone(item.key)
    with reading(ctx.engine) as connection:
        card = queries.card_of(connection, ctx, thread_id)
        wait = waits.get(connection, payload.wait)
        times = _times(connection, thread_id, payload.wait)
        desk = ctx.settings.desk_if_any(card.thread.desk)
        superseded = messages.superseded(connection, item, payload, card.at)
        leads = desk.leads if desk and LEADS in payload.to else ()
        owner = [card.thread.owner] if card.thread.owner else []
        on_call_now = [each for each in payload.to if each.startswith(("U", "W"))]
        lost = None if owner else lost_by(connection, [thread_id]).get(thread_id)
        awaits = desk is not None and card.thread.approval_since is not None and card.reply is not None
        asked = approvers.to_ask(connection, ctx, desk, card.reply.author) if awaits and desk and card.reply else None
        known = agents.get(connection, [*leads, *owner, *on_call_now, *([lost] if lost else [])])
        undisturbed = agents.resting(connection, [*owner, *on_call_now], card.at)
        meant = {*owner, *on_call_now}
        away = {id_ for id_ in meant if desk and not presence.is_there(connection, ctx, desk, id_)}
        # An edit rings nobody, so what is in Slack already begins to ask nothing.
        to_ask = item.message_ts is None and payload.asks is not None and payload.asks == card.thread.owner
        asks = (card.thread.owner_was_asked or to_ask) and bool(silent(connection, [card.thread]))
    going_on = wait is not None and wait.ended_at is None
    return Nag(
        card=card,
        level=_level(card.thread, card.at) if going_on else NagLevel.NOT_YET,
        due_at=wait.due_at if wait else card.at,
        leads=leads,
        wait=wait,
        times=times,
        to=tuple(payload.to),
        names={id_: agent.name for id_, agent in known.items()},
        said_at=datetime.fromisoformat(payload.at) if payload.at else None,
        is_latest=not superseded,
        asks=asks,
        lost_by=lost,
        approvers=asked.people if asked else (),
        undisturbed=frozenset(undisturbed),
        away=frozenset(away),
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
        put_off = NagPayload(wait, times, again_at.isoformat(), again_at.isoformat())
        outbox.want_once(connection, messages.nag_again(thread_id, channel, again_at, put_off), at=again_at)
        add_line(connection, thread_id, at, actor, EventKind.MORE_TIME)
    ctx.wake()


def keep(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Let the owner say that they are still on it.

    Raises Refused: "unowned", "not_yours", "answered", "closed", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        rules.require_more_time(thread, actor.id)
        add_line(connection, thread_id, at, actor, EventKind.KEPT)
    ctx.wake()


def _times(connection: Connection, thread_id: int, wait: int) -> int:
    """Return how often the owner has put the reminder of this wait off."""
    return len(
        outbox.stated(connection, [messages.again_key(thread_id, wait, times) for times in range(1, MOST_TIMES + 1)])
    )


def _reminder(
    connection: Connection,
    ctx: Context,
    thread: Thread,
    wait: int | None,
    at: datetime,
    quiet: Set[int],
    unheard: Set[int],
    called: Callable[[str], Collection[str]],
) -> _Reminder | None:
    """Return what is due in a thread; `called` tells who is on call.

    `quiet` are the threads of silent owners, `unheard` those of owners who can't be asked now.
    """
    if thread.due_at is None or wait is None:
        # One inconsistent row must not block everybody else's reminders.
        log.error("a reminder fell due where nobody waits", extra={"fields": {"thread": thread.id}})
        threads.save(connection, thread, replace(thread, next_nag_at=None))
        return None
    due_at = thread.due_at
    late = at >= due_at
    lost = late and thread.owner_was_asked and thread.id in quiet
    if lost:
        thread = _let_go(connection, thread, at)
    reached = thread.reached(at)
    first = 0 if thread.nag_is_for_another else thread.nag_step
    telling = (step for step in range(reached, first, -1) if thread.moments[step - 1].to)
    step = next(telling, 0)
    said = thread.moments[step - 1] if step else None
    to = _resolved(ctx.desk_of(thread), said.to, called) if said else ()
    if lost and all(_is_channel(each) for each in to):
        to = (CHANNEL, *to)  # the team hears that it is theirs, whomever the step speaks to
    asks = not late and OWNER in to and thread.id in quiet - unheard and not thread.nag_is_for_another
    return _Reminder(thread, wait, due_at, reached, step, said, to, asks)


def _unreachable(connection: Connection, ctx: Context, due: Iterable[Thread], at: datetime) -> set[int]:
    """Return the numbers of those threads whose owner is away or not to be disturbed, so that asking is in vain."""
    owned = {thread.id: thread for thread in due if thread.owner is not None}
    owners = {thread.owner for thread in owned.values() if thread.owner}
    if not owners:
        return set()
    resting = agents.resting(connection, owners, at)
    there = cache(lambda desk, owner: presence.is_there(connection, ctx, ctx.settings.desk(desk), owner))
    return {
        number for number, thread in owned.items() if thread.owner in resting or not there(thread.desk, thread.owner)
    }


def _is_channel(recipient: str) -> bool:
    """Tell whether this is the id of another channel than the desk's."""
    return recipient.startswith(("C", "G"))


def _let_go(connection: Connection, thread: Thread, at: datetime) -> Thread:
    """Give the thread back to the team and tell its owner. The reminder that follows tells the team."""
    freed = rules.let_go(thread)
    line = change(connection, thread, freed, at, THE_DESK, EventKind.LET_GO, owner=thread.owner)
    outbox.want_once(connection, case_messages.said_directly(thread.id, thread.owner or "", line), at=at)
    return freed


def _resolved(desk: Desk, to: Iterable[str], called: Callable[[str], Collection[str]]) -> tuple[str, ...]:
    """Put the people in place of "oncall", and the channel where nobody is; the desk's own id is "channel" too."""
    found: list[str] = []
    for each in to:
        if each == ON_CALL:
            found += called(desk.stable_key) or (CHANNEL,)
        else:
            found.append(CHANNEL if each == desk.slack_channel else each)
    return tuple(dict.fromkeys(found))


def _by_recipient(desk: Desk, raised: Iterable[_Reminder]) -> list[tuple[Recipient, list[_Reminder]]]:
    """Group the reminders by recipient, in one fixed order so that two processes cannot deadlock."""
    found: dict[Recipient, list[_Reminder]] = defaultdict(list)
    for reminder in raised:
        if reminder.here:
            found[reminder.recipient(desk)].append(reminder)
        for channel in reminder.elsewhere:
            found[Recipient(channel, "", lead=False, anybodys=True)].append(reminder)
    return sorted(found.items())


def _remind(
    connection: Connection, ctx: Context, desk: Desk, to: Recipient, raised: Sequence[_Reminder], at: datetime
) -> None:
    """Queue one message for each reminder, or one for all.

    A wait whose deadline has moved goes up its ladder anew: what was said of a step before is edited, and rings nobody.
    """
    elsewhere = to.channel != desk.slack_channel
    stated = {reminder.wait: reminder.message(to.channel, at, elsewhere=elsewhere) for reminder in raised}
    told = outbox.stated(connection, [message.key for message in stated.values()])
    untold = [reminder for reminder in raised if stated[reminder.wait].key not in told]
    # What speaks to those who may approve is no reminder of the owner's, so it is not put together with theirs.
    for_approvers = [reminder for reminder in untold if reminder.thread.approval_since is not None]
    new = [reminder for reminder in untold if reminder.thread.approval_since is None]
    nearest = min((reminder.due_at for reminder in new), default=None)
    if nearest is not None:
        waits = [reminder.wait for reminder in new]
        key = reminders.gathered(connection, ctx, desk, to, waits, at, nearest)
        if key is not None:
            listings.add(connection, key, [reminder.thread.id for reminder in new])
            new = []
    waits_alone = {reminder.wait for reminder in (*for_approvers, *new)}
    stated |= {each.wait: each.message(to.channel, at, elsewhere=elsewhere, asks=each.asks) for each in new}
    for together in _together(new, to, desk, at):
        stated |= {each.wait: each.message(to.channel, at, elsewhere=False, listed=True) for each in together}
        first = together[0]
        waits = [each.wait for each in together]
        listing = messages.at_once(desk.stable_key, to.channel, waits, first.step, first.due_at, at)
        outbox.want_once(connection, listing, at=at)
        listings.add(connection, listing.key, [each.thread.id for each in together])
    for wait, message in stated.items():
        if wait in waits_alone or message.key in told:
            outbox.want(connection, message, at=at)


def _together(new: Iterable[_Reminder], to: Recipient, desk: Desk, at: datetime) -> Iterator[list[_Reminder]]:
    """Yield those that would ring the channel one by one: nobody owns the threads, and they are late, or not, alike.

    What calls somebody who is on call rings them under its card.
    """
    if to != Recipient(desk.slack_channel, "", lead=False):
        return
    calls_nobody = [each for each in new if not any(to.startswith(("U", "W")) for to in each.to)]
    for late in (True, False):
        alike = [each for each in calls_nobody if (at >= each.due_at) is late]
        alike.sort(key=lambda each: (each.due_at, each.wait))
        if len(alike) >= TOGETHER:
            yield alike


def _level(thread: Thread, at: datetime) -> NagLevel:
    """Return how near the deadline is to whom a reminder speaks, even if it has moved away since."""
    return NagLevel.BREACH if thread.level(at) is NagLevel.BREACH else NagLevel.WARNING
