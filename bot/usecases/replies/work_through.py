"""At the end of an incident: everybody who asked is told, one personal answer at a time."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.cases.thread import Action, State, Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.claim import claim
from bot.usecases.desk.context import Actor, Context
from bot.usecases.incidents import incident as usecase
from storage.cases import threads
from storage.engine import reading
from storage.incidents import incidents

READ = 50  # threads that are looked at together


_CHANGED = (RefusalCode.TAKEN, RefusalCode.ANSWERED, RefusalCode.CLOSED, RefusalCode.MERGED, RefusalCode.ERASED)
"""What may have become of a thread since it was read; whoever asks for the next one gets another."""


@dataclass(frozen=True, slots=True)
class ToTell:
    """How many customers of a solved incident are still to be told, beside those whose answer is on its way."""

    incident: int
    left: int


def next_one(ctx: Context, actor: Actor, incident_id: int) -> int:
    """Return the thread that the actor answers next: theirs or nobody's, and no colleague is writing in it.

    Nobody's becomes theirs if its customer waits. Raises Refused: "all_told", "told_by_colleagues", "no_incident",
    "incident_closed", "not_allowed".
    """
    incident, _ = usecase.open_for(ctx, actor, incident_id, "reply")
    with reading(ctx.engine) as connection:
        left = incidents.untold(connection, incident)
    at = ctx.clock.now()
    for start in range(0, len(left), READ):
        some = left[start : start + READ]
        with reading(ctx.engine) as connection:
            found = threads.by_number(connection, some)
        for thread in (found[number] for number in some if number in found):
            if not _may_answer(thread, actor.id) or thread.writer(at) not in (None, actor.id):
                continue
            if thread.owner is None and thread.state is State.WAITING and not _claimed(ctx, actor, thread):
                continue
            return thread.id
    raise Refused(RefusalCode.TOLD_BY_COLLEAGUES if left else RefusalCode.ALL_TOLD, incident=incident.name)


def to_tell(ctx: Context, thread_id: int) -> ToTell | None:
    """Return what is left of the solved incident that a thread belongs to; None if it belongs to none."""
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, thread_id)
        if thread is None or thread.incident_id is None:
            return None
        found = incidents.membership(connection, thread_id, thread.incident_id)
        if found is None or not found.joined or not found.incident.is_open or found.incident.solved_at is None:
            return None
        return ToTell(found.incident.id, incidents.count_to_tell(connection, found.incident))


def _claimed(ctx: Context, actor: Actor, thread: Thread) -> bool:
    try:
        claim(ctx, actor, thread.id)
    except Refused as refusal:
        if refusal.code not in _CHANGED:
            raise
        return False
    return True


def _may_answer(thread: Thread, agent: str) -> bool:
    free = thread.reply_blocked_reason is None and thread.pending_reply_id is None
    return free and thread.allows(Action.REPLY) and thread.owner in (None, agent)
