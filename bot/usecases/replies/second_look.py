"""What a reply is looked at for before it goes: its language, its spelling, and what was said or given before."""

from __future__ import annotations

from bot.domain.cases.conversation import Post
from bot.domain.cases.thread import Thread
from bot.domain.common import language
from bot.domain.knowledge.entry import Entry
from bot.domain.knowledge.words import telling
from bot.domain.replies import copies
from bot.domain.replies.asked_again import asked_again
from bot.domain.replies.copies import Written
from bot.domain.replies.second_look import AskedAgain, Copied, Finding, FromBank, Misspelt, RatherNot, other_language
from bot.domain.replies.spelling import misspelt, words_of
from bot.domain.replies.wording import rather_not
from bot.settings import Desk
from bot.usecases.desk.context import Context
from bot.usecases.incidents import reply_line
from bot.usecases.replies import bank
from storage.cases import posts, threads
from storage.customers import reference_numbers
from storage.engine import Connection, reading
from storage.knowledge import entries, search
from storage.replies import replies
from storage.replies.replies import Recent

COMPARED = 200  # of the desk's latest replies
NEAREST = 20  # answers of the knowledge bank, by their words


def prepare(ctx: Context) -> None:
    """Load what reads a text, which takes longer than a click may."""
    language.certain("what language is this")
    for written in spoken(ctx):
        misspelt(written, written)


def look(ctx: Context, thread_id: int, agent: str, body: str, *, besides: int | None = None) -> tuple[Finding, ...]:
    """Return what the author of a reply should see before it goes, the weightiest first.

    `besides` is the reply that it is to be: nobody copies from that. An answer of the knowledge bank that they began
    with and changed is none of it.

    It takes some milliseconds, so that it is read before the transaction that queues the reply.
    """
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, thread_id)
        desk = ctx.settings.desk_if_any(thread.desk) if thread else None
        if thread is None or desk is None:
            return ()
        said = [post for post in posts.of_thread(connection, thread_id) if post.inbound and not post.deleted_at]
        start = bank.start_of(connection, thread_id, agent)
        copied = _copied(connection, thread, body, start, besides)
        of_bank = _of_bank(connection, thread, body, start)
        given = reference_numbers.of_thread(connection, thread_id) if desk.references else []
    found: list[Finding] = []
    if elsewhere := other_language(body, [post.text for post in said]):
        found.append(elsewhere)
    found += [copy for copy in (of_bank, copied) if copy is not None]
    if again := asked_again(body, desk.reference_patterns, given):
        found.append(AskedAgain(again))
    if words := rather_not(body, desk.words.rather_not):
        found.append(RatherNot(words))
    if misspelled := _misspelt(desk, thread, said, body):
        found.append(misspelled)
    return tuple(found)


def _copied(
    connection: Connection, thread: Thread, body: str, start: Entry | None, besides: int | None
) -> Copied | None:
    latest = [each for each in replies.recent_of(connection, thread.desk, COMPARED) if each.id != besides]
    recent = _comparable(connection, thread, body, latest)
    written = Written(body, thread.customer_name)
    found = copies.most_alike(written, [Written(each.text, each.customer) for each in recent])
    if found is None:
        return None
    number, alike = found
    reply, customer = replies.get(connection, recent[number].id), recent[number].customer
    if reply is None:
        return None
    if start is not None and alike < copies.UNCHANGED:
        shared = copies.alike(Written(reply.text, customer), Written(start.answer, ""))
        if shared >= copies.ALIKE:  # what they have in common is that start, and it was changed
            return None
    return Copied(reply.id, reply.thread_id, reply.author, reply.text, reply.sent_at or reply.created_at, alike)


def _comparable(connection: Connection, thread: Thread, body: str, recent: list[Recent]) -> list[Recent]:
    """Leave out replies that share an incident's agreed line with this one: only the very same words are a copy there.

    What is as good as unchanged is still asked about, because each of these customers is to have words of their own.
    """
    if not reply_line.ever_agreed(connection, thread):
        return recent
    same = reply_line.of_the_same(connection, thread, {each.thread_id for each in recent})
    written = Written(body, thread.customer_name)
    return [
        each
        for each in recent
        if each.thread_id not in same or copies.alike(written, Written(each.text, each.customer)) >= copies.UNCHANGED
    ]


def _of_bank(connection: Connection, thread: Thread, body: str, start: Entry | None) -> FromBank | None:
    near = search.nearest_answers(connection, telling(body), [thread.desk], NEAREST)
    known = entries.by_number(connection, near)
    answers = [known[each] for each in near]
    found = copies.most_alike(Written(body, thread.customer_name), [Written(each.answer, "") for each in answers])
    if found is None:
        return None
    number, alike = found
    if alike < copies.UNCHANGED and answers[number] == start:
        return None
    return FromBank(answers[number].id, answers[number].answer, alike)


def _misspelt(desk: Desk, thread: Thread, said: list[Post], body: str) -> Misspelt | None:
    """Check the spelling where the reply's language can be told; None if nothing is wrong."""
    written = language.certain(body)
    if written is None or written not in map(language.base, desk.words.spelling):
        return None
    known = {word for phrase in desk.words.own for word in words_of(phrase)}
    known.update(word for post in said for word in words_of(post.text))
    known.update(words_of(thread.customer_name))
    words = misspelt(body, written, known)
    return Misspelt(words, written) if words else None


def spoken(ctx: Context) -> tuple[str, ...]:
    """Return the languages in which any desk checks replies."""
    return tuple(sorted({language.base(code) for desk in ctx.settings.desks for code in desk.words.spelling}))
