"""A colleague's answer to a request for help, as a start of the reply."""

from __future__ import annotations

from bot.domain.cases.conversation import EventKind
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.transition import allowed
from bot.usecases.desk.context import Actor, Context
from bot.usecases.replies.drafts import begun
from storage.cases import events, merges
from storage.engine import transaction


def begin(ctx: Context, actor: Actor, thread_id: int, event_id: int, typed: str, view_id: str) -> str:
    """Begin a reply with what a colleague answered, and return what the agent goes on with.

    Raises Refused: "erased" if the answer is gone, "no_room", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        allowed(connection, ctx, actor, "reply", thread_id)
        line = events.get(connection, event_id)
        words = str(line.data.get("note") or "") if line and line.kind is EventKind.ADVISED else ""
        if line is None or not words or line.thread_id not in (thread_id, *merges.merged(connection, thread_id)):
            raise Refused(RefusalCode.ERASED, thread=thread_id)
        return begun(connection, ctx, actor, thread_id, words, typed, view_id)
