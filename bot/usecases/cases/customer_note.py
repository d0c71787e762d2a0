"""Note: what colleagues should know of a customer. It is a line of a thread's timeline, and nobody outside reads it."""

from __future__ import annotations

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Action
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.transition import add_line, allowed
from bot.usecases.desk.context import Actor, Context
from storage.engine import transaction


def note(ctx: Context, actor: Actor, thread_id: int, words: str) -> None:
    """Write a note about a thread's customer.

    Raises Refused: "note_missing", "erased", "merged", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        if thread.erased_at or thread.merged_into is not None:
            rules.require(thread, Action.RECEIVE)
        if not clean(words):
            raise Refused(RefusalCode.NOTE_MISSING, thread=thread_id)
        add_line(connection, thread_id, ctx.clock.now(), actor, EventKind.NOTED, note=clean(words))
    ctx.wake()
