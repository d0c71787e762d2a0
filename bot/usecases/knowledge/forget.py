"""Forgetting: what customers taught the knowledge bank goes with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.domain.knowledge.words import numbers_in, quotes, without
from storage.cases import threads
from storage.customers import reference_numbers
from storage.engine import Connection
from storage.knowledge import entries, taught, vectors


def threads_of(connection: Connection, thread_ids: Collection[int]) -> None:
    """Forget what was said in these threads, before it is deleted, and before their customers' names are.

    A question in a customer's own words goes; its owner writes it anew. An answer is the team's: it loses what tells
    whom it was for.
    """
    if said := taught.said(connection, thread_ids):
        _forget(connection, said)
        taught.delete_of_threads(connection, thread_ids)
    vectors.forget_threads(connection, thread_ids)


def post_of(connection: Connection, thread_id: int, post_id: int) -> None:
    """Forget in the same way what was said in one post; what it taught goes with its words."""
    vectors.forget_posts(connection, [post_id])
    if said := taught.said(connection, [thread_id], post_id):
        _forget(connection, said)


def _forget(connection: Connection, said: Mapping[int, Sequence[tuple[int, str]]]) -> None:
    known = threads.by_number(connection, {thread_id for posts in said.values() for thread_id, _ in posts})
    for entry_id, entry in entries.by_number(connection, said).items():
        question, answer = entry.question, entry.answer
        if quotes(question, [text for _, text in said[entry_id]]):
            question = ""
        for thread_id, text in said[entry_id]:
            thread = known[thread_id]
            values = [thread.customer_handle, *reference_numbers.of_thread(connection, thread_id), *numbers_in(text)]
            question, answer = (without(words, thread.customer_name, values) for words in (question, answer))
        if (question, answer) != (entry.question, entry.answer):
            entries.reword(connection, entry_id, question, answer)
