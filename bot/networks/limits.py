"""Obeys a network's rate limits: each answer says how many requests are left and until when; if none, none is made."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import requests

from bot.networks.base import NotDone

SpentUntil = Callable[[Mapping[str, str], float], float]
"""Reads the headers of an answer that came at an instant: when the network takes the next request, 0 if it does."""


class Limits:
    """Which of a network's allowances are exhausted. Each endpoint is counted separately, or all `together`."""

    def __init__(self, network: str, spent_until: SpentUntil, *, together: bool = False) -> None:
        """Read answers with `spent_until`; its instants are seconds since the epoch."""
        self._network = network
        self._spent_until = spent_until
        self._together = together
        self._lock = threading.Lock()
        self._reset_at: dict[tuple[str, str], float] = {}  # by method and path

    def require(self, request: requests.PreparedRequest) -> None:
        """Raise NotDone while the network would certainly refuse this request."""
        with self._lock:
            wait = self._reset_at.get(self._endpoint(request), 0.0) - time.time()
        if wait > 0:
            detail = f"{self._network} takes no {request.method} before its limit is reset"
            raise NotDone(detail, max(wait, 1.0), "rate_limited")

    def learn(self, request: requests.PreparedRequest, headers: Mapping[str, str]) -> None:
        """Note what an answer says is left."""
        with self._lock:
            self._reset_at[self._endpoint(request)] = self._spent_until(headers, time.time())

    def _endpoint(self, request: requests.PreparedRequest) -> tuple[str, str]:
        return ("", "") if self._together else (request.method or "GET", urlsplit(request.url or "").path)
