"""The knowledge bank while a reply is written: a start that must be changed, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.conversation import Reply
from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.replies import copies
from bot.domain.replies.copies import Written
from bot.domain.replies.second_look import Finding, FromBank
from bot.usecases.cases.transition import allowed
from bot.usecases.desk.context import Actor, Context
from bot.usecases.knowledge.entries import standing
from storage.cases import drafts
from storage.cases.drafts import StoredDraft
from storage.engine import Connection, transaction
from storage.knowledge import entries, taught, uses

ROOM = 3_000  # characters that a field in Slack takes


def begin(ctx: Context, actor: Actor, thread_id: int, entry_id: int, typed: str, view_id: str) -> str:
    """Begin a reply with an entry's answer, and return what the agent goes on with: what they typed stays below it.

    Raises Refused: "unknown_entry", "no_room", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        answer = standing(connection, thread.desk, entry_id).answer
        text = typed if typed.startswith(answer) else f"{answer}\n\n{typed}" if typed.strip() else answer
        if len(text) > ROOM:
            raise Refused(RefusalCode.NO_ROOM)
        drafts.keep(connection, StoredDraft(thread_id, actor.id, text, ctx.clock.now(), view_id))
        drafts.begin_with(connection, thread_id, actor.id, entry_id)
    return text


def require_own_words(thread: Thread, body: str, found: Iterable[Finding]) -> None:
    """Raise Refused("unchanged") if the reply is an answer of the knowledge bank as it stands there."""
    for each in found:
        if isinstance(each, FromBank) and each.alike >= copies.UNCHANGED:
            same = copies.kept_sentence(Written(body, thread.customer_name), Written(each.text, ""))
            raise Refused(RefusalCode.UNCHANGED, thread=thread.id, name=same)


def used(connection: Connection, thread: Thread, reply: Reply, body: str) -> None:
    """Store how much a reply kept of the entry that its author began with, if there is one."""
    begun = drafts.get(connection, thread.id, reply.author)
    entry = entries.get(connection, begun.bank_entry_id) if begun and begun.bank_entry_id else None
    if entry is not None:
        kept = copies.alike(Written(body, thread.customer_name), Written(entry.answer, ""))
        uses.add(connection, reply.id, entry.id, kept)


def taught_by(connection: Connection, reply: Reply) -> None:
    """Let the posts that a reply answered teach the entry that it was begun with."""
    entry_id = uses.entry_of(connection, reply.id)
    if entry_id is not None:
        taught.teach_answered(connection, entry_id, reply.id)
