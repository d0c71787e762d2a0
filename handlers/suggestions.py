"""What misspelt words were meant to be, asked of a process of its own, so that no click waits for another's words."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from bot.domain.replies import suggestions

log = logging.getLogger(__name__)

WAITED_SECONDS = 0.8  # then the form is shown without
MOST_DEATHS = 3  # of the process, without an answer between them: then it is not begun again


class Suggestions:
    """One process, begun with `prepare` where a desk checks spelling. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._languages: tuple[str, ...] = ()
        self._deaths = 0

    def prepare(self, languages: Sequence[str]) -> None:
        """Begin the process, so that the first click does not wait for its dictionaries."""
        self._languages = tuple(languages)
        if languages:
            self._submit((), languages[0])

    def of(self, words: Sequence[str], language: str) -> Mapping[str, tuple[str, ...]]:
        """Return what these words were probably meant to be; nothing if that takes too long, or cannot be told."""
        asked = self._submit(words[: suggestions.MOST_WORDS], language)
        if asked is None:
            return {}
        try:
            meant = asked.result(WAITED_SECONDS)
            self._deaths = 0
            return meant
        except TimeoutError:
            asked.cancel()
        except BrokenProcessPool:
            self._forget()
        except Exception:
            log.exception("no suggestions for misspelt words")
        return {}

    def stop(self) -> None:
        """End the process; what it is still looking for is nobody's any more."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, words: Sequence[str], language: str) -> Future[dict[str, tuple[str, ...]]] | None:
        with self._lock:
            if not self._languages or self._deaths >= MOST_DEATHS:
                return None
            if self._pool is None:
                spawning = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
                self._pool = ProcessPoolExecutor(
                    1, mp_context=spawning, initializer=suggestions.begin, initargs=(self._languages,)
                )
            try:
                return self._pool.submit(suggestions.suggested, tuple(words), language)
            except (BrokenProcessPool, RuntimeError):
                self._pool, self._deaths = None, self._deaths + 1
                return None

    def _forget(self) -> None:
        """Begin another process with the next question, because this one has died."""
        self.stop()
        self._deaths += 1
        log.warning("the process that looks for misspelt words has died", extra={"fields": {"deaths": self._deaths}})
