"""Do not disturb: who has switched off what Slack rings, so that the channel hears a reminder in their place."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.usecases.desk.context import Context
from storage.cases import threads
from storage.common import job_locks
from storage.desk import agents
from storage.engine import reading, transaction

AHEAD = timedelta(minutes=2)
EVERY_SECONDS = 60
_LOCK = "do_not_disturb"


def to_ask(ctx: Context) -> list[str]:
    """Return the owners who are reminded in the next minutes, once a minute and to one process; else nobody."""
    at = ctx.clock.now()
    desks = [desk.stable_key for desk in ctx.settings.desks]
    with reading(ctx.engine) as connection:
        owners = threads.owners_to_remind(connection, desks, at + AHEAD)
    if not owners:
        return []
    with transaction(ctx.engine) as connection:
        return owners if job_locks.take(connection, _LOCK, at, at + ctx.clock.real(EVERY_SECONDS)) else []


def learn(ctx: Context, told: Mapping[str, Any]) -> None:
    """Store what Slack told of these members, by id: from when until when each is not to be disturbed, if at all."""
    with transaction(ctx.engine) as connection:
        for agent, status in sorted(told.items()):  # in one order, so that two processes cannot deadlock
            agents.rest(connection, agent, *_span(status))


def _span(status: Any) -> tuple[datetime | None, datetime | None]:
    """Read a "dnd_status"; what cannot be read is as if it were off."""
    if isinstance(status, Mapping) and status.get("dnd_enabled") is True:
        with suppress(KeyError, TypeError, ValueError, OverflowError, OSError):
            begins, ends = (float(status[name]) for name in ("next_dnd_start_ts", "next_dnd_end_ts"))
            return datetime.fromtimestamp(begins, UTC), datetime.fromtimestamp(ends, UTC)
    return None, None
