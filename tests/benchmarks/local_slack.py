"""The local Slack and X in a process of their own, without rate limits: `python -m tests.benchmarks.local_slack PORT`.

In the benchmark's own process they would share the interpreter with the clients whose clicks are timed.
"""

from __future__ import annotations

import sys

from bot.runtime.shutdown import ShutdownSignal
from bot.sandbox.server import Sandbox

if __name__ == "__main__":
    ending = ShutdownSignal()
    with Sandbox(int(sys.argv[1]), rate_limits=False):
        ending.wait()
