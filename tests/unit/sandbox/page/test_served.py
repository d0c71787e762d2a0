"""What the page's server gives: the files, a policy that keeps strangers out, and the live stream."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from bot.sandbox.server import Sandbox


@pytest.fixture
def stopped_in_test() -> Iterator[Sandbox]:
    sandbox = Sandbox().start()
    yield sandbox
    sandbox.stop()


def fetch(url: str) -> tuple[str, str]:
    with urlopen(url, timeout=30) as answer:  # noqa: S310 - the sandbox's own address
        return answer.headers["Content-Type"], answer.read().decode()


def listening(sandbox: Sandbox) -> tuple[HTTPConnection, HTTPResponse]:
    connection = HTTPConnection(urlsplit(sandbox.url).netloc, timeout=30)
    connection.request("GET", "/sandbox/stream")
    answer = connection.getresponse()
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.readline() == b"retry: 1000\n"
    assert answer.readline() == b"\n"
    return connection, answer


def test_every_file_that_the_page_names_is_served(sandbox: Sandbox) -> None:
    _, index = fetch(sandbox.url)
    wanted, seen = set(re.findall(r'(?:href|src)="(/page/[^"]+)"', index)), set[str]()
    while left := wanted - seen:
        path = left.pop()
        seen.add(path)
        kind, text = fetch(sandbox.url + path)
        if path.endswith(".js"):
            assert "javascript" in kind
            wanted |= {f"/page/{name}" for name in re.findall(r'from "\./([^"]+)"', text)}
    assert {"/page/app.js", "/page/mrkdwn.js", "/page/base.css"} <= seen


def test_nothing_from_elsewhere_may_run_on_the_page(sandbox: Sandbox) -> None:
    with urlopen(sandbox.url, timeout=30) as answer:  # noqa: S310 - the sandbox's own address
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_stream_says_what_has_changed(sandbox: Sandbox) -> None:
    connection, answer = listening(sandbox)
    sandbox.changes.publish("slack")
    assert answer.readline() == b'data: {"changed": "slack"}\n'
    answer.readline()
    sandbox.changes.publish("x")
    assert answer.readline() == b'data: {"changed": "x"}\n'
    connection.close()


def test_listener_does_not_keep_the_server_from_stopping(stopped_in_test: Sandbox) -> None:
    connection, answer = listening(stopped_in_test)
    stopped_in_test.stop()
    assert answer.read() == b""
    connection.close()
