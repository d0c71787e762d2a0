"""Meaning: what fits a waiting customer though it shares no word with what they wrote. Only where vectors can be made.

Vectors are made beside everything else, never while somebody waits: those of the bank by a tick, and what is nearest to
a customer's words by slow work, which stores the entries' numbers for the reply form to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.cases.thread import State
from bot.usecases.desk.context import Context
from storage import outbox
from storage.cases import posts, threads
from storage.common import job_locks
from storage.engine import reading, transaction
from storage.knowledge import vectors
from storage.knowledge.messages import bank_nearest

TASK = "bank_nearest"
EVERY_SECONDS = 10
AT_ONCE = 50  # texts whose vectors are made in one tick: a second or two
KEPT = 12  # entries that are stored for a thread
ANEW = 200  # waiting threads that are looked at again when the bank has learnt something
_LOCK = "bank vectors"


def tick(ctx: Context) -> int:
    """In one process, forget vectors of what does not stand any more, and make those that lack; return how many."""
    at = ctx.clock.now()
    if ctx.vectors is None:
        with reading(ctx.engine) as connection:
            if not vectors.are_there(connection):  # as at most desks, where this need not write six times a minute
                return 0
    with transaction(ctx.engine) as connection:
        if not job_locks.take(connection, _LOCK, at, ctx.after(EVERY_SECONDS * 0.9)):
            return 0
        vectors.clear_stale(connection)
    if ctx.vectors is None:
        return 0
    with reading(ctx.engine) as connection:
        lacking = vectors.lacking(connection, ctx.vectors.model, AT_ONCE)
    if not lacking:
        return 0
    made = ctx.vectors.of([each.text for each in lacking])
    with transaction(ctx.engine) as connection:
        still = set(vectors.lacking(connection, ctx.vectors.model, AT_ONCE))
        known = [(text, vector) for text, vector in zip(lacking, made, strict=True) if text in still]
        if known:
            vectors.keep(connection, ctx.vectors.model, known, at)
        for desk in sorted({text.desk for text, _ in known}):
            for thread in threads.waiting(connection, [desk], owner=None, limit=ANEW).get(desk, []):
                outbox.want(connection, bank_nearest(thread.id), at=at)
    ctx.wake()
    return len(known)


def find(ctx: Context, arguments: Mapping[str, Any]) -> None:
    """Store which entries are nearest to what the customer of a thread waits for."""
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, arguments["thread"])
        if ctx.vectors is None or thread is None or thread.state is not State.WAITING:
            return
        asked = " ".join(
            post.text
            for post in posts.of_thread(connection, thread.id)
            if post.inbound and not post.deleted_at and post.answered_by is None
        )
        known = vectors.of_desk(connection, thread.desk, ctx.vectors.model)
    if not asked or not known:
        return
    (meant,) = ctx.vectors.of([asked])
    near: dict[int, float] = {}
    scores = ctx.vectors.near(meant, [vector for _, vector in known])
    for (entry, _), score in zip(known, scores, strict=True):
        near[entry] = max(score, near.get(entry, score))
    best = sorted(near, key=lambda entry: -near[entry])[:KEPT]
    with transaction(ctx.engine) as connection:
        now = threads.lock(connection, thread.id)
        if now is not None and now.erased_at is None:
            vectors.keep_nearest(connection, thread.id, best)
