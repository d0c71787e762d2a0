"""One process with so many accounts, spread over the networks: `python -m tests.benchmarks.accounts COUNT`.

Prints its resident memory in MB when its delivery runs and each account has been read, of addresses that are closed.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from itertools import cycle, islice

from bot.networks import KINDS, SPECS, build
from bot.networks.base import NetworkError
from bot.runtime import app
from bot.settings import load
from tests.benchmarks.soak import resident

CLOSED = "http://127.0.0.1:9"
HANDLES = {"mastodon": "acme{}@example.social", "bluesky": "acme{}.example.com"}


def main(count: int) -> None:
    desk = app.build(load(os.environ))
    desk.delivery.start()
    now = desk.ctx.clock.now
    for number, kind in enumerate(islice(cycle(KINDS), count)):
        keys = {key.name: "t" for key in SPECS[kind].keys}
        account = build(kind, HANDLES.get(kind, "acme{}").format(number), now=now, api_url=CLOSED, **keys)
        desk.ctx.accounts[f"{kind}:{number}"] = account  # type: ignore[index]
        with suppress(NetworkError):
            account.fetch(None, now())
    sys.stdout.write(f"{resident():.1f}\n")
    desk.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
