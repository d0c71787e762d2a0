"""Have a bot die at every point under load, let it settle, and see what Slack and X have received."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Timing
from storage.engine import connect
from tests.support.config import TWO_REMINDERS, quick
from tests.support.faults.invariants import violations
from tests.support.faults.load import Load
from tests.support.office import english
from tests.support.process import environment

QUIET = 12.0  # seconds without a death after which no further point is expected
SETTLES_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The points where the bot died, in order, and what was wrong in the end."""

    died_at: list[str]
    wrong: list[str]
    log: str


def crash_everywhere(
    folder: Path, database_url: str, *, seconds: float, only: str = "", needed: Set[str] | None = None
) -> Outcome:
    """At most `seconds` of load, in which the bot dies at each point whose name `only` (a regex) finds.

    It ends as soon as the bot has died at every `needed` one; without those, when no further point is expected.
    """
    deaths = folder / "deaths"
    deaths.touch()
    timing = Timing(ack=1.0)
    with english(Sandbox(rate_limits=False, timing=timing)) as sandbox:
        env = environment(
            sandbox,
            WEBCARE_CONFIG=str(quick(folder, target="5s", more=TWO_REMINDERS)),
            DATABASE_URL=database_url,
            CRASH_LOG=str(deaths),
            CRASH_ONLY=only,
            PYTHONPATH=os.pathsep.join(sys.path),
        )
        with (folder / "bot.log").open("wb") as log:
            launcher = subprocess.Popen(
                [sys.executable, "-m", "tests.support.faults.launcher"], env=env, stdout=log, stderr=log
            )
        try:
            with Load(sandbox):
                _wait_for_deaths(deaths, seconds, needed)
            sandbox.faults.clear()
            launcher.send_signal(signal.SIGUSR1)
            wrong = settled(sandbox, database_url)
        finally:
            launcher.terminate()
            launcher.wait(60)
    return Outcome(deaths.read_text("utf-8").splitlines(), wrong, (folder / "bot.log").read_text("utf-8"))


def _wait_for_deaths(deaths: Path, seconds: float, needed: Set[str] | None) -> None:
    end = time.monotonic() + seconds
    count, since = 0, time.monotonic()
    while time.monotonic() < end:
        time.sleep(0.1)
        died_at = deaths.read_text("utf-8").splitlines()
        if len(died_at) != count:
            count, since = len(died_at), time.monotonic()
        enough = count and time.monotonic() > since + QUIET if needed is None else needed <= set(died_at)
        if enough:
            return


def settled(sandbox: Sandbox, database_url: str) -> list[str]:
    """Wait for the desk to settle; return what is still wrong."""
    engine = connect(database_url)
    end = time.monotonic() + SETTLES_WITHIN
    try:
        while (wrong := violations(sandbox, engine)) and time.monotonic() < end:
            time.sleep(0.3)
    finally:
        engine.dispose()
    return wrong
