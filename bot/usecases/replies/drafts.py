"""Drafts: what an agent has typed and not sent is kept for an hour, and offered again when they open the modal."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.cases import thread as rules
from bot.domain.cases.picture import Picture
from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.alive import alive
from bot.usecases.cases.transition import locked
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import drafts, threads
from storage.cases.drafts import StoredDraft
from storage.engine import Connection, transaction
from storage.replies import replies

KEPT = timedelta(hours=1)
ROOM = 3_000  # characters that a field in Slack takes


def opened(ctx: Context, agent: str, thread_id: int, view_id: str) -> None:
    """Record which modal the agent has open, for their colleagues to see, and that they work on what is theirs."""
    with transaction(ctx.engine) as connection:
        if thread := _standing(connection, thread_id):
            at = ctx.clock.now()
            drafts.opened(connection, thread_id, agent, view_id, at)
            _show(connection, thread, rules.writes(thread, agent, at), at)
            alive(connection, thread_id, agent, at)
    ctx.wake()


def keep(
    ctx: Context,
    agent: str,
    thread_id: int,
    text: str,
    at: datetime,
    *,
    view_id: str | None = None,
    picture: Picture | None = None,
) -> None:
    """Keep what the agent had typed and chosen at `at`. `view_id` is the modal, if it is still open."""
    with transaction(ctx.engine) as connection:
        drafts.delete_before(connection, at - KEPT)
        if thread := _standing(connection, thread_id):
            drafts.keep(connection, StoredDraft(thread_id, agent, text, at, view_id, picture=picture))
            if view_id is None:
                _show(connection, thread, rules.stops_writing(thread, agent), at)
            alive(connection, thread_id, agent, at)
    ctx.wake()


def begun(
    connection: Connection, ctx: Context, actor: Actor, thread_id: int, start: str, typed: str, view_id: str
) -> str:
    """Begin a draft with these words, and return what the agent goes on with: what they typed stays below it.

    Raises Refused("no_room").
    """
    text = typed if typed.startswith(start) else f"{start}\n\n{typed}" if typed.strip() else start
    if len(text) > ROOM:
        raise Refused(RefusalCode.NO_ROOM)
    before = drafts.get(connection, thread_id, actor.id)
    chosen = before.picture if before else None
    drafts.keep(connection, StoredDraft(thread_id, actor.id, text, ctx.clock.now(), view_id, picture=chosen))
    return text


def closed(ctx: Context, agent: str, thread_id: int, view_id: str) -> None:
    """Record that the agent closed a modal that had no field any more."""
    with transaction(ctx.engine) as connection:
        drafts.closed(connection, thread_id, agent, view_id)
        if thread := _standing(connection, thread_id):
            _show(connection, thread, rules.stops_writing(thread, agent), ctx.clock.now())
    ctx.wake()


def kept(connection: Connection, thread_id: int, agent: str, at: datetime) -> StoredDraft | None:
    """Return what the agent can go on with at `at`, if there is any.

    What was typed before their latest reply went into that reply, even if Slack told of it late.
    """
    draft = drafts.get(connection, thread_id, agent)
    if draft is None or not (draft.text.strip() or draft.picture) or draft.typed_at < at - KEPT:
        return None
    written = replies.latest_of(connection, agent, thread_id)
    return None if written and written[0].created_at >= draft.typed_at else draft


def _standing(connection: Connection, thread_id: int) -> Thread | None:
    """Lock the thread, so that it is not erased meanwhile; return None if it was, or if there is none."""
    try:
        thread = locked(connection, thread_id)
    except Refused:
        return None
    return None if thread.erased_at else thread


def _show(connection: Connection, before: Thread, after: Thread, at: datetime) -> None:
    """Store who writes, and have the card say so."""
    if after != before:
        threads.save(connection, before, after)
        outbox.refresh(connection, after.id, at=at)
