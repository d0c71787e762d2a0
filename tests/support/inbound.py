"""A tool that posts to the desk, and the server to which it wants answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from werkzeug.test import Client, TestResponse

from bot.platform.proof import Proof, Way
from bot.runtime.web import wsgi
from bot.usecases.desk.context import Context

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FORUM = """
[[desk.inbound]]
name = "forum"
verify = "standard"
[desk.inbound.map]
each = "items"
id = "id"
conversation = "thread.id"
"author.id" = "author.id"
"author.name" = "author.name"
text = "text"
at = "created_at"
url = "link"
answer_url = "reply_to"
answer_until = "until"
"""


def item(id_: str = "p1", text: str = "Waar blijft mijn pakket?", **changes: Any) -> dict[str, Any]:
    """One event of the forum's; each is of a customer and a conversation of its own unless `changes` say otherwise."""
    return {
        "id": id_,
        "thread": {"id": f"t-{id_}"},
        "author": {"id": f"u-{id_}", "name": "Joris de Boer"},
        "text": text,
        "link": f"https://forum.example.com/{id_}",
    } | changes


def signed(content: bytes, message_id: str = "msg_1", *, secret: str = SECRET) -> dict[str, str]:
    """Return the headers of a body as the forum signs it now."""
    return Proof(Way.STANDARD).sign(secret, message_id, content, datetime.now(UTC))


class Tool:
    """What posts to /inbound/forum of a desk in this process."""

    def __init__(self, ctx: Context) -> None:
        app: Any = type("Parts", (), {"ctx": ctx, "settings": ctx.settings, "bolt": type("Bolt", (), {"name": ""})()})
        self.client = Client(wsgi(app))

    def post(self, *items: Any, message_id: str = "msg_1", **headers: str) -> TestResponse:
        return self.send(json.dumps({"items": items}).encode(), message_id, **headers)

    def send(self, content: bytes, message_id: str = "msg_1", *, secret: str = SECRET, **headers: str) -> TestResponse:
        given = signed(content, message_id, secret=secret) | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.client.post("/inbound/forum", data=content, headers=given)


class Receiver:
    """A server to which answers are posted; it says `status` and remembers each request."""

    def __init__(self) -> None:
        self.status = 200
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                content = b'{"url": "https://forum.example.com/answers/1"}'
                self.send_response(outer.status)
                self.send_header("Location", f"{outer.url}/elsewhere")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/answers"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @contextmanager
    def running(self) -> Iterator[Receiver]:
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
