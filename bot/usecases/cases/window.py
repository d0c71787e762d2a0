"""Windows: until when a network takes an answer to a post. Somebody is reminded before; then the card says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.cases.conversation import EventKind, Post
from bot.domain.cases.mention import Mention
from bot.domain.cases.thread import State, Thread
from bot.domain.clock.calendar import Calendar, before
from bot.networks import network_name
from bot.usecases.cases.transition import add_line, change, locked
from bot.usecases.desk.context import THE_DESK, Context
from storage import outbox
from storage.cases import messages, posts, threads
from storage.cases.messages import NotePayload
from storage.engine import Connection, transaction
from storage.outbox.tasks import task

SOON, OVER = "window_soon", "window_over"
CLOSED = "window"  # the code of a post to which the network takes no answer any more
STEP = timedelta(minutes=15)
AHEAD = timedelta(hours=1)  # of open time, in which somebody can still answer; of a short window a quarter


def is_over(until: datetime | None, at: datetime) -> bool:
    """Tell whether the network takes no answer any more at that time."""
    return until is not None and until <= at


def blocked(mention: Mention, at: datetime) -> str | None:
    """Return why a mention takes no answer at that time; None if it does."""
    return mention.reply_blocked_reason or (CLOSED if is_over(mention.answer_until, at) else None)


def watch(connection: Connection, calendar: Calendar, stored: Iterable[Post], at: datetime) -> None:
    """Have the cards change when these posts take no answer any more, and somebody reminded before."""
    for post in stored:
        if post.answer_until is not None and post.answer_until > at:
            _come_back(connection, SOON, post, _soon(calendar, post, post.answer_until), at)
            _come_back(connection, OVER, post, post.answer_until, at)


def remind(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Tell the owner under the card, or the channel, until when an answer is taken, if the target ends later."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread, post = _found(connection, arguments)
        if thread is None or post is None or post.answer_until is None or is_over(post.answer_until, at):
            return
        soon = _soon(ctx.desk_of(thread).calendar(at), post, post.answer_until)
        if soon > at:
            _come_back(connection, SOON, post, soon, at)
        elif _needs_a_reminder(connection, thread, post) and thread.desk in ctx.ringing(at):
            until = post.answer_until.isoformat()
            add_line(connection, thread.id, at, THE_DESK, EventKind.WINDOW_CLOSES, until=until)
            people = {"to": thread.owner or "", "network": network_name(thread.account), "until": until}
            told = NotePayload(EventKind.WINDOW_CLOSES, people)
            outbox.want_once(connection, messages.note(thread.id, ctx.channel_of(thread), at, told), at=at)
    ctx.wake()


def close(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Record that the network takes no answer to a post any more. The card then leads to the post itself.

    It is a line in the timeline where somebody waits for that answer.
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread, post = _found(connection, arguments)
        if thread is None or post is None or post.answer_until is None or post.reply_blocked_reason:
            return
        if post.answer_until > at:
            _come_back(connection, OVER, post, post.answer_until, at)
            return
        posts.block(connection, post.id, CLOSED)
        after = replace(thread, reply_blocked_reason=posts.blocked(connection, thread.id))
        if after == thread:  # a newer post takes an answer still
            return
        if thread.state is State.WAITING:
            change(connection, thread, after, at, THE_DESK, EventKind.WINDOW_CLOSED)
        else:
            threads.save(connection, thread, after)
            outbox.refresh(connection, thread.id, at=at)
    ctx.wake()


def _soon(calendar: Calendar, post: Post, until: datetime) -> datetime:
    return before(calendar, until, min(AHEAD, (until - post.posted_at) / 4))


def _come_back(connection: Connection, name: str, post: Post, when: datetime, at: datetime) -> None:
    """Have the task run at that time, on its way there in steps: nothing in the outbox waits longer."""
    wanted = task(name, post.id, {"post": post.id}, thread_id=post.thread_id)
    outbox.want(connection, wanted, at=min(max(when, at), at + STEP))


def _needs_a_reminder(connection: Connection, thread: Thread, post: Post) -> bool:
    """Tell whether the customer waits for an answer to this post, which nothing else reminds of in time."""
    answers = posts.to_answer(connection, thread.id)
    reminded_of = thread.due_at is not None and post.answer_until is not None and thread.due_at <= post.answer_until
    waits = thread.state is State.WAITING and not thread.is_being_answered
    return waits and not reminded_of and answers is not None and answers.id == post.id


def _found(connection: Connection, arguments: Mapping[str, Any]) -> tuple[Thread | None, Post | None]:
    """Return the post and its thread, locked; None where there is nothing to do about them."""
    known = next(iter(posts.by_id(connection, [int(arguments["post"])])), None)
    thread = locked(connection, known.thread_id) if known else None
    if known is None or thread is None or thread.erased_at or known.deleted_at:
        return None, None
    return thread, next(iter(posts.by_id(connection, [known.id])), None)
