"""Obeys X's rate limits: each answer says how many requests are left and until when; if none, none is made."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests

from bot.networks.base import NotDone
from bot.networks.x.errors import spent_until


class Limits:
    """Which of X's allowances are exhausted. X counts each endpoint separately, so a poll never delays a reply."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reset_at: dict[tuple[str, str], float] = {}  # by method and path, in time.time()'s seconds

    def require(self, request: requests.PreparedRequest) -> None:
        """Raise NotDone while X would certainly refuse this request."""
        with self._lock:
            wait = self._reset_at.get(_endpoint(request), 0.0) - time.time()
        if wait > 0:
            raise NotDone(f"X takes no {request.method} before its limit is reset", max(wait, 1.0), "rate_limited")

    def learn(self, request: requests.PreparedRequest, headers: Mapping[str, str]) -> None:
        """Note what an answer says is left."""
        with self._lock:
            self._reset_at[_endpoint(request)] = spent_until(headers, time.time())


def _endpoint(request: requests.PreparedRequest) -> tuple[str, str]:
    return request.method or "GET", urlsplit(request.url or "").path
