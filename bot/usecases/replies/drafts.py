"""Drafts: what an agent has typed and not sent is kept for an hour, and offered again when they open the modal."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.common.errors import Refused
from bot.usecases.cases.alive import alive
from bot.usecases.cases.transition import locked
from bot.usecases.desk.context import Context
from storage.cases import drafts
from storage.cases.drafts import StoredDraft
from storage.engine import Connection, transaction
from storage.replies import replies

KEPT = timedelta(hours=1)


def opened(ctx: Context, agent: str, thread_id: int, view_id: str) -> None:
    """Record which modal the agent has open, and that they work on the thread if it is theirs."""
    with transaction(ctx.engine) as connection:
        if _stands(connection, thread_id):
            at = ctx.clock.now()
            drafts.opened(connection, thread_id, agent, view_id, at)
            alive(connection, thread_id, agent, at)


def keep(ctx: Context, agent: str, thread_id: int, text: str, at: datetime, *, view_id: str | None = None) -> None:
    """Keep what the agent had typed at `at`. `view_id` is the modal, if it is still open."""
    with transaction(ctx.engine) as connection:
        drafts.delete_before(connection, at - KEPT)
        if _stands(connection, thread_id):
            drafts.keep(connection, StoredDraft(thread_id, agent, text, at, view_id))
            alive(connection, thread_id, agent, at)


def closed(ctx: Context, agent: str, thread_id: int, view_id: str) -> None:
    """Record that the agent closed a modal that had no field any more."""
    with transaction(ctx.engine) as connection:
        drafts.closed(connection, thread_id, agent, view_id)


def kept(connection: Connection, thread_id: int, agent: str, at: datetime) -> StoredDraft | None:
    """Return what the agent can go on with at `at`, if there is any.

    What was typed before their latest reply went into that reply, even if Slack told of it late.
    """
    draft = drafts.get(connection, thread_id, agent)
    if draft is None or not draft.text.strip() or draft.typed_at < at - KEPT:
        return None
    written = replies.latest_of(connection, agent, thread_id)
    return None if written and written[0].created_at >= draft.typed_at else draft


def _stands(connection: Connection, thread_id: int) -> bool:
    """Lock the thread, so that it is not erased meanwhile; return False if it was, or if there is none."""
    try:
        return locked(connection, thread_id).erased_at is None
    except Refused:
        return False
