"""Merge: two threads of one customer become one, and can be taken apart again for a day.

What the customer wrote and the wait that goes on move to the thread that is merged into, each row as it was; timelines
and replies stay where they are and are shown together. New posts of either conversation arrive in that thread.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.cases import merge as merging
from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.transition import add_line, allowed, awake, change, found
from bot.usecases.clock import resolutions
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import labels, merges, messages, posts, threads
from storage.cases.messages import NotePayload
from storage.clock import promises, waits
from storage.engine import Connection, reading, transaction
from storage.replies import replies


def merge(ctx: Context, actor: Actor, thread_id: int, into_id: int, *, owner: str | None = None) -> None:
    """Put a thread into another one of the same customer, which goes on with the clock that runs out first.

    A snooze of either ends, for whoever merges them is at work on them. `owner` says who keeps it where each has an
    owner of its own. Raises Refused: "two_owners" with `owners`, "not_one_customer", "reply_on_its_way",
    "unknown_reply", "merged", "erased", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        both = {number: allowed(connection, ctx, actor, "claim", number) for number in sorted({thread_id, into_id})}
        both = {number: awake(connection, each, at) for number, each in both.items()}
        thread, into = both[thread_id], both[into_id]
        _require_no_doubt(connection, thread_id, into_id)
        away, goes_on = merging.merge(thread, into, owner, at)
        merges.move(connection, thread_id, into_id)
        merges.follow(connection, thread_id, into_id)
        promises.move(connection, thread_id, into_id)
        labels.move(connection, thread_id, into_id)
        goes_on = replace(goes_on, reply_blocked_reason=posts.blocked(connection, into_id))
        _record(connection, into, goes_on, actor, at, thread_id)
        _record(connection, thread, away, replace(actor, idempotency_key=None), at, thread_id)
        for before in (thread, into):
            _tell(connection, ctx, before, EventKind.MERGED, actor, at, thread_id, goes_on)
    ctx.wake()


def candidates(ctx: Context, actor: Actor, thread_id: int) -> list[int]:
    """Return the customer's other open threads, which can be merged into this one.

    Raises Refused: "not_allowed", "unknown_thread".
    """
    with reading(ctx.engine) as connection:
        thread = found(connection, thread_id)
        access.require(ctx, actor, thread.desk, "claim", thread_id)
        place = thread.account, thread.private
        also_open = threads.also_open(connection, thread)
        return [other.id for other in also_open if (other.account, other.private) == place]


def split(ctx: Context, actor: Actor, thread_id: int) -> int:
    """Undo a merge within a day, with what came in since; return the thread that it was merged into.

    Raises Refused: "not_merged", "merge_too_old", "reply_on_its_way", "erased", "not_allowed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        known = threads.get(connection, thread_id)
        into_id = known.merged_into if known and known.merged_into is not None else thread_id
        both = {number: allowed(connection, ctx, actor, "claim", number) for number in sorted({thread_id, into_id})}
        thread, into = both[thread_id], awake(connection, both[into_id], at)
        out = merging.split(thread, at)
        rules.require_no_reply(into)
        merges.move_back(connection, thread_id, into_id)
        promises.move_back(connection, thread_id, into_id)
        still = [number for number in merges.merged_into(connection, [into_id]) if number != thread_id]
        labels.move_back(connection, thread_id, into_id, still)
        out = _apart(connection, out)
        left = _apart(connection, into) if into.waiting_since else into
        out = replace(out, reply_blocked_reason=posts.blocked(connection, thread_id))
        left = replace(left, reply_blocked_reason=posts.blocked(connection, into_id))
        out = replace(out, promised_for=promises.nearest(connection, thread_id))
        left = replace(left, promised_for=promises.nearest(connection, into_id))
        going_on = waits.going_on(connection, both)
        if left.waiting_since is None and into_id in going_on:
            merges.move_open_wait(connection, into_id, thread_id)
        change(connection, into, left, at, actor, EventKind.SPLIT, thread=thread_id, into=into_id)
        second = replace(actor, idempotency_key=None)
        change(connection, thread, out, at, second, EventKind.SPLIT, thread=thread_id, into=into_id)
        _tell(connection, ctx, out, EventKind.SPLIT, actor, at, thread_id, left)
    ctx.wake()
    return into_id


def _record(connection: Connection, before: Thread, after: Thread, actor: Actor, at: datetime, thread_id: int) -> None:
    """Save one of the two without touching its waits: each goes on as it was, wherever it is now."""
    threads.save(connection, before, after)
    resolutions.follow(connection, after, at)
    into_id = after.merged_into or after.id
    add_line(connection, after.id, at, actor, EventKind.MERGED, thread=thread_id, into=into_id)


def _tell(
    connection: Connection,
    ctx: Context,
    about: Thread,
    what: EventKind,
    actor: Actor,
    at: datetime,
    thread_id: int,
    into: Thread,
) -> None:
    """Tell the owner of one of the two under its card what a colleague did with it: an edited card rings nobody."""
    if about.owner is None or about.owner == actor.id:
        return
    people = {"to": about.owner, "by": actor.id, "thread": str(thread_id), "into": str(into.id)}
    if into.owner and into.owner != about.owner:
        people["owner"] = into.owner
    note = messages.note(about.id, ctx.desk_of(about).slack_channel, at, NotePayload(what, people))
    outbox.want_once(connection, note, at=at)


def _apart(connection: Connection, thread: Thread) -> Thread:
    """Return one of two threads that were taken apart: it waits for its own, as is agreed for that by now."""
    of_its_own = waits.going_on(connection, [thread.id]).get(thread.id)
    wait = waits.get(connection, of_its_own) if of_its_own is not None else None
    agreed = rules.as_agreed_for(thread, wait) if wait is not None else thread
    return rules.resume(agreed, posts.oldest_unanswered(connection, thread.id))


def _require_no_doubt(connection: Connection, *thread_ids: int) -> None:
    for number, latest in replies.latest(connection, thread_ids).items():
        if latest.newest is not None and latest.newest.state is ReplyState.UNKNOWN:
            raise Refused(RefusalCode.UNKNOWN_REPLY, thread=number)
