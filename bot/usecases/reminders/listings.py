"""Listings: a message about several threads is edited when something happens to one of them."""

from __future__ import annotations

from bot.usecases.desk.context import Context
from storage import outbox
from storage.engine import reading, transaction
from storage.reminders import listings


def tick(ctx: Context) -> int:
    """Have those messages drawn anew; return how many."""
    with reading(ctx.engine) as connection:
        if not listings.any_happened(connection):
            return 0
    with transaction(ctx.engine) as connection:
        shown = listings.happened(connection)
        outbox.refresh_messages(connection, shown, at=ctx.clock.now())
    ctx.wake()
    return len(shown)
