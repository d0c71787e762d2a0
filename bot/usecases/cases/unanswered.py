"""Unanswered: the customer has an answer of ours no more, so they go on waiting since they did."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, Reply
from bot.domain.cases.thread import State, Thread
from bot.domain.clock.waits import WaitOutcome
from bot.usecases.cases.transition import add_line, change, end_pause
from bot.usecases.clock import resolutions
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import merges, posts, threads
from storage.clock import promises, waits
from storage.engine import Connection
from storage.replies import replies

REST_SECONDS = 60  # in which nobody is reminded: whoever must act has just been told


def go_on(
    connection: Connection,
    ctx: Context,
    before: Thread,
    gone: Reply,
    at: datetime,
    actor: Actor,
    kind: EventKind,
    **details: Any,
) -> int:
    """Record that the customer has `gone` no more, in the transaction that moved it; return the timeline's line.

    `before` is the thread that it was said in, or the one that goes on with that.

    What it answered waits again as if it had never been answered, unless a later reply of ours answers it, or the
    thread was closed since: then that ended the wait, and who has written since waits as they do. A promise that it
    made is taken back, one that it kept is open.
    """
    ended = waits.ended_with(connection, gone.thread_id, gone.sent_at) if gone.sent_at else []
    open_before = posts.unanswered(connection, before.id)
    instead = posts.unanswer(connection, gone)
    open_again = posts.unanswered(connection, before.id) - open_before
    rest_until = ctx.after(REST_SECONDS)
    promises.unmake(connection, before.id, gone, at, rest_until)
    posts.take_away(connection, before.account, gone, at)
    before = replace(before, promised_for=promises.nearest(connection, before.id))
    oldest = posts.oldest_unanswered(connection, before.id)
    outbox.refresh_overviews(connection, at=at)
    if oldest is not None and open_again and ended:
        return _waits_again(connection, before, gone, ended, oldest, rest_until, at, actor, kind, details)
    otherwise = _ended_otherwise(connection, before.id, ended, gone, instead, at) if ended else None
    first = _first(connection, before, gone) or otherwise
    after = replace(before, first_response_at=first)
    if oldest is not None:
        after = rules.receive(after, oldest)
    elif after.state is State.ANSWERED and first is None:
        after = rules.settled(after, State.CLOSED)
    return change(connection, before, after, at, actor, kind, **details)


def _waits_again(
    connection: Connection,
    before: Thread,
    gone: Reply,
    ended: list[int],
    oldest: datetime,
    rest_until: datetime,
    at: datetime,
    actor: Actor,
    kind: EventKind,
    details: dict[str, Any],
) -> int:
    if before.snoozed_until is not None:
        end_pause(connection, before.id, at)
    if before.id != gone.thread_id:
        merges.bring(connection, gone.thread_id, before.id, ended)
    wait = waits.go_on(connection, ended)
    after = rules.unanswered(before, wait, oldest, _first(connection, before, gone), rest_until)
    threads.save(connection, before, after)
    waits.follow(connection, replace(before, waiting_since=wait.started_at), after, at, None, actor.id)
    resolutions.follow(connection, after, at)
    return add_line(connection, before.id, at, actor, kind, **details)


def _ended_otherwise(
    connection: Connection, thread_id: int, ended: list[int], gone: Reply, instead: set[int], at: datetime
) -> datetime | None:
    """Record what has ended these waits if it was not this reply: a later one, a close, or that the posts are gone.

    Returns when the customer was answered, if they were.
    """
    later = [reply for number in instead if (reply := replies.get(connection, number)) and reply.sent_at]
    if later:
        last = max(later, key=lambda reply: reply.sent_at or at)
        waits.end_otherwise(connection, ended, last.sent_at or at, WaitOutcome.ANSWERED, last.author)
        return last.sent_at
    other = waits.dismissed(connection, thread_id, gone.sent_at or at)
    if other is None or other.ended_at is None or other.outcome is None:
        waits.end_otherwise(connection, ended, at, WaitOutcome.WITHDRAWN, "")
        return None
    waits.end_otherwise(connection, ended, other.ended_at, other.outcome, other.ended_by)
    return other.ended_at if other.answered else None


def _first(connection: Connection, thread: Thread, gone: Reply) -> datetime | None:
    """Return when the customer had the first of the answers that they have still."""
    if thread.first_response_at != gone.sent_at:
        return thread.first_response_at
    return replies.first_answer(connection, thread.id)
