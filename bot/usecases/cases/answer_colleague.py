"""Answer a colleague who asked for help: the owner reads it under the card and in a direct message."""

from __future__ import annotations

from bot.domain.cases.conversation import Escalation, EventKind
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.transition import change, found, locked
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import escalations, messages
from storage.engine import Connection, reading, transaction


def asked(ctx: Context, actor: Actor, request_id: int) -> Escalation:
    """Return the request if the actor may answer it from where they are. Raises Refused("unknown_thread")."""
    with reading(ctx.engine) as connection:
        return _asked(connection, ctx, actor, request_id)


def answer_colleague(ctx: Context, actor: Actor, request_id: int, words: str) -> str:
    """Answer the request; return the Slack id of who is told: the thread's owner, or else who asked.

    The request stays with whoever was asked until now, but waits no longer. Raises Refused: "empty", "erased",
    "unknown_thread".
    """
    at, words = ctx.clock.now(), words.strip()
    with transaction(ctx.engine) as connection:
        request = _asked(connection, ctx, actor, request_id)
        before = locked(connection, request.thread_id)
        if before.erased_at is not None:
            raise Refused(RefusalCode.ERASED, thread=before.id)
        if not words:
            raise Refused(RefusalCode.EMPTY, thread=before.id)
        to = before.owner or request.by
        escalations.answer(connection, request.id, actor.id, at)
        line = change(connection, before, before, at, actor, EventKind.ADVISED, to=to, note=words)
        desk = ctx.settings.desk_if_any(before.desk)
        if desk is not None:
            outbox.want_once(connection, messages.said(before.id, desk.slack_channel, line), at=at)
        outbox.want_once(connection, messages.said_directly(before.id, to, line), at=at)
    ctx.wake()
    return to


def _asked(connection: Connection, ctx: Context, actor: Actor, request_id: int) -> Escalation:
    request = escalations.get(connection, request_id)
    if request is None:
        raise Refused(RefusalCode.UNKNOWN_THREAD, number=request_id)
    thread = found(connection, request.thread_id)
    access.require_sight(ctx, actor, thread.desk, thread.id)
    return request
