"""How requests reach a network: with time-outs, once, and with the desk's own errors."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from bot.networks.base import NetworkError, Rejected
from bot.networks.failures import from_failure, unreadable
from bot.networks.limits import Limits
from bot.platform.clock import ahead_of

MOST_BYTES = 8_000_000  # of an answer, unpacked: some come from servers that strangers name
WHOLE = 2  # times the time-out: how long an answer may take, from its first byte to its last


class Transport(HTTPAdapter):
    """Sends each request once. Every answer other than 2xx is raised as a NetworkError."""

    def __init__(
        self,
        network: str,
        refused: Callable[[str, requests.Response], NetworkError],
        timeout: float,
        limits: Limits | None = None,
        *,
        keeps: bool = True,
    ) -> None:
        """Name the network in errors; `refused` returns the error for an answer to a method.

        `timeout` is in seconds, for connecting and between two reads. The whole answer may take twice that. Unless it
        `keeps` connections, each request has one of its own.
        """
        super().__init__(max_retries=0)
        self._network = network
        self._refused = refused
        self._timeout = timeout
        self._limits = limits
        self._answer = _Answer if keeps else _LastAnswer
        self.clock_ahead: timedelta | None = None  # of this machine, by the network's last answer

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if pool.ConnectionCls.response_class is not self._answer:
            pool.ConnectionCls = type("Connection", (pool.ConnectionCls,), {"response_class": self._answer})
        return pool

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        method = request.method or "GET"
        if self._limits is not None:
            self._limits.require(request)
        kwargs |= {"timeout": (self._timeout, self._timeout)}  # a session has none
        try:
            response = super().send(request, *args, **kwargs)
            self._bound(method, response)
            _ = response.content  # read here, so that a connection that drops half-way becomes our error too
        except UnicodeError:
            raise bad_token(self._network) from None
        except requests.RequestException as error:
            raise from_failure(self._network, method, error) from error
        self.clock_ahead = ahead_of(response.headers.get("date"))
        if not 200 <= response.status_code < 300:
            raise self._refused(method, response)
        if self._limits is not None:
            self._limits.learn(request, response.headers)
        return response

    def _bound(self, method: str, response: requests.Response) -> None:
        """Let only so much of the answer be read, be it packed or not. What is larger is unreadable."""
        raw: Any = response.raw
        read = raw.stream

        def stream(*args: Any, **kwargs: Any) -> Iterator[bytes]:
            size = 0
            for part in read(*args, **kwargs):
                size += len(part)
                if size > MOST_BYTES:
                    raw.close()
                    raise unreadable(self._network, method, f"at most {MOST_BYTES:,} bytes long")
                yield part

        raw.stream = stream


def session(
    transport: Transport, made: requests.Session | None = None, *, at: tuple[str, ...] = ("https://", "http://")
) -> requests.Session:
    """Return a session, or the one that a library has `made`, whose requests to these addresses the transport sends.

    Once its headers are set nothing in it changes, so several threads can share it.
    """
    prepared = made or requests.Session()
    prepared.auth = _unchanged  # else an entry in ~/.netrc would replace the token
    prepared.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for address in at:
        prepared.mount(address, transport)
    return prepared


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def bad_token(network: str) -> Rejected:
    """Return the error for a key that cannot be sent; what the library says of it holds the key."""
    return Rejected("credentials", f"a token for {network} has a character that no HTTP header can hold")


class _Answer(HTTPResponse):
    """An answer that must be whole in time: a byte at a time never meets the time-out between two reads."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_InTime(self.fp.detach(), sock))


class _LastAnswer(_Answer):
    """The last answer on its connection, whether the network says so or not."""

    def begin(self) -> None:
        super().begin()
        self.will_close = True


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
