"""Reads one page of the web with every limit that a careless or hostile server calls for."""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

TIMEOUT_SECONDS = 10  # for each wait on the socket
REDIRECTS = 3
_CHUNK = 65_536
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
_NAME = re.compile(r"([a-z0-9_-]+\.)+[a-z]([a-z0-9-]*[a-z0-9])?")
_LITERAL = re.compile(r"[0-9]+(\.[0-9]+){3}|(?=.*:)[0-9a-f:.]+")
_HOLD_IPV4 = tuple(ipaddress.IPv6Network(network) for network in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48"))
_REDIRECTED = (301, 302, 303, 307, 308)


class WebError(Exception):
    """A page was not read. `code` says why; neither it nor `detail` tells an address, which may be a secret."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Page:
    """What a server sent. `content` is None if it says that nothing has changed since the version that we have."""

    content: bytes | None
    etag: str = ""
    modified: str = ""


def is_safe(url: str) -> bool:
    """Tell whether nobody between us and the server can read what it sends: https, or this machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)


def is_here(url: str) -> bool:
    """Tell whether an address is of this machine itself."""
    return urlsplit(url).hostname in _THIS_MACHINE


def may_lead_to(first: str, url: str) -> bool:
    """Tell whether what is at the first address may send us to this one.

    Whoever writes a feed must not have us ask this machine or its network; only an address of this machine may lead
    to another one of it.
    """
    host = urlsplit(url).hostname or ""
    if host in _THIS_MACHINE:
        return is_safe(url) and urlsplit(first).hostname in _THIS_MACHINE
    # What else can stand there is read differently by those who resolve it: zones, digits of other scripts, dots.
    if not is_safe(url) or not (_NAME.fullmatch(host) or _LITERAL.fullmatch(host)):
        return False
    return all(map(_is_public, _addresses(host)))


def _addresses(host: str) -> list[str]:
    """Return the addresses of a host; none where its name is unknown here, as it may be known to a proxy."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    if any(found in network for network in _HOLD_IPV4):
        mapped = ipaddress.IPv4Address(int(found) % 2**32)
    return bool(mapped.is_global) and not mapped.is_multicast


def read(url: str, *, most_bytes: int, seconds: float, etag: str = "", modified: str = "") -> Page:
    """Read the page within so many seconds; `etag` and `modified` are those of the version that we have.

    Raises WebError: "not_reached", "slow", "too_big", "redirected", "http" with the status as detail.
    """
    first, until = url, time.monotonic() + seconds
    headers = {"User-Agent": "webcare-desk", "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "gzip"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    for _ in range(REDIRECTS + 1):
        with _named_faults():
            request = urllib.request.Request(url, headers=headers)  # noqa: S310 - is_safe has seen it
            with _opened(request, min(TIMEOUT_SECONDS, seconds), until) as answer:
                if answer.status in _REDIRECTED:
                    url = urljoin(url, answer.headers.get("Location", ""))
                    if not may_lead_to(first, url):
                        raise WebError("redirected")
                    continue
                known = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
                if answer.status == 304 and (etag or modified):
                    return Page(None, etag, modified)
                if answer.status != 200:
                    raise WebError("http", str(answer.status))
                return Page(_content(answer, most_bytes, until), *known)
    raise WebError("redirected")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, and after how many seconds it may be asked again, if it said so."""

    status: int
    content: bytes
    retry_after: float | None = None


def exchange(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, *, most_bytes: int, seconds: float
) -> Answer:
    """Send JSON and return what is answered within so many seconds, whatever its status.

    A redirect is not followed: it might lead to this machine, and take a secret along. Raises WebError: "not_reached",
    "slow", "too_big", "redirected".
    """
    until = time.monotonic() + seconds
    sent = {"User-Agent": "webcare-desk", "Accept": "application/json", "Content-Type": "application/json", **headers}
    request = urllib.request.Request(url, data=body, headers=sent, method=method)  # noqa: S310 - is_safe has seen it
    with _named_faults(), _opened(request, seconds, until) as answer:
        if answer.status in _REDIRECTED:
            raise WebError("redirected")
        after = answer.headers.get("Retry-After", "")
        pause = float(after) if after.isdecimal() and len(after) < 6 else None
        return Answer(answer.status, _content(answer, most_bytes, until), pause)


@contextmanager
def _named_faults() -> Iterator[None]:
    """Raise what goes wrong on the way as WebError: "slow", or "not_reached" with its kind."""
    try:
        yield
    except TimeoutError as error:
        raise WebError("slow") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(cause, TimeoutError):
            raise WebError("slow") from None
        # Its own words may repeat the address.
        raise WebError("not_reached", type(cause).__name__) from None


class _Unfollowed(urllib.request.HTTPErrorProcessor):
    """Hands every answer on as it is, errors and redirects too."""

    def http_response(self, request: object, response: http.client.HTTPResponse) -> http.client.HTTPResponse:  # noqa: ARG002
        return response

    https_response = http_response


class _Http(urllib.request.HTTPHandler):
    """Notes the connections that it makes."""

    def __init__(self, made: list[http.client.HTTPConnection]) -> None:
        super().__init__()
        self._made = made

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_noted, self._made, http.client.HTTPConnection), req)


class _Https(urllib.request.HTTPSHandler):
    """Notes the connections that it makes."""

    def __init__(self, made: list[http.client.HTTPConnection]) -> None:
        super().__init__()
        self._made = made

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_noted, self._made, http.client.HTTPSConnection), req)


def _noted(
    made: list[http.client.HTTPConnection], kind: type[http.client.HTTPConnection], *arguments: Any, **options: Any
) -> http.client.HTTPConnection:
    made.append(kind(*arguments, **options))
    return made[-1]


def _opened(request: urllib.request.Request, timeout: float, until: float) -> http.client.HTTPResponse:
    """Send a request and return the answer with its head read. Raises TimeoutError if that is not there by `until`.

    `timeout` is for each wait on the socket: a head that drips would never exceed it.
    """
    made: list[http.client.HTTPConnection] = []
    opener = urllib.request.build_opener(_Unfollowed, _Http(made), _Https(made))
    cutting = threading.Timer(until - time.monotonic(), _cut, [made])
    cutting.daemon = True
    cutting.start()
    try:
        answer: http.client.HTTPResponse = opener.open(request, timeout=timeout)
    except (OSError, http.client.HTTPException):
        if time.monotonic() >= until:
            raise TimeoutError from None
        raise
    finally:
        cutting.cancel()
    if time.monotonic() >= until:  # what was cut off looks like the end of the head
        answer.close()
        raise TimeoutError
    return answer


def _cut(made: list[http.client.HTTPConnection]) -> None:
    for connection in made:
        if connection.sock is not None:
            with suppress(OSError):  # it is being closed, or its handshake goes on
                connection.sock.shutdown(socket.SHUT_RDWR)


def _content(answer: http.client.HTTPResponse, most: int, until: float) -> bytes:
    """Read and unpack the content piece by piece, so that neither a slow drip nor a packed giant is waited for."""
    unpack = zlib.decompressobj(wbits=47) if answer.headers.get("Content-Encoding", "").lower() == "gzip" else None
    content = b""
    while piece := answer.read1(_CHUNK):
        if time.monotonic() > until:
            raise WebError("slow")
        try:
            content += unpack.decompress(piece, most + 1 - len(content)) if unpack else piece
        except zlib.error:
            raise WebError("not_reached", "gzip") from None
        if len(content) > most:
            raise WebError("too_big")
    expected = answer.headers.get("Content-Length", "")
    if answer.length and expected:
        raise WebError("not_reached", "cut short")
    return content
