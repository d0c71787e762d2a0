"""A process that is told to end does so, whichever of its threads the system hands the signal to."""

from __future__ import annotations

import subprocess
import sys

WAITS = """
import signal, threading, time
from bot.runtime.shutdown import ShutdownSignal

def told_elsewhere():
    time.sleep(0.3)  # the main thread most likely waits by now; if not, it must end all the same
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    time.sleep(60)

ending = ShutdownSignal()
threading.Thread(target=told_elsewhere, daemon=True).start()
print(ending.wait(0.01), ending.wait())
"""


def test_signal_in_another_thread_ends_the_wait() -> None:
    done = subprocess.run([sys.executable, "-c", WAITS], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["False", "True"]
