"""What the ticks cost with few and with many open threads, in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median

from sqlalchemy import Engine, select, update

from bot.delivery.render import KINDS as SHOWN
from bot.usecases.desk.context import Context
from bot.usecases.intake import recheck
from bot.usecases.reminders import nag
from bot.usecases.reports import standup
from storage.engine import connect, reading, transaction
from storage.outbox import leases
from storage.tables import thread
from tests.benchmarks import seed
from tests.benchmarks.bench import KINDS, Bench, ratio
from tests.benchmarks.report import Figure

OPEN = (1_000, 100_000)
LONG = 1_000_000
DUE = 100
FLAT = 2.0  # times what it costs with 1,000 open: it follows what is due, not what is open


def measure(bench: Bench) -> Iterator[Figure]:
    for kind in KINDS:
        base: dict[str, float] = {}
        for number in (*OPEN, LONG) if bench.long else OPEN:
            for what, ms in _costs(bench, kind, number).items():
                first = base.setdefault(what, ms)
                value = f"{ms:.2f} ms, {ratio(ms, first)}"
                if number == OPEN[0]:
                    yield Figure(f"{what}, {number:,} open", kind, f"{ms:.2f} ms")
                else:
                    yield Figure(f"{what}, {number:,} open", kind, value, f"{FLAT:g} x", ms <= FLAT * first)


def _costs(bench: Bench, kind: str, number: int) -> dict[str, float]:
    """The median of each in milliseconds."""
    database = bench.database(kind)
    engine = connect(database)
    seed.fill(engine, number)
    settings = bench.settings(database)
    ctx = Context(engine, settings.clock, settings, {}, lambda: None)
    _, account = next(iter(settings.accounts()))
    standup.begin(ctx)
    costs = {
        "nag tick, none due": median_ms(lambda: nag.tick(ctx), 100),
        f"nag tick, {DUE} due": median_ms(lambda: nag.tick(ctx), 5, before=lambda: _fall_due(engine, ctx)),
        "standup tick, none owed": median_ms(lambda: standup.tick(ctx), 50),
        "recheck of posts, none due": median_ms(lambda: recheck.tick(ctx, account), 50),
        "delivery's look for work": median_ms(lambda: _look(ctx), 100),
    }
    engine.dispose()
    return costs


def median_ms(work: Callable[[], object], times: int, *, before: Callable[[], None] = lambda: None) -> float:
    """Return the median time of the work in milliseconds; `before` is not counted."""
    taken = []
    for _ in range(times + 1):  # the first one compiles its statements
        before()
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken[1:])


def _fall_due(engine: Engine, ctx: Context) -> None:
    """A hundred threads' first reminders fall due now."""
    now = ctx.clock.now()
    values = {
        "waiting_since": now - timedelta(minutes=30),
        "due_at": now + timedelta(minutes=30),
        "next_nag_at": now,
    }
    with transaction(engine) as connection:
        some = select(thread.c.id).where(thread.c.nag_level == "not_yet").order_by(thread.c.next_nag_at).limit(DUE)
        connection.execute(update(thread).where(thread.c.id.in_(some.scalar_subquery())).values(values))


def _look(ctx: Context) -> None:
    with reading(ctx.engine) as connection:
        leases.ready(connection, SHOWN, ctx.clock.now())
