"""Hand over and take over: a thread changes owner, and the other agent is told."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Thread
from bot.usecases.cases.transition import allowed, change
from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import escalations, messages
from storage.cases.messages import NotePayload
from storage.engine import Connection, transaction


def hand_over(ctx: Context, actor: Actor, thread_id: int, to: str) -> None:
    """Give the actor's thread to a colleague, who is told in the card's Slack thread.

    Raises Refused: "unowned", "not_yours", "yours", "closed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        after = rules.hand_over(thread, actor.id, to, at)
        change(connection, thread, after, at, actor, EventKind.HANDED_OVER, to=to)
        _tell(connection, ctx, after, at, EventKind.HANDED_OVER, {"from": actor.id, "to": to})
    ctx.wake()


def take_over(ctx: Context, actor: Actor, thread_id: int) -> None:
    """Make the actor the owner instead of the present one, who is told. This settles the thread's open escalations.

    Raises Refused: "yours", "closed", "unknown_thread".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "claim", thread_id)
        after = rules.take_over(thread, actor.id, at)
        escalations.settle(connection, thread_id, actor.id, at)
        change(connection, thread, after, at, actor, EventKind.TAKEN_OVER, owner=thread.owner)
        if thread.owner is not None:
            _tell(connection, ctx, after, at, EventKind.TAKEN_OVER, {"by": actor.id, "from": thread.owner})
    ctx.wake()


def _tell(
    connection: Connection, ctx: Context, thread: Thread, at: datetime, code: EventKind, agents: dict[str, str]
) -> None:
    note = messages.note(thread.id, ctx.desk_of(thread).slack_channel, at, NotePayload(code, agents))
    outbox.want_once(connection, note, at=at)
