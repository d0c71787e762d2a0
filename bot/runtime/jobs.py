"""The ticks. APScheduler serves only as a clock: every deadline is a row, and every tick is one use case."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from slack_sdk import WebClient

from bot.delivery.do_not_disturb import asking
from bot.delivery.roster import SlackPeople
from bot.platform.logs import Sparing
from bot.settings import AccountConfig, Desk
from bot.usecases.alerts import backlog, volume_spike
from bot.usecases.cases import ageing, escalation_nag, home, promises, snooze
from bot.usecases.desk import budget, desk_takeover, roster_reading, settings
from bot.usecases.desk.context import Context
from bot.usecases.incidents import members
from bot.usecases.intake import feed_health, ingest, recheck, references, sweep
from bot.usecases.knowledge import meaning
from bot.usecases.listening import search
from bot.usecases.privacy import retention
from bot.usecases.reminders import absence, late_list, listings, nag, resolution_nag, shift_change
from bot.usecases.replies import approval, outside_answers
from bot.usecases.reports import feedback, spend, standup, webhooks
from storage.engine import DatabaseError, cause

log = logging.getLogger(__name__)

NETWORKS = "networks"  # the executor of what asks a network, reads a roster, or asks Slack
TICK_SECONDS = 0.5
OVERVIEW_SECONDS = 2
WATCH_SECONDS = 60
SETTLE_SECONDS = 10
ASK_SECONDS = 5


def schedule(ctx: Context, client: WebClient) -> BackgroundScheduler:
    """Build a scheduler that is not started yet.

    It polls and searches every network, reminds, queues the standups and the weekly feedback, deletes what is old,
    stores what the networks bill, reads rosters, and watches for anything unusual.
    """
    accounts = ctx.settings.accounts()
    quietly = partial(_quietly, ctx.database_troubles)
    scheduler = BackgroundScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        # A thread for each job that asks a network: one that hangs delays neither another account nor the desk's own.
        executors={"default": ThreadPoolExecutor(10), NETWORKS: ThreadPoolExecutor(4 * len(accounts) + 1)},
    )
    # Before anything else: a standup that falls due soon is owed, every thread has a desk, and a new hook is told
    # of whatever happens from now on.
    begin = _until_done(partial(standup.begin, ctx))
    for first in (begin, partial(desk_takeover.pass_on, ctx), partial(webhooks.begin, ctx)):
        quietly(first)()
    ticks: list[Callable[[], object]] = [
        begin,
        partial(nag.tick, ctx),
        partial(escalation_nag.tick, ctx),
        partial(snooze.tick, ctx),
        partial(promises.tick, ctx),
        partial(resolution_nag.tick, ctx),
        partial(ageing.tick, ctx),
        partial(standup.tick, ctx),
        partial(retention.tick, ctx),
    ]
    for tick in ticks:
        scheduler.add_job(quietly(tick), "interval", seconds=TICK_SECONDS)
    for desk, account in accounts:
        if not account.spec.is_asked:
            continue
        asks: list[Callable[[], object]] = [
            partial(_read, ctx, desk, account),
            partial(_sweep, ctx, desk, account),
            partial(_look_up, ctx, account),
        ]
        if any(rule.account == account.key for rule in ctx.settings.listening):
            asks.append(partial(search.tick, ctx, account))
        for ask in asks:
            scheduler.add_job(quietly(ask), "interval", seconds=TICK_SECONDS, executor=NETWORKS)
    read_rosters = partial(roster_reading.tick, ctx, SlackPeople(ctx, client))
    scheduler.add_job(quietly(read_rosters), "interval", seconds=OVERVIEW_SECONDS, executor=NETWORKS)
    scheduler.add_job(quietly(partial(home.tick, ctx)), "interval", seconds=home.EVERY_SECONDS)
    scheduler.add_job(quietly(partial(webhooks.tick, ctx)), "interval", seconds=OVERVIEW_SECONDS)
    rings = (late_list.tick, listings.tick, shift_change.tick, absence.tick, approval.tick)
    for look in (members.tick, backlog.tick, *rings):
        scheduler.add_job(quietly(partial(look, ctx)), "interval", seconds=OVERVIEW_SECONDS)
    # Passed on again and again: a process with the config of before may still take something in while it ends.
    for watch in (budget.tick, volume_spike.tick, feed_health.tick, feedback.tick, desk_takeover.pass_on):
        scheduler.add_job(quietly(partial(watch, ctx)), "interval", seconds=WATCH_SECONDS)
    scheduler.add_job(quietly(asking(ctx, client)), "interval", seconds=ASK_SECONDS, executor=NETWORKS)
    scheduler.add_job(quietly(partial(meaning.tick, ctx)), "interval", seconds=meaning.EVERY_SECONDS)
    scheduler.add_job(quietly(partial(spend.settle, ctx)), "interval", seconds=SETTLE_SECONDS)
    return scheduler


def follow_settings(ctx: Context) -> BackgroundScheduler:
    """Build a scheduler, not started yet, that takes over what is set in Slack, in whichever process that was."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    look = _quietly(ctx.database_troubles, partial(settings.refresh, ctx))
    look()  # before the first click and the first tick
    scheduler.add_job(look, "interval", seconds=settings.EVERY_SECONDS)
    return scheduler


def _read(ctx: Context, desk: Desk, account: AccountConfig) -> None:
    """Read what customers have written and then, so that it finds its thread, what our account has answered.

    `desk` is as it was at the start; what was set in Slack since then holds.
    """
    ingest.poll(ctx, ctx.settings.desk(desk.stable_key), account)
    outside_answers.poll(ctx, account, partial(feed_health.answers_read, ctx, account.key))


def _sweep(ctx: Context, desk: Desk, account: AccountConfig) -> None:
    sweep.tick(ctx, ctx.settings.desk(desk.stable_key), account)
    outside_answers.sweep(ctx, account)


def _look_up(ctx: Context, account: AccountConfig) -> None:
    """Ask for what new posts refer to, which agents wait for, and then after stored posts."""
    references.tick(ctx, account)
    recheck.tick(ctx, account)


def _until_done(work: Callable[[], object]) -> Callable[[], None]:
    """Wrap work that needs the database at start: try it at every tick until it has succeeded once."""
    left = [work]

    def run() -> None:
        if left:
            left[0]()
            left.clear()

    return run


def _quietly(troubles: Sparing, tick: Callable[[], object]) -> Callable[[], None]:
    """Wrap a tick so that a failure is logged and the next tick tries again."""

    def run() -> None:
        try:
            tick()
        except DatabaseError as error:
            troubles.warn(log, "database not reached, or it takes nothing; the next tick tries again", cause(error))
        except Exception:
            log.exception("a tick failed; the next one tries again")

    return run
