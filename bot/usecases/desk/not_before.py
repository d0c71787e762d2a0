"""Not before: an instant that a wrong clock has written is believed by nobody, and said in the log."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.domain.reports.spend import SLOWLY
from bot.usecases.desk.context import LONGEST_PAUSE_SECONDS, Context
from storage import not_before
from storage.engine import reading, transaction
from storage.not_before import Longest

log = logging.getLogger(__name__)

CLOCKS_APART_SECONDS = 60  # the clocks of two processes differ by no more than this
FETCH_SECONDS = 60
LEASE_SECONDS = 120  # the longest, that of a task
CHANNEL_SECONDS = 300  # Slack asks for less
EVERY_SECONDS = 60
LOOK_UP_FACTOR = 16  # times the wait before the first look comes the last one, see bot/delivery


def tick(ctx: Context) -> int:
    """Void every stored instant beyond its longest possible wait; return how many there were, up to what is logged."""
    at = ctx.clock.now()
    longest = _longest(ctx)
    with reading(ctx.engine) as connection:
        found = not_before.void(connection, longest, at)
    if not found:
        return 0
    with transaction(ctx.engine) as connection:
        not_before.correct(connection, longest, at)
    for void in found:
        fields = {"what": void.column, "of": void.name, "instant": void.instant.isoformat()}
        log.warning("an instant that a wrong clock has written is void", extra={"fields": fields})
    ctx.wake()
    return len(found)


def look(ctx: Context) -> None:
    """Tick at first, once a minute, and whenever the clock was set back."""
    seen, now = ctx.clock_seen, ctx.clock.now()
    before, seen.at = seen.at, now
    if before is None or now < before or seen.next_look is None or now >= seen.next_look:
        seen.next_look = now + ctx.clock.real(EVERY_SECONDS)
        tick(ctx)


def is_void(ctx: Context, past: datetime) -> bool:
    """Tell whether something is said to have happened in the future, further ahead than two clocks may differ."""
    return past > ctx.clock.now() + ctx.clock.real(CLOCKS_APART_SECONDS)


def _longest(ctx: Context) -> Longest:
    settings = ctx.settings
    polls = [account.poll_every.total_seconds() for _, account in settings.accounts()]
    polls += [SLOWLY.total_seconds()] if settings.budget is not None else []
    pause = ctx.clock.real(LONGEST_PAUSE_SECONDS)
    return Longest(
        lease=ctx.clock.real(LEASE_SECONDS + CLOCKS_APART_SECONDS),
        channel=ctx.clock.real(CHANNEL_SECONDS + CLOCKS_APART_SECONDS),
        pause=pause,
        look_up=pause + _recheck(ctx),
        poll=ctx.clock.real(max(FETCH_SECONDS, *polls, 0)),
        # A reply keeps the time to undo that it was sent with, whatever is set since.
        undo=ctx.clock.real(max(ctx.longest_undo, *(desk.undo for desk in settings.desks)).total_seconds()),
        apart=ctx.clock.real(CLOCKS_APART_SECONDS),
    )


def _recheck(ctx: Context) -> timedelta:
    """Return the longest wait before the last look for a message or a reply whose outcome is not known."""
    delivery = ctx.settings.delivery
    longest = max(delivery.slack_recheck_after, delivery.network_recheck_after)
    return ctx.clock.real(LOOK_UP_FACTOR * longest.total_seconds())
