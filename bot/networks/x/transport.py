"""How requests reach X: at the configured address, with time-outs, once, and with the desk's own errors."""

from __future__ import annotations

import io
import socket
import time
from datetime import timedelta
from http.client import HTTPResponse
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from bot.networks.base import Rejected
from bot.networks.x.errors import from_failure, from_response
from bot.networks.x.limits import Limits
from bot.platform.clock import ahead_of

TWEEPY_HOST = "https://api.twitter.com"
WHOLE = 2  # times the time-out: how long an answer may take, from its first byte to its last


class Transport(HTTPAdapter):
    """Replaces the host that tweepy has built in, which tweepy cannot be told to change.

    OAuth 1 stays signed for that host. A request is never repeated here. Every answer other than 2xx is raised as a
    NetworkError, so tweepy, which stumbles over HTML and odd headers, never sees one.
    """

    def __init__(self, api_url: str, timeout: float) -> None:
        """Mount under `api_url`, which may have a path before X's own.

        `timeout` is in seconds, for connecting and between two reads. The whole answer may take twice that.
        """
        super().__init__(max_retries=0)
        self._api_url = api_url.rstrip("/")
        self._timeout = timeout
        self._limits = Limits()
        self.clock_ahead: timedelta | None = None  # of this machine, by X's last answer

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if pool.ConnectionCls.response_class is not _Answer:
            pool.ConnectionCls = type("Connection", (pool.ConnectionCls,), {"response_class": _Answer})
        return pool

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        method = request.method or "GET"
        request = request.copy()
        request.url = self._api_url + (request.url or "").removeprefix(TWEEPY_HOST)
        self._limits.require(request)
        # The session has no time-out, and it chose a proxy for tweepy's host rather than for ours.
        kwargs |= {"timeout": (self._timeout, self._timeout), "proxies": get_environ_proxies(request.url)}
        try:
            response = super().send(request, *args, **kwargs)
            _ = response.content  # read here, so that a connection that drops half-way becomes our error too
        except UnicodeError:
            raise Rejected("credentials", "a token for X has a character that no HTTP header can hold") from None
        except requests.RequestException as error:
            raise from_failure(method, error) from error
        self.clock_ahead = ahead_of(response.headers.get("date"))
        if not 200 <= response.status_code < 300:
            raise from_response(method, response)
        self._limits.learn(request, response.headers)
        return response


class _Answer(HTTPResponse):
    """An answer that must be whole in time: a byte at a time never meets the time-out between two reads."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_InTime(self.fp.detach(), sock))


class _InTime(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw, self._sock = raw, sock
        self._timeout = sock.gettimeout() or 0.0
        self._until = time.monotonic() + WHOLE * self._timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(min(self._timeout, left))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
