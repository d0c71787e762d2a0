"""A surge: cards out at the pace that Slack allows, and memory that stays flat while mentions pour in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.sandbox.server import Sandbox
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest
from storage.engine import connect
from tests.benchmarks.bench import KINDS, Bench
from tests.benchmarks.mentions import fetched
from tests.benchmarks.report import Figure
from tests.support.process import eventually

SECONDS = 60
LONG_SECONDS = 600
A_SECOND = 1.0  # posts that Slack takes in one channel
SHARE = 0.95
MENTIONS = 10_000
LONG_MENTIONS = 100_000
SPEED = 100  # the clock's, so that as many cards go out in a second
MOST_MB = 10


def delivery(bench: Bench) -> Iterator[Figure]:
    """Posts in the channel against Slack's one a second, counted from the first card on."""
    seconds = LONG_SECONDS if bench.long else SECONDS
    for kind in KINDS if bench.long else KINDS[:1]:
        database = bench.database(kind)
        settings = bench.settings(database)
        engine = connect(database)
        desk, _ = next(iter(settings.accounts()))
        ctx = Context(engine, settings.clock, settings, {}, lambda: None)
        ingest.receive(ctx, desk, desk.networks[0], fetched(round(seconds * A_SECOND * 1.2), datetime.now(UTC)))
        engine.dispose()
        with (
            Sandbox() as sandbox,
            bench.process("bot", "worker", environment=bench.environment(database, sandbox)),
        ):
            eventually(partial(_begun, sandbox), 20)
            time.sleep(seconds)
            times = _posted(sandbox)
            refused = sum(call.error == "ratelimited" for call in sandbox.slack.calls)
        posted = sum(at < times[0] + timedelta(seconds=seconds) for at in times)
        share = posted / (seconds * A_SECOND)
        value = f"{share:.3f}, {refused} refused"
        yield Figure(f"cards posted in {seconds} s, of what Slack allows", kind, value, f"{SHARE}", share >= SHARE)


def _begun(sandbox: Sandbox) -> bool:
    return bool(_posted(sandbox))


def _posted(sandbox: Sandbox) -> list[datetime]:
    calls = [call for call in sandbox.slack.calls if call.method == "chat.postMessage" and call.error is None]
    return [datetime.fromisoformat(call.at) for call in calls]


def memory(bench: Bench) -> Iterator[Figure]:
    """What a process gains in memory between the first tenth of the mentions and the last."""
    count = LONG_MENTIONS if bench.long else MENTIONS
    with Sandbox(rate_limits=False) as sandbox:
        clock = {"WEBCARE_CLOCK": f"{datetime.now(UTC).isoformat()}@{SPEED}"}
        environment = bench.environment(bench.database("SQLite"), sandbox) | clock
        said = bench.output("tests.benchmarks.soak", str(count), environment=environment)
    first, last = (float(line) for line in said.split())
    value = f"{last:.0f} MB, {last - first:+.0f} since {count // 10:,}"
    what = f"memory after {count:,} mentions, cards going out"
    yield Figure(what, "SQLite", value, f"+{MOST_MB} MB", last - first <= MOST_MB)
