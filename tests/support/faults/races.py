"""Many at once: everybody starts at the same instant, and each says how it went."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import TypeVar

from sqlalchemy import select

from bot.domain.common.errors import Refused
from bot.settings import load
from bot.usecases.cases.claim import claim
from bot.usecases.desk.context import Actor, Context
from storage import migrate, tables
from storage.engine import DatabaseError, connect, reading
from tests.conftest import CONFIG, TurnedClock
from tests.support.team import Team

T = TypeVar("T")


def race(works: Sequence[Callable[[], T]]) -> list[T | Refused]:
    """What each gave, or how it was refused; who finds the database busy tries again, as people do."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], T]) -> T | Refused:
        start.wait()
        return _patient(work)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def winners(results: Sequence[object]) -> int:
    return sum(not isinstance(result, Refused) for result in results)


def claim_everything(ctx: Context, threads: Sequence[int], clients: int, seed: int) -> Counter[int]:
    """Every client tries to claim every thread, each in an order of its own: how many became owner of each."""
    won: list[Counter[int]] = [Counter() for _ in range(clients)]
    requests = count(1)

    def try_all(number: int) -> None:
        order = list(threads)
        Random(seed + number).shuffle(order)  # noqa: S311 (it keeps no secret)
        for thread in order:
            actor = Actor(f"U{number}", "button", idempotency_key=f"claim {next(requests)}")
            if not isinstance(_patient(partial(claim, ctx, actor, thread)), Refused):
                won[number][thread] += 1

    race([partial(try_all, number) for number in range(clients)])
    return sum(won, Counter())


def claims(database_url: str, folder: Path, clients: int, threads: int, seed: int) -> Counter[int]:
    """The same on a new desk with so many threads, in an empty database."""
    config = folder / "webcare.toml"
    config.write_text(CONFIG, encoding="utf-8")
    engine = connect(database_url)
    migrate.upgrade(engine)
    ctx = Context(engine, TurnedClock(), load({"WEBCARE_CONFIG": str(config)}), {}, lambda: None)
    team = Team(ctx)
    team.receive(*(team.mention(conversation=f"c{number}") for number in range(threads)))
    with reading(engine) as connection:
        numbers = connection.execute(select(tables.thread.c.id)).scalars().all()
    won = claim_everything(ctx, numbers, clients, seed)
    engine.dispose()
    return won


def _patient(work: Callable[[], T]) -> T | Refused:
    while True:
        try:
            return work()
        except Refused as refused:
            return refused
        except DatabaseError:
            continue
