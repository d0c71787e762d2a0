"""One process that takes in mentions while its delivery runs: `python -m tests.benchmarks.soak COUNT`.

Prints its resident memory in MB after a tenth of them and after all.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.runtime.app import build
from bot.settings import load
from bot.usecases.intake import ingest
from tests.benchmarks.mentions import fetched

PAGE = 100  # what a network gives at once


def main(count: int) -> None:
    desk = build(load(os.environ))
    settings, _ = next(iter(desk.settings.accounts()))
    desk.delivery.start()
    for first in range(0, count, PAGE):
        ingest.receive(desk.ctx, settings, settings.networks[0], fetched(PAGE, desk.ctx.clock.now(), first=first))
        if first + PAGE in (count // 10, count):
            sys.stdout.write(f"{resident():.1f}\n")
    desk.close()


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main(int(sys.argv[1]))
