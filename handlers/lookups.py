"""What a click must know from Slack: asked in the background, once at a time, and waited for only briefly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from time import monotonic

from bot.platform import slack
from storage.engine import DatabaseError

log = logging.getLogger(__name__)

WAIT_SECONDS = 0.8  # a click has three seconds, and two may pass waiting for the database
RETRY_SECONDS = 5  # after a failure, if Slack named no time

_ANY = ""


class Lookups:
    """Runs one Slack method for many subjects, each a Slack id.

    `ask` calls Slack about a subject and stores the answer; it may raise SlackError and DatabaseError. A call is waited
    for until it is `WAIT_SECONDS` old, so two waits within one click cost no more than one. Its answer then serves the
    next click.
    """

    def __init__(self, method: str, ask: Callable[[str], None]) -> None:
        self._method, self._ask = method, ask
        self._lock = Lock()
        self._under_way: dict[str, tuple[float, Future[None]]] = {}
        self._not_before: dict[str, float] = {}
        self._pool = ThreadPoolExecutor(4, thread_name_prefix=method)

    def start(self, *subjects: str) -> None:
        """Start a call for each subject that has none under way."""
        with self._lock:
            for subject in subjects:
                if subject not in self._under_way:
                    self._under_way[subject] = monotonic(), self._pool.submit(self.answer, subject)

    def wait(self, *subjects: str) -> None:
        """Wait briefly for the calls under way about these subjects."""
        with self._lock:
            asked = [self._under_way[subject] for subject in subjects if subject in self._under_way]
        for since, answer in asked:
            wait((answer,), timeout=max(0.0, since + WAIT_SECONDS - monotonic()))

    def answer(self, subject: str) -> None:
        """Ask about the subject in this thread, however long that takes.

        Does nothing if that has just failed or Slack asked to be left alone. A failure is logged and leaves earlier
        answers as they were.
        """
        try:
            if self._may_ask(subject):
                self._ask(subject)
        except slack.RateLimited as error:
            self._failed(subject, error)
            self._not_before[_ANY] = monotonic() + error.retry_after
        except (slack.SlackError, DatabaseError) as error:
            self._failed(subject, error)
        except Exception:
            log.exception("a question to Slack failed", extra={"fields": {"method": self._method, "about": subject}})
        finally:
            with self._lock:
                self._under_way.pop(subject, None)

    def stop(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _may_ask(self, subject: str) -> bool:
        return monotonic() >= max(self._not_before.get(_ANY, 0.0), self._not_before.get(subject, 0.0))

    def _failed(self, subject: str, error: slack.SlackError | DatabaseError) -> None:
        told = str(error) if isinstance(error, slack.SlackError) else type(error).__name__
        fields = {"method": self._method, "about": subject, "error": told}
        log.warning("Slack could not be asked, or its answer not be stored", extra={"fields": fields})
        self._not_before[subject] = monotonic() + RETRY_SECONDS
