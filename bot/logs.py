"""One line an event: time, level, logger, message, then key=value. No token ever gets through.

Say it as `log.info("card posted", extra={"facts": {"thread": 1042, "ms": 12}})`, at INFO and above without a word of a
customer's.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterable
from typing import TextIO

# At DEBUG these write tokens, Authorization headers and customers' words.
TALKATIVE = ("tweepy", "slack_sdk", "urllib3", "oauthlib", "requests_oauthlib", "websocket")
# What they say below this level is of no use to an operator: every reconnection, every migration that is not needed.
NOISY = {"apscheduler": logging.ERROR, "alembic": logging.WARNING}
HIDDEN = "[hidden]"
_TOKENS = re.compile(r"\bx(?:ox[a-z]|app)[-.][\w.%-]+|(?i:(?<=authorization))[\"']?\s*[:=][^\r\n]+")


class LineFormatter(logging.Formatter):
    """Times in UTC to the millisecond; anything that would break the line is escaped; secrets are blanked."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        longest_first = sorted((re.escape(secret) for secret in secrets if secret), key=len, reverse=True)
        self._secrets = re.compile("|".join(longest_first)) if longest_first else None

    def format(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        message = _escaped(self._redact(record.getMessage()))
        parts = [f"{stamp}.{int(record.msecs):03d}Z", record.levelname, record.name, message]
        facts: dict[str, object] = getattr(record, "facts", {})
        if record.exc_info:
            facts = {**facts, "traceback": self.formatException(record.exc_info)}
        parts += [f"{key}={_quoted(self._redact(str(fact)))}" for key, fact in facts.items()]
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
    """Send every log to `stream` (default: standard error) from `level` up; replaces what was set up before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(LineFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    for name, floor in NOISY.items():
        logging.getLogger(name).setLevel(floor)
