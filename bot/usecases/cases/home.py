"""The App Home of who has it open: Slack tells when it is opened and never when it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.usecases.desk.context import Actor, Context
from storage import outbox
from storage.cases import messages
from storage.common import job_locks
from storage.engine import reading, transaction

EVERY_SECONDS = 10
OPEN_FOR = timedelta(minutes=15)  # after it was opened, or its owner last acted in it
_LOCK = "homes"


def opened(ctx: Context, actor: Actor) -> None:
    """Remember that the actor has their home open, as it was just published."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        soon = at + ctx.clock.real(EVERY_SECONDS)
        outbox.want(connection, messages.home(actor.id, at, actor.groups), at=soon)


def tick(ctx: Context) -> int:
    """Have the homes that may be open looked at again; return how many. Only what changed is published."""
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        homes = messages.homes(connection)
    seen = {agent: home for agent, home in homes.items() if at - datetime.fromisoformat(home.opened_at) < OPEN_FOR}
    if not seen:
        return 0
    with transaction(ctx.engine) as connection:
        if not job_locks.take(connection, _LOCK, at, at + ctx.clock.real(EVERY_SECONDS)):
            return 0
        for agent, home in sorted(seen.items()):
            opened_at = datetime.fromisoformat(home.opened_at)
            outbox.want(connection, messages.home(agent, opened_at, home.groups), at=at)
    ctx.wake()
    return len(seen)
