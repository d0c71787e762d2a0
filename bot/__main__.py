"""`python -m bot` and the command `webcare`."""

from __future__ import annotations

import signal
import sys

SERVING = ("run", "web", "worker")


def main() -> None:
    """Run the command line. A server that is told to end while it loads exits with 0, as it does later."""
    if sys.argv[1:2] and sys.argv[1] in SERVING:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda _number, _frame: sys.exit(0))
    from bot.runtime.cli import main as command_line  # slow to load

    command_line()


if __name__ == "__main__":
    main()
