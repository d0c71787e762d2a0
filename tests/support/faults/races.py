"""Many clients claim many threads at the same instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from sqlalchemy import select

from bot.domain.common.errors import Refused
from bot.settings import load
from bot.usecases.cases.claim import claim
from bot.usecases.desk.context import Actor, Context
from storage import migrate, tables
from storage.engine import connect, reading
from tests.support import config
from tests.support.clock import TurnedClock
from tests.support.team import Team
from tests.support.together import patient, race


def claim_everything(ctx: Context, threads: Sequence[int], clients: int, seed: int) -> Counter[int]:
    """Have every client claim every thread in its own order; return how many owners each thread got."""
    won: list[Counter[int]] = [Counter() for _ in range(clients)]
    requests = count(1)

    def try_all(number: int) -> None:
        order = list(threads)
        Random(seed + number).shuffle(order)  # noqa: S311 (it keeps no secret)
        for thread in order:
            actor = Actor(f"U{number}", "button", idempotency_key=f"claim {next(requests)}")
            if not isinstance(patient(partial(claim, ctx, actor, thread)), Refused):
                won[number][thread] += 1

    race([partial(try_all, number) for number in range(clients)])
    return sum(won, Counter())


def claims(database_url: str, folder: Path, clients: int, threads: int, seed: int) -> Counter[int]:
    """Do the same on a new desk with so many threads, in an empty database."""
    path = config.write(folder, config.toml())
    engine = connect(database_url)
    migrate.upgrade(engine)
    ctx = Context(engine, TurnedClock(), load({"WEBCARE_CONFIG": str(path)}), {}, lambda: None)
    team = Team(ctx)
    team.receive(*(team.mention(conversation=f"c{number}") for number in range(threads)))
    with reading(engine) as connection:
        numbers = connection.execute(select(tables.thread.c.id)).scalars().all()
    won = claim_everything(ctx, numbers, clients, seed)
    engine.dispose()
    return won
