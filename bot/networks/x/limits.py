"""X says with every answer how many more requests it takes, and until when: where none is left, none is made."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests

from bot.networks.base import NotDone
from bot.networks.x.errors import spent_until


class Limits:
    """What of X's allowance is spent. X counts each endpoint by itself, so a poll holds up no reply."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reset_at: dict[tuple[str, str], float] = {}  # by method and path, in time.time()'s seconds

    def require(self, request: requests.PreparedRequest) -> None:
        """Raises NotDone while X would certainly refuse this request."""
        with self._lock:
            wait = self._reset_at.get(_endpoint(request), 0.0) - time.time()
        if wait > 0:
            raise NotDone(f"X takes no {request.method} before its limit is reset", max(wait, 1.0), "rate_limited")

    def learn(self, request: requests.PreparedRequest, headers: Mapping[str, str]) -> None:
        """Take note of what an answer says is left."""
        with self._lock:
            self._reset_at[_endpoint(request)] = spent_until(headers, time.time())


def _endpoint(request: requests.PreparedRequest) -> tuple[str, str]:
    return request.method or "GET", urlsplit(request.url or "").path
