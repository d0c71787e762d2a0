"""Who agents are in Slack, asked once a day and kept."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.conversation import Person
from bot.usecases.context import Context
from storage import people
from storage.engine import reading, transaction

FRESH = timedelta(days=1)


def known(ctx: Context, person_id: str) -> Person | None:
    """The person, when Slack was asked about them within a day."""
    with reading(ctx.engine) as connection:
        return people.fresh_since(connection, person_id, ctx.clock.now() - FRESH)


def keep(ctx: Context, person: Person) -> None:
    with transaction(ctx.engine) as connection:
        people.keep(connection, person, ctx.clock.now())
