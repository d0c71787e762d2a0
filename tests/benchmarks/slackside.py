"""How soon Slack hears of things: a mention after the poll that saw it, a reminder after it fell due."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from sqlalchemy import select

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Call
from storage.engine import connect, reading
from storage.tables import thread
from tests.benchmarks import seed
from tests.benchmarks.bench import KINDS, Bench
from tests.benchmarks.report import Figure
from tests.support.process import eventually

OPEN = 100_000
MENTIONS = 6
APART = 2.5  # seconds, so that Slack's one message a second holds up nothing
TARGET = timedelta(seconds=44)  # half of it is when the first reminder falls due: after the last mention's card
WITHIN = 1.0


def measure(bench: Bench) -> Iterator[Figure]:
    """Both databases at once: a worker of each, which has little to do."""
    databases = [bench.database(kind) for kind in KINDS]  # one by one: Alembic migrates one at a time in a process
    with ThreadPoolExecutor(len(KINDS)) as pool:
        for figures in pool.map(partial(_measure, bench), KINDS, databases):
            yield from figures


def _measure(bench: Bench, kind: str, database: str) -> list[Figure]:
    engine = connect(database)
    seed.fill(engine, OPEN)
    target = f"{TARGET.total_seconds():.0f}s"
    with (
        Sandbox() as sandbox,
        bench.process("bot", "worker", environment=bench.environment(database, sandbox, first_response=target)),
    ):
        eventually(lambda: _polls(sandbox), 20)
        cards = [_card_after_poll(sandbox, number) for number in range(MENTIONS)]
        eventually(lambda: len(_posts(sandbox)) >= 2 * MENTIONS, TARGET.total_seconds())
        nags = _posts(sandbox)[MENTIONS : 2 * MENTIONS]
    with reading(engine) as connection:
        began = connection.execute(select(thread.c.waiting_since).order_by(thread.c.id.desc()).limit(MENTIONS))
        due = sorted(row.waiting_since + TARGET / 2 for row in began)
    engine.dispose()
    late = [(_at(call) - instant).total_seconds() for call, instant in zip(nags, due, strict=True)]
    opened = f"{OPEN:,} open"
    return [
        _figure(f"mention polled to card in Slack, {opened}", kind, cards),
        _figure(f"nag due to posted, {opened}", kind, late),
    ]


def _figure(what: str, kind: str, seconds: list[float]) -> Figure:
    value = f"{median(seconds):.2f} s, at most {max(seconds):.2f}"
    return Figure(what, kind, value, f"{WITHIN:g} s", max(seconds) <= WITHIN)


def _card_after_poll(sandbox: Sandbox, number: int) -> float:
    """Seconds from the answer of the first poll that can have seen a mention to its card's arrival in Slack."""
    posted = datetime.now(UTC)
    sandbox.x.post(f"visitor{number}", f"@acme waar blijft bestelling {number}?")
    eventually(lambda: len(_posts(sandbox)) > number, 30)
    seen = next(at for at in _polls(sandbox) if at >= posted)
    card = _at(_posts(sandbox)[number])
    time.sleep(max(0.0, APART - (datetime.now(UTC) - posted).total_seconds()))
    return (card - seen).total_seconds()


def _polls(sandbox: Sandbox) -> list[datetime]:
    return [call.at for call in sandbox.x.calls if call.path.endswith("/mentions") and call.status == 200]


def _posts(sandbox: Sandbox) -> list[Call]:
    return [call for call in sandbox.slack.calls if call.method == "chat.postMessage" and call.error is None]


def _at(call: Call) -> datetime:
    return datetime.fromisoformat(call.at)
