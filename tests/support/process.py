"""The bot as an operator runs it: its own process, configured by its environment alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import requests

from bot.sandbox.server import Sandbox

T = TypeVar("T")


def eventually(look: Callable[[], T], seconds: float = 60, every: float = 0.03) -> T:
    """Return the first true value of `look`; raise AssertionError with its last one when time is up."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"it never happened; the last look gave {found!r}"
        time.sleep(every)
    return found


def answers(url: str) -> bool:
    """Tell whether the process behind this address reports that it is well."""
    try:
        return requests.get(url, timeout=30).ok
    except requests.RequestException:
        return False


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def environment(sandbox: Sandbox, **more: str) -> dict[str, str]:
    """Return the environment that points the bot at the sandbox; `more` adds variables, and "" removes one."""
    told = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "default"} | sandbox.environment | more
    return {name: value for name, value in told.items() if value}


def webcare(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


class Process:
    """One running bot with its environment. `log` holds its output so far."""

    def __init__(self, kind: str, env: dict[str, str], log: Path) -> None:
        self.env = env
        self._log = log
        with log.open("ab") as output:
            self._popen = subprocess.Popen([sys.executable, "-m", "bot", kind], env=env, stdout=output, stderr=output)

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def ended(self) -> int | None:
        return self._popen.poll()

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Stop it and return its exit status, negative for the signal that ended it."""
        if self._popen.poll() is None:
            self._popen.send_signal(how)
        try:
            return self._popen.wait(60)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            raise
