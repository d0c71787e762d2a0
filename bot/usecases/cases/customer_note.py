"""Note: what colleagues should know of a customer. It is a line of a thread's timeline, and nobody outside reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Action, Thread
from bot.domain.clock.waits import WaitOutcome
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.customers.contact import door
from bot.usecases.cases.transition import add_line, allowed, change
from bot.usecases.desk.context import Actor, Context
from storage.engine import Connection, transaction


def note(ctx: Context, actor: Actor, thread_id: int, words: str) -> bool:
    """Write a note about a thread's customer; tell whether it is of a contact with one who waits on by the clock.

    One that tells of a contact by phone, mail or at the counter answers the customer who waits there, if the desk
    counts it so. Raises Refused: "note_missing", "erased", "merged", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        if thread.erased_at or thread.merged_into is not None:
            rules.require(thread, Action.RECEIVE)
        if not clean(words):
            raise Refused(RefusalCode.NOTE_MISSING, thread=thread_id)
        at, said, by = ctx.clock.now(), clean(words), door(words)
        add_line(connection, thread_id, at, actor, EventKind.NOTED, note=said, **({"door": by.value} if by else {}))
        if by is not None and ctx.desk_of(thread).contacts == "answer" and thread.pending_reply_id is None:
            thread = _answer(connection, thread, said, replace(actor, idempotency_key=None), at)
    ctx.wake()
    return by is not None and thread.waiting_since is not None


def _answer(connection: Connection, thread: Thread, said: str, actor: Actor, at: datetime) -> Thread:
    """Let a contact end what the customer waits for, and keep what was promised to them; return the thread."""
    if thread.allows(Action.CLOSE):
        after = rules.contacted(thread, said, at)
        change(connection, thread, after, at, actor, EventKind.CONTACTED, outcome=WaitOutcome.CONTACT)
        return after
    if thread.promised_for is not None:
        change(connection, thread, thread, at, actor, EventKind.CONTACTED)
    return thread
