"""How soon `webcare run` is ready, and what it weighs while it has nothing to do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from bot.sandbox.server import Sandbox
from tests.benchmarks.bench import Bench
from tests.benchmarks.report import Figure
from tests.support.process import answers, eventually, free_port

STARTS = 3
READY_WITHIN = 2.0
IDLE_SECONDS = 10
MOST_MB = 120


def measure(bench: Bench) -> Iterator[Figure]:
    """On SQLite; the first start of each mode creates the database as well."""
    for mode in ("Socket Mode", "HTTP"):
        database = bench.database("SQLite", migrated=False)
        times: list[float] = []
        resident = share = 0.0
        for start in range(STARTS):
            with Sandbox() as sandbox:
                environment = bench.environment(database, sandbox)
                if mode == "HTTP":
                    port = free_port()
                    environment["PORT"] = str(port)
                    ready = partial(answers, f"http://127.0.0.1:{port}/readyz")
                else:
                    environment["SLACK_APP_TOKEN"] = "xapp-sandbox"
                    ready = partial(_connected, sandbox)
                began = time.monotonic()
                with bench.process("bot", "run", environment=environment) as process:
                    eventually(ready, 30, every=0.005)
                    times.append(time.monotonic() - began)
                    if start == STARTS - 1:
                        time.sleep(IDLE_SECONDS)
                        resident, share = _memory(process.pid)
        value = f"{median(times):.2f} s, at most {max(times):.2f}"
        yield Figure("start of webcare run to ready", mode, value, f"{READY_WITHIN:g} s", max(times) <= READY_WITHIN)
        value = f"PSS {share:.0f} MB (RSS {resident:.0f})"
        yield Figure("idle memory of webcare run, all processes", mode, value, f"{MOST_MB} MB", share <= MOST_MB)


def _connected(sandbox: Sandbox) -> bool:
    return sandbox.slack.sockets > 0


def _memory(root: int) -> tuple[float, float]:
    """RSS and PSS of a process and its descendants together, in MB (Linux). PSS counts a shared page once."""
    kilobytes = {"Rss": 0, "Pss": 0}
    for process in _family(root):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines():
            name, _, rest = line.partition(":")
            if name in kilobytes:
                kilobytes[name] += int(rest.split()[0])
    return kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024


def _family(root: int) -> Iterator[int]:
    yield root
    for children in Path(f"/proc/{root}/task").glob("*/children"):
        for child in children.read_text("utf-8").split():
            yield from _family(int(child))
