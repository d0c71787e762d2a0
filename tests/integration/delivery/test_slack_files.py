"""A file of the workspace is read from Slack alone: the app's token goes nowhere else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from slack_sdk import WebClient

from bot.platform import files, slack

TOKEN = "xoxb-secret"
PAGE = b"\n<!DOCTYPE html><html><title>Sign in</title></html>"


class Host:
    """A server that tells where a file is, and answers for it with what is set; `tokens` are those it was shown."""

    def __init__(self) -> None:
        self.address, self.status, self.content, self.location = "", 200, b"a picture", ""
        self.tokens: list[str | None] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self._answer(200, json.dumps({"ok": True, "file": {"url_private": host.address}}).encode())

            def do_GET(self) -> None:
                host.tokens.append(self.headers.get("Authorization"))
                self._answer(host.status, host.content)

            def _answer(self, status: int, content: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                if host.location:
                    self.send_header("Location", host.location)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def host() -> Iterator[Host]:
    started = Host()
    yield started
    started.close()


@pytest.fixture
def other() -> Iterator[Host]:
    started = Host()
    yield started
    started.close()


def fetched(host: Host) -> bytes:
    client = WebClient(TOKEN, base_url=f"{host.url}/api/")
    return files.fetch(client, "F1", most_bytes=1000)


def test_file_is_read_with_the_apps_token(host: Host) -> None:
    host.address = f"{host.url}/files/a.png"
    assert (fetched(host), host.tokens) == (b"a picture", [f"Bearer {TOKEN}"])


@pytest.mark.parametrize("address", ["{other}/a.png", "http://127.0.0.1@{name}/a.png", "https://evilslack.com/a", ""])
def test_address_elsewhere_is_not_asked(host: Host, other: Host, address: str) -> None:
    host.address = address.format(other=other.url, name=other.url.removeprefix("http://"))
    with pytest.raises(slack.Rejected, match="file_not_found"):
        fetched(host)
    assert (host.tokens, other.tokens) == ([], [])


def test_redirect_takes_the_token_nowhere(host: Host, other: Host) -> None:
    host.address, host.status, host.location = f"{host.url}/a.png", 302, f"{other.url}/a.png"
    with pytest.raises(slack.Rejected, match="access_denied"):
        fetched(host)
    assert other.tokens == []


def test_page_to_sign_in_is_no_file(host: Host) -> None:
    host.address, host.content = f"{host.url}/a.png", PAGE
    with pytest.raises(slack.Rejected, match="access_denied"):
        fetched(host)


@pytest.mark.parametrize(("status", "error"), [(403, slack.NotDone), (500, slack.NotDone), (410, slack.Rejected)])
def test_refusal_is_told_from_what_passes(host: Host, status: int, error: type[Exception]) -> None:
    host.address, host.status = f"{host.url}/a.png", status
    with pytest.raises(error):
        fetched(host)
