"""Why: what counted of a thread's time and what did not, for whoever asks where its deadline comes from."""

from __future__ import annotations

from bot.domain.cases.conversation import Event, EventKind
from bot.domain.clock.why import explain
from bot.usecases.cases import queries
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.views.cases.models import Why
from storage.cases import events
from storage.clock import promises, waits
from storage.engine import reading


def why(ctx: Context, actor: Actor, thread_id: int) -> Why:
    """Return the thread's life up to now, span by span. Raises Refused("unknown_thread")."""
    with reading(ctx.engine) as connection:
        card = queries.card_of(connection, ctx, thread_id)
        access.require_sight(ctx, actor, card.thread.desk, thread_id)
        changes = [event for event in events.of_thread(connection, thread_id) if _moved(event)]
        made = promises.of_thread(connection, thread_id)
        return Why(card, explain(waits.of_thread(connection, thread_id), card.at), tuple(changes), tuple(made))


def _moved(event: Event) -> bool:
    labelled = event.kind in (EventKind.LABELLED, EventKind.UNLABELLED) and "due" in event.data
    return labelled or event.kind in (EventKind.RETARGETED, EventKind.TAKEN_BACK, EventKind.CAME_BACK)
