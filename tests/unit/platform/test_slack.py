from __future__ import annotations

import errno
import http.client
import json
import os
import socket
import ssl
import threading
import traceback
import urllib.error
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.platform import slack


@dataclass
class Answer:
    """What the server says next; `cut` sends a body shorter than announced, `drop` says nothing and hangs up."""

    status: int = 200
    body: str = '{"ok": true}'
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    drop: bool = False
    hang: bool = False


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = Answer()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.path, json.loads(body)))
        answer = self.server.answer
        if answer.hang:
            self.server.over.wait(30)
        if answer.drop or answer.hang:
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + (100 if answer.cut else 0)))
        self.end_headers()
        self.wfile.write(answer.body.encode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.over.set()
        running.shutdown()


@pytest.fixture
def web(server: Server) -> WebClient:
    server.calls.clear()
    server.answer = Answer()
    return slack.client("xoxb-1", server.url)


def post(web: WebClient) -> dict[str, Any]:
    return slack.call(web, "chat.postMessage", channel="C1", text="hello")


def test_answer_comes_back_as_plain_data(server: Server, web: WebClient) -> None:
    server.answer = Answer(body='{"ok": true, "ts": "1.2"}')
    assert post(web) == {"ok": True, "ts": "1.2"}
    assert server.calls == [("/api/chat.postMessage", {"channel": "C1", "text": "hello"})]


@pytest.mark.parametrize(("status", "code"), [(429, "ratelimited"), (200, "ratelimited"), (200, "rate_limited")])
def test_rate_limit_says_for_how_long(server: Server, web: WebClient, status: int, code: str) -> None:
    server.answer = Answer(status, json.dumps({"ok": False, "error": code}), {"Retry-After": "7"})
    with pytest.raises(slack.RateLimited) as caught:
        post(web)
    assert caught.value.retry_after == 7
    assert len(server.calls) == 1, "a 429 is the outbox's to wait for"


@pytest.mark.parametrize("header", [{}, {"Retry-After": "soon"}])
def test_rate_limit_without_a_time_waits_long(server: Server, web: WebClient, header: dict[str, str]) -> None:
    server.answer = Answer(429, "<html>slow down</html>", header)
    with pytest.raises(slack.RateLimited) as caught:
        post(web)
    assert caught.value.retry_after == slack.RETRY_AFTER_UNKNOWN


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, '{"ok": false, "error": "internal_error"}'),
        Answer(500, '{"ok": false, "error": "anything_at_all"}'),
        Answer(503, "<html><body>Service Unavailable</body></html>"),
        Answer(502, ""),
        Answer(200, "<html>a proxy's page</html>"),
        Answer(200, ""),
        Answer(200, "[1]"),
        Answer(200, "null"),
        Answer(200, "gone", {"Content-Type": "application/gzip"}),
        Answer(502, "<html>", {"Content-Type": "text/html; charset=klingon"}),
        Answer(502, "<html>", {"Content-Type": "text/html; charset=utf-32"}),
        Answer(200, '{"ok": false, "error": "fatal_error"}'),
        Answer(cut=True),
        Answer(status=500, cut=True),
        Answer(drop=True),
    ],
    ids=str,
)
def test_possibly_done_call_is_ambiguous_and_not_repeated(server: Server, web: WebClient, answer: Answer) -> None:
    server.answer = answer
    with pytest.raises(slack.Ambiguous):
        post(web)
    assert len(server.calls) == 1


def test_answer_without_its_fields_is_ambiguous(server: Server, web: WebClient) -> None:
    server.answer = Answer(body='{"ok": true}')
    with pytest.raises(slack.Ambiguous, match="without ts"):
        post(web)["ts"]


def test_time_out_is_ambiguous(server: Server, web: WebClient, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answer = Answer(hang=True)
    monkeypatch.setattr(web, "timeout", 0.05)
    with pytest.raises(slack.Ambiguous, match="TimeoutError"):
        post(web)
    server.over.set()


def test_refusal_names_slacks_code_and_what_is_missing(server: Server, web: WebClient) -> None:
    server.answer = Answer(
        body='{"ok": false, "error": "missing_scope", "needed": "chat:write", "provided": "commands"}'
    )
    with pytest.raises(slack.Rejected) as caught:
        post(web)
    assert (caught.value.code, caught.value.detail) == ("missing_scope", "needs the scope chat:write, has commands")


def test_refused_block_is_pointed_at_without_its_text(server: Server, web: WebClient) -> None:
    pointer = "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    server.answer = Answer(
        body=json.dumps(
            {
                "ok": False,
                "error": "invalid_blocks",
                "blocks": "the customer's words",
                "response_metadata": {"messages": [pointer]},
            }
        )
    )
    with pytest.raises(slack.Rejected) as caught:
        post(web)
    assert str(caught.value) == f"invalid_blocks: {pointer}"
    assert "the customer's words" not in "".join(traceback.format_exception(caught.value))


def test_request_not_read_to_its_end_was_not_done(server: Server, web: WebClient) -> None:
    server.answer = Answer(body='{"ok": false, "error": "request_timeout"}')
    with pytest.raises(slack.NotDone):
        post(web)


def test_nobody_listening_means_not_done() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: a port that refuses
        with pytest.raises(slack.NotDone):
            post(slack.client("xoxb-1", f"http://127.0.0.1:{taken.getsockname()[1]}/api/"))


@pytest.mark.parametrize(
    ("cause", "wanted"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "no such host"), slack.NotDone),
        (ssl.SSLCertVerificationError("certificate has expired"), slack.NotDone),
        (OSError(errno.ENETUNREACH, "network is unreachable"), slack.NotDone),
        (TimeoutError("timed out"), slack.Ambiguous),
        (ConnectionResetError(errno.ECONNRESET, "reset"), slack.Ambiguous),
        (BrokenPipeError(errno.EPIPE, "broken pipe"), slack.Ambiguous),
    ],
)
def test_only_a_failure_to_connect_proves_not_done(
    monkeypatch: pytest.MonkeyPatch, cause: OSError, wanted: type[slack.SlackError]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise urllib.error.URLError(cause)

    monkeypatch.setattr("slack_sdk.web.base_client.urlopen", fail)
    with pytest.raises(wanted):
        post(slack.client("xoxb-1", "http://slack.invalid/api/"))


def test_answer_may_break_off_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise http.client.IncompleteRead(b"{")

    monkeypatch.setattr("slack_sdk.web.base_client.urlopen", fail)
    with pytest.raises(slack.Ambiguous, match="IncompleteRead"):
        post(slack.client("xoxb-1", "http://slack.invalid/api/"))


def test_plain_http_avoids_the_proxy_for_https(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    server.answer = Answer()
    assert post(slack.client("xoxb-1", server.url)) == {"ok": True}


def test_call_leaves_environment_and_warnings_alone(server: Server, web: WebClient) -> None:
    before = dict(os.environ)
    with warnings.catch_warnings(record=True) as said:
        post(web)
    assert (dict(os.environ), said) == (before, [])
