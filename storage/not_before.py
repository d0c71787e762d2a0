"""One rule for every stored "not before": it waits no longer than it can have been meant to.

A later instant was written while a clock was wrong, and is void: the present takes its place. The same holds for a
past, such as when a posting began or a reply was tried, that lies in the future.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func, select, true, update

from storage.common import job_locks
from storage.outbox.kinds import MessageKind
from storage.tables import (
    agent,
    backlog,
    desk,
    feed,
    job_lock,
    late_list,
    listening,
    outbox,
    post,
    rate_bucket,
    reply,
    roster,
    volume_spike,
)

NEWEST_REPLIES = 1000  # those of a wrong clock are among the newest, and no index finds them otherwise
RECHECK = timedelta(days=32)  # an old post is looked up once a month
LOGGED = 20  # instants that are named of each column


@dataclass(frozen=True, slots=True)
class Rule:
    """`column` lies at most `longest` ahead, where `where` holds; else it becomes the present, less `back`.

    `name` is the column that says in the log whose instant it was.
    """

    column: Column[Any]
    name: Column[Any]
    longest: timedelta
    back: timedelta = timedelta(0)
    where: ColumnElement[bool] | None = None

    def beyond(self, at: datetime) -> ColumnElement[bool]:
        """Build the condition for what is void at `at`."""
        where = true() if self.where is None else self.where
        return (self.column > at + self.longest) & where


@dataclass(frozen=True, slots=True)
class Void:
    """One instant that was void: where it stood, whose it was, and what it said."""

    column: str
    name: str
    instant: datetime


@dataclass(frozen=True, slots=True)
class Longest:
    """How long things may wait, at most.

    `lease` is for work in hand, `channel` for a place in Slack, `pause` for what is tried again, `look_up` for what is
    looked for after a lost answer, `poll` for a feed that answers and for other jobs, `undo` for a reply before it is
    sent. `apart` is how far the clocks of two processes may differ, and so the most that a past can lie ahead.
    """

    lease: timedelta
    channel: timedelta
    pause: timedelta
    look_up: timedelta
    poll: timedelta
    undo: timedelta
    apart: timedelta


def void(connection: Connection, longest: Longest, at: datetime) -> list[Void]:
    """Return the instants that are void at `at`, as they stand."""
    return [
        Void(f"{rule.column.table.name}.{rule.column.name}", str(name), instant)
        for rule in _rules(longest)
        for name, instant in connection.execute(select(rule.name, rule.column).where(rule.beyond(at)).limit(LOGGED))
    ]


def correct(connection: Connection, longest: Longest, at: datetime) -> None:
    """Put the present, or for a past an instant before it, in the place of every instant that is void at `at`."""
    for rule in _rules(longest):
        changed = {rule.column.name: at - rule.back}
        connection.execute(update(rule.column.table).where(rule.beyond(at)).values(changed))


def _rules(longest: Longest) -> tuple[Rule, ...]:
    pending = outbox.c.generation > outbox.c.delivered_generation
    sends, looks = outbox.c.kind == MessageKind.REPLY, outbox.c.kind.in_((MessageKind.LOOK_UP, MessageKind.SWEEP))
    of_network = rate_bucket.c.name.contains(":")
    newest = reply.c.id > select(func.max(reply.c.id) - NEWEST_REPLIES).scalar_subquery()
    answering = feed.c.failing_since.is_(None)
    hourly = job_lock.c.name == job_locks.RETENTION
    pause, apart, day = longest.pause, longest.apart, timedelta(days=1)
    poll = longest.poll + apart
    return (
        Rule(rate_bucket.c.free_at, rate_bucket.c.name, longest.channel, where=~of_network),
        Rule(rate_bucket.c.free_at, rate_bucket.c.name, pause, where=of_network),
        Rule(job_lock.c.free_at, job_lock.c.name, job_locks.HOURLY, where=hourly),
        Rule(job_lock.c.free_at, job_lock.c.name, max(pause, poll), where=~hourly),
        Rule(feed.c.leased_until, feed.c.account, poll, where=answering),
        Rule(feed.c.leased_until, feed.c.account, max(pause, poll), where=~answering),
        Rule(listening.c.leased_until, listening.c.rule, max(pause, poll)),
        Rule(outbox.c.leased_until, outbox.c.key, longest.lease, where=pending),
        Rule(outbox.c.available_at, outbox.c.key, pause, where=pending & ~sends & ~looks),
        Rule(outbox.c.available_at, outbox.c.key, longest.look_up, where=pending & looks),
        Rule(outbox.c.available_at, outbox.c.key, longest.look_up + longest.undo, where=pending & sends),
        Rule(reply.c.send_at, reply.c.id, longest.look_up + longest.undo, where=newest),
        Rule(post.c.recheck_at, post.c.id, RECHECK),
        # A past: what began then is looked up from then on, so it becomes an instant before the true one.
        Rule(outbox.c.post_started_at, outbox.c.key, apart, back=day, where=pending),
        Rule(reply.c.tried_at, reply.c.id, apart, where=newest),
        Rule(reply.c.created_at, reply.c.id, apart, back=day, where=newest & reply.c.sent_at.is_(None)),
        # A past from which the desk counts how long something has lasted, or how fresh it is.
        Rule(feed.c.fetched_at, feed.c.account, apart),
        Rule(feed.c.answers_since, feed.c.account, apart),
        Rule(feed.c.failing_since, feed.c.account, apart),
        Rule(feed.c.unread_since, feed.c.account, apart),
        Rule(listening.c.failing_since, listening.c.rule, apart),
        Rule(agent.c.fetched_at, agent.c.id, apart, back=day),
        Rule(desk.c.since, desk.c.name, apart),
        Rule(backlog.c.shown_at, backlog.c.id, apart, where=backlog.c.ended_at.is_(None)),
        Rule(late_list.c.shown_at, late_list.c.id, apart, where=late_list.c.ended_at.is_(None)),
        Rule(roster.c.read_at, roster.c.desk, apart),
        Rule(roster.c.failing_since, roster.c.desk, apart),
        Rule(roster.c.handed_at, roster.c.desk, apart),
        Rule(volume_spike.c.calm_since, volume_spike.c.id, apart, where=volume_spike.c.ended_at.is_(None)),
    )
