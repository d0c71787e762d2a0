"""Outcome: how a thread ended that needs nobody any more."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Thread
from bot.usecases.cases import label
from bot.usecases.cases.transition import allowed, change, locked
from bot.usecases.desk.context import Actor, Context
from storage.engine import Connection, transaction


def resolve(ctx: Context, actor: Actor, thread_id: int, outcome: str | None, label_: str | None = None) -> None:
    """Say how a thread ended, and perhaps what it was about; "" takes back how it ended, and None leaves that.

    What the desk does not have changes nothing. Raises Refused: "waiting", "merged", "erased", "not_allowed",
    "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        before = allowed(connection, ctx, actor, "reply", thread_id)
        known = outcome if outcome == "" or outcome in ctx.desk_of(before).outcomes else before.outcome
        after = rules.resolve(before, known or None, ctx.clock.now())
        if after.outcome != before.outcome:
            change(connection, before, after, ctx.clock.now(), actor, EventKind.OUTCOME, ended=after.outcome)
            actor = replace(actor, idempotency_key=None)
        with_label(connection, ctx, after, actor, label_)
    ctx.wake()


def with_label(connection: Connection, ctx: Context, thread: Thread, actor: Actor, label_: str | None) -> None:
    """Set a label that was chosen with how it ended; one that the desk does not have is left."""
    if label_ in ctx.desk_of(thread).label_names:
        label.add(connection, ctx, locked(connection, thread.id), actor, [label_], with_reply=True)
