"""How long everything else in a process stands still while misspelt words are looked for.

Beside it, in the same run: nothing to do, and the same words looked for in this process, which is why they are not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from bot.domain.replies import suggestions
from handlers.suggestions import Suggestions
from tests.benchmarks.bench import Bench
from tests.benchmarks.report import Figure

WORDS = ("onbegrijpelijkheidje", "ziektekostenverzekerng", "bestelbevestigingsmial")
ROUNDS = 5
MOST_MS = 50


def measure(_bench: Bench) -> Iterator[Figure]:
    child = Suggestions()
    child.prepare(["nl"])
    suggestions.suggested(WORDS[:1], "nl")  # loads the dictionary here as well
    try:
        for _ in range(20):  # until the process is there
            child.of(["morgn"], "nl")
        idle = _longest(lambda: time.sleep(0.3))
        here = _longest(lambda: suggestions.suggested(WORDS, "nl"))
        beside = _longest(lambda: child.of(WORDS, "nl"))
    finally:
        child.stop()
    what = f"a click beside {len(WORDS)} misspelt words stands still, in a process of their own"
    times = f"{here / beside:.0f} times longer in this process"
    yield Figure(
        what, "", f"{beside:.0f} ms ({idle:.0f} ms idle), {times}", f"{MOST_MS} ms over idle", beside - idle <= MOST_MS
    )


def _longest(work: Callable[[], object]) -> float:
    """Return the longest standstill of another thread meanwhile, in milliseconds; the least of the rounds."""
    return min(_standstill(work) for _ in range(ROUNDS))


def _standstill(work: Callable[[], object]) -> float:
    over, longest = threading.Event(), 0.0

    def tick() -> None:
        nonlocal longest
        before = time.perf_counter()
        while not over.is_set():
            time.sleep(0.001)
            now = time.perf_counter()
            longest, before = max(longest, now - before), now

    ticking = threading.Thread(target=tick)
    ticking.start()
    work()
    over.set()
    ticking.join()
    return longest * 1000
