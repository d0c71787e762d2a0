"""One line an event: time, level, logger, message, then key=value. Tokens never get through.

Log with `log.info("card posted", extra={"fields": {"thread": 1042, "ms": 12}})`. At INFO and above, never log a
customer's words.
"""

from __future__ import annotations

import json
import logging
import math
import re
import sys
import threading
import time
from collections.abc import Iterable
from typing import TextIO

FLOORS = {
    # At DEBUG these log tokens, Authorization headers and customers' words.
    **dict.fromkeys(("tweepy", "slack_sdk", "requests", "urllib3", "oauthlib", "requests_oauthlib"), logging.INFO),
    "alembic": logging.WARNING,  # reports even when there is nothing to migrate
    "apscheduler": logging.ERROR,
    "slack_bolt": logging.ERROR,  # quotes Slack's requests, which hold customers' words
    "websocket": logging.CRITICAL,  # reports each closed connection as an error; bot.runtime.socket_mode logs those
}
"""Lowest level per library; below it are lines that do not help an operator or must not be logged."""
HIDDEN = "[hidden]"
_TOKENS = re.compile(r"\bx(?:ox[a-z]|app)[-.][\w.%-]+|(?i:(?<=authorization))[\"']?\s*[:=][^\r\n]+")


class LineFormatter(logging.Formatter):
    """Writes UTC times to the millisecond, escapes whatever would break the line and blanks secrets."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        longest_first = sorted((re.escape(secret) for secret in secrets if secret), key=len, reverse=True)
        self._secrets = re.compile("|".join(longest_first)) if longest_first else None

    def format(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        message = _escaped(self._redact(record.getMessage()))
        parts = [f"{stamp}.{int(record.msecs):03d}Z", record.levelname, record.name, message]
        fields: dict[str, object] = getattr(record, "fields", {})
        if record.exc_info:
            fields = {**fields, "traceback": self.formatException(record.exc_info)}
        parts += [f"{key}={_quoted(self._redact(str(value)))}" for key, value in fields.items()]
        return " ".join(parts)

    def _redact(self, text: str) -> str:
        if self._secrets:
            text = self._secrets.sub(HIDDEN, text)
        return _TOKENS.sub(HIDDEN, text)


def _escaped(text: str) -> str:
    return text if text.isprintable() else json.dumps(text)[1:-1]


def _quoted(text: str) -> str:
    plain = text.isprintable()
    return text if text and plain and not set(text) & set(' "=') else json.dumps(text, ensure_ascii=not plain)


def setup(level: str, secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Send every log from `level` up to `stream` (default: standard error), replacing any earlier set-up."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(LineFormatter(secrets))
    handler.setLevel(level)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    hush()


def hush() -> None:
    """Hold the libraries to their FLOORS, also in commands that set up no log."""
    for name, floor in FLOORS.items():
        logging.getLogger(name).setLevel(floor)


class Sparing:
    """Says a thing that goes on once, and then once in `seconds`, however often it happens. Any thread may use it."""

    def __init__(self, seconds: float = 60.0) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._said: dict[str, tuple[float, int]] = {}  # by the thing: when it was last said, and how often not since

    def warn(self, log: logging.Logger, message: str, cause: str, *, key: str | None = None, **fields: object) -> bool:
        """Log a warning with its cause; only count it if that cause, or its `key`, was said just now.

        Returns True if it was logged.
        """
        now, what = time.monotonic(), key or cause
        with self._lock:
            last, untold = self._said.get(what, (-math.inf, 0))
            if now - last < self._seconds:
                self._said[what] = last, untold + 1
                return False
            self._said[what] = now, 0
        more = {"times_since": untold} if untold else {}
        log.warning(message, extra={"fields": {"error": cause, **fields, **more}})
        return True
