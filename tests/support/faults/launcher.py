"""Runs the bot, has it die by SIGKILL the first time that it passes each point, and starts it again:
`python -m tests.support.faults.launcher`.

CRASH_LOG names the file that gets the points died at, CRASH_ONLY (a regular expression) leaves the others out. After
SIGUSR1 the bot dies once more, wherever it is, and then lives. Everything is imported once and every bot is a fork, so
that a restart takes a fraction of a second.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
from pathlib import Path
from types import FrameType

from bot.delivery import slack_messages
from bot.platform import logs
from bot.settings import Settings, load
from tests.support.faults import hurried, points

slack_messages.SWEEP_FACTOR = 3  # nobody is held up for a while here, so no message comes late


class Launcher:
    """The parent of one bot after the other."""

    def __init__(self, settings: Settings, log: Path, only: str) -> None:
        self._settings, self._log, self._only = settings, log, re.compile(only)
        self._child = 0
        self._calm = self._told = False
        signal.signal(signal.SIGUSR1, self._calm_down)
        signal.signal(signal.SIGTERM, self._stop)

    def run(self) -> None:
        """Until SIGTERM."""
        while not self._told:
            self._child = os.fork()
            if not self._child:
                self._be_a_bot()
            os.waitpid(self._child, 0)

    def _be_a_bot(self) -> None:
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)
        dying = Dying(self._log, self._only)
        with points.installed((lambda _name: None) if self._calm else dying.passed):
            hurried.KINDS["run"](self._settings)
        os._exit(0)

    def _calm_down(self, _number: int, _frame: FrameType | None) -> None:
        self._calm = True
        with contextlib.suppress(ProcessLookupError):  # it has just died by itself
            os.kill(self._child, signal.SIGKILL)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._told = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGTERM)


class Dying:
    """Ends the process at the first point that none of its predecessors died at."""

    def __init__(self, log: Path, only: re.Pattern[str]) -> None:
        self._log, self._only = log, only
        self._known = set(log.read_text("utf-8").splitlines()) if log.exists() else set()
        self._lock = threading.Lock()

    def passed(self, name: str) -> None:
        if name in self._known or not self._only.search(name):
            return
        with self._lock, self._log.open("a", encoding="utf-8") as log:
            log.write(f"{name}\n")
            log.flush()
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    settings = load(os.environ)
    logs.setup("INFO", settings.secrets())
    Launcher(settings, Path(os.environ["CRASH_LOG"]), os.environ.get("CRASH_ONLY", "")).run()
