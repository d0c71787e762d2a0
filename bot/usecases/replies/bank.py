"""The knowledge bank while a reply is written: a start that must be changed, and what becomes of it."""

from __future__ import annotations

from bot.domain.cases.conversation import NOT_THERE, Reply, ReplyState
from bot.domain.cases.thread import Thread
from bot.domain.knowledge.entry import Entry
from bot.domain.replies import copies
from bot.domain.replies.copies import Written
from bot.usecases.cases.transition import allowed
from bot.usecases.desk.context import Actor, Context
from bot.usecases.knowledge.entries import standing
from bot.usecases.replies.drafts import begun
from storage.cases import drafts
from storage.engine import Connection, transaction
from storage.knowledge import entries, taught, uses
from storage.replies import replies


def begin(ctx: Context, actor: Actor, thread_id: int, entry_id: int, typed: str, view_id: str) -> str:
    """Begin a reply with an entry's answer, and return what the agent goes on with: what they typed stays below it.

    Raises Refused: "unknown_entry", "no_room", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        answer = standing(connection, thread.desk, entry_id).answer
        text = begun(connection, ctx, actor, thread_id, answer, typed, view_id)
        drafts.begin_with(connection, thread_id, actor.id, entry_id)
    return text


def start_of(connection: Connection, thread_id: int, agent: str) -> Entry | None:
    """Return the entry that an agent began with, or did when they wrote what they go on with now; None if with none."""
    begun = drafts.get(connection, thread_id, agent)
    number = begun.bank_entry_id if begun else None
    if number is None:
        before = replies.last_written(connection, thread_id)
        if before and before.author == agent and before.state in (ReplyState.AWAITING, *NOT_THERE):
            number = uses.entry_of(connection, before.id)
    return entries.get(connection, number) if number else None


def used(connection: Connection, thread: Thread, reply_id: int, body: str, start: Entry | None) -> None:
    """Store how much a reply keeps of the entry that it was begun with, if there is one; its words may change."""
    if start is not None:
        kept = copies.alike(Written(body, thread.customer_name), Written(start.answer, ""))
        uses.keep(connection, reply_id, start.id, kept)


def edited(connection: Connection, thread: Thread, reply_id: int, body: str) -> None:
    """Store anew how much a reply keeps, because a colleague gave it other words."""
    number = uses.entry_of(connection, reply_id)
    used(connection, thread, reply_id, body, entries.get(connection, number) if number is not None else None)


def taught_by(connection: Connection, reply: Reply) -> None:
    """Let the posts that a reply answered teach the entry that it was begun with."""
    entry_id = uses.entry_of(connection, reply.id)
    if entry_id is not None:
        taught.teach_answered(connection, entry_id, reply.id)
