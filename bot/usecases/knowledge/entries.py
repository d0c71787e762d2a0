"""What the team writes into its knowledge bank, changes there, says is still right, and takes out."""

from __future__ import annotations

from datetime import date

from bot.domain.cases.conversation import Reply, ReplyState
from bot.domain.cases.thread import Thread
from bot.domain.common import language
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.knowledge.entry import LONGEST_ANSWER, LONGEST_QUESTION, Entry
from bot.domain.knowledge.words import anonymous, in_one_line, numbers_in, unsigned, without
from bot.settings import Desk
from bot.usecases.cases.transition import found
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.usecases.knowledge import review
from bot.usecases.knowledge.bank import changeable
from bot.views.knowledge.models import EntryForm
from storage import outbox
from storage.cases import labels, posts
from storage.customers import reference_numbers
from storage.engine import Connection, reading, transaction
from storage.knowledge import entries, taught
from storage.knowledge.entries import EntryText
from storage.replies import replies


def blank(ctx: Context, actor: Actor, desk: Desk) -> EntryForm:
    """Return an empty form. Raises Refused("not_allowed")."""
    access.require_at(ctx, actor, desk.stable_key, "reply")
    return EntryForm(desk.stable_key, desk.label_names, actor.id)


def from_reply(ctx: Context, actor: Actor, reply_id: int) -> EntryForm:
    """Return the form with what a customer asked and what they were answered, without what tells who they are.

    Raises Refused: "not_answered", "unknown_thread", "not_allowed".
    """
    with reading(ctx.engine) as connection:
        reply = replies.get(connection, reply_id)
        if reply is None:
            raise Refused(RefusalCode.UNKNOWN_THREAD, number=reply_id)
        return _from_reply(connection, ctx, actor, reply)


def from_message(ctx: Context, actor: Actor, channel: str, *message_ts: str) -> EntryForm:
    """Return the same for the latest answer in the thread that a message in Slack shows, or the one above it.

    Raises Refused: "no_customer" if they show none, and those of `from_reply`.
    """
    with reading(ctx.engine) as connection:
        shown = outbox.threads_shown(connection, channel, message_ts)
        thread_id = next((shown[ts] for ts in message_ts if ts in shown), None)
        if thread_id is None:
            raise Refused(RefusalCode.NO_CUSTOMER)
        access.require(ctx, actor, found(connection, thread_id).desk, "reply", thread_id)
        newest = replies.get(connection, replies.newest_sent(connection, thread_id))
        if newest is None:
            raise Refused(RefusalCode.NOT_ANSWERED, thread=thread_id)
        return _from_reply(connection, ctx, actor, newest)


def from_entry(ctx: Context, actor: Actor, entry_id: int) -> EntryForm:
    """Return the form with an entry as it stands. Raises Refused: "unknown_entry", "not_allowed"."""
    with reading(ctx.engine) as connection:
        entry, desk = changeable(ctx, actor, entries.get(connection, entry_id))
    names = desk.label_names if entry.label is None else tuple(dict.fromkeys((*desk.label_names, entry.label)))
    return EntryForm(
        entry.desk, names, entry.owner, entry.question, entry.answer, entry.label, entry.valid_until, entry_id
    )


def save(
    ctx: Context,
    actor: Actor,
    form: EntryForm,
    owner: Actor,
    *,
    question: str,
    answer: str,
    label: str | None,
    valid_until: date | None,
) -> Entry:
    """Store what was written into the form, and return the entry. A repeat of the same makes no second one.

    Of `form` count its desk, its reply and its entry. Raises Refused: "entry_empty", "day_past", "no_agent",
    "unknown_entry", "unknown_thread", "not_answered", "not_allowed".
    """
    at = ctx.clock.now()
    desk = access.require_at(ctx, actor, form.desk, "reply")
    _check(question, answer, desk, owner)
    if valid_until is not None and valid_until < at.astimezone(desk.timezone).date():
        raise Refused(RefusalCode.DAY_PAST, field="valid_until")
    text = written(question, answer, label, valid_until, owner.id)
    with transaction(ctx.engine) as connection:
        if form.entry_id is not None:
            before, _ = changeable(ctx, actor, entries.lock(connection, form.entry_id))
            entries.change(connection, form.entry_id, text, at)
            review.show_anew(connection, ctx, desk, [before.owner, owner.id])
            number = form.entry_id
        else:
            number = entries.same(connection, form.desk, text) or entries.add(connection, form.desk, text, actor.id, at)
        if form.reply_id is not None:
            reply = replies.get(connection, form.reply_id)
            thread = _answered(connection, ctx, actor, reply)
            if thread.desk == form.desk:
                taught.teach_answered(connection, number, form.reply_id)
        entry = entries.get(connection, number)
    ctx.wake()
    if entry is None:
        raise Refused(RefusalCode.UNKNOWN_ENTRY)
    return entry


def written(question: str, answer: str, label: str | None, valid_until: date | None, owner: str) -> EntryText:
    """Return what is stored of an entry: its question in one line, and its language as the words tell it."""
    question = in_one_line(clean(question))[:LONGEST_QUESTION]
    answer = clean(answer)[:LONGEST_ANSWER].strip()
    told = language.certain(answer) or language.certain(question)
    return EntryText(question, answer, told, label, valid_until, owner)


def withdraw(ctx: Context, actor: Actor, entry_id: int) -> Entry:
    """Take an entry out of the bank at once. Raises Refused: "unknown_entry", "not_allowed"."""
    with transaction(ctx.engine) as connection:
        entry, desk = changeable(ctx, actor, entries.lock(connection, entry_id))
        entries.withdraw(connection, entry_id, actor.id, ctx.clock.now())
        review.show_anew(connection, ctx, desk, [entry.owner])
    ctx.wake()
    return entry


def standing(connection: Connection, desk: str, entry_id: int) -> Entry:
    """Return an entry of this desk that is not withdrawn. Raises Refused("unknown_entry")."""
    entry = entries.get(connection, entry_id)
    if entry is None or entry.desk != desk or entry.withdrawn_at is not None:
        raise Refused(RefusalCode.UNKNOWN_ENTRY)
    return entry


def _check(question: str, answer: str, desk: Desk, owner: Actor) -> None:
    for name, typed in (("question", question), ("answer", answer)):
        if not clean(typed):
            raise Refused(RefusalCode.ENTRY_EMPTY, field=name)
    if not access.works_here(desk, owner.id, owner.standing) or not access.may(owner, desk, "reply"):
        raise Refused(RefusalCode.NO_AGENT, field="owner")


def _from_reply(connection: Connection, ctx: Context, actor: Actor, reply: Reply) -> EntryForm:
    thread = _answered(connection, ctx, actor, reply)
    desk = ctx.desk_of(thread)
    asked = [post for post in posts.all_of_thread(connection, thread.id) if post.answered_by == reply.id]
    said = " ".join(post.text for post in asked if post.inbound)
    given = [thread.customer_handle, *reference_numbers.of_thread(connection, thread.id), *numbers_in(said)]
    own = labels.of_thread(connection, thread.id)
    return EntryForm(
        desk.stable_key,
        desk.label_names,
        actor.id,
        in_one_line(anonymous(said, thread.customer_name, given))[:LONGEST_QUESTION],
        without(unsigned(reply.text, desk.signature), thread.customer_name, given)[:LONGEST_ANSWER],
        next((name for name in own if name in desk.label_names), None),
        reply_id=reply.id,
    )


def _answered(connection: Connection, ctx: Context, actor: Actor, reply: Reply | None) -> Thread:
    """Return the thread of a reply that its customer has read. Raises Refused."""
    if reply is None:
        raise Refused(RefusalCode.UNKNOWN_ENTRY)
    thread = found(connection, reply.thread_id)
    access.require(ctx, actor, thread.desk, "reply", thread.id)
    if reply.state is not ReplyState.SENT or thread.erased_at is not None:
        raise Refused(RefusalCode.NOT_ANSWERED, thread=thread.id)
    return thread
