"""A customer system over HTTP that forgives nothing: the documented hook, and what the desk uses of Zendesk's API."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET, AGENT = "crm-secret-0123456789", "agent@acme.example"


@dataclass
class Asked:
    """One request that was accepted."""

    method: str
    path: str
    body: dict[str, Any]
    key: str


@dataclass
class Crm:
    """What it knows, and what it was asked. `status` and `location` answer everything; it hangs while `busy` is set."""

    users: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    tickets: dict[str, int] = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    said: bytes | None = None
    calls: int = 0
    free: Event = field(default_factory=Event)
    reached: Event = field(default_factory=Event)
    url: str = ""

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What the hook was asked of one type."""
        return [one.body for one in self.asked if one.body.get("type") == kind]

    def number(self, key: str) -> int:
        """The ticket of an idempotency key: the same for the same."""
        return self.tickets.setdefault(key, 100 + len(self.tickets))

    def answer(self, method: str, path: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        self.asked.append(Asked(method, path, body, key))
        return self._zendesk(method, path, body, key) if path.startswith("/api/v2/") else self._hook(body, key)

    def _hook(self, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        match body.get("type"):
            case "look_up":
                wanted = {*body["identities"], *body["handles"], *body["numbers"], *body["addresses"]}
                found = [one for one in self.users if wanted & set(one["by"])]
                return 200, {"found": {k: v for k, v in found[0].items() if k != "by"} if found else None}
            case "log_contact" | "open_ticket" if not key:
                return 400, {}
            case "open_ticket":
                return 201, {"number": f"T-{self.number(key)}", "url": "https://crm.example/t"}
            case "log_contact" | "check":
                return 200, {}
        return 400, {}

    def _zendesk(self, method: str, path: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(path)
        where = parts.path.removeprefix("/api/v2/")
        query = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
        if (method, where) == ("GET", "users/me"):
            return 200, {"user": {"id": 1, "name": "Anna"}}
        if (method, where) == ("GET", "users/search") and len(query) == 1:
            return 200, {"users": self._found(query)}
        if (method, where) == ("POST", "tickets") and key and set(body) == {"ticket"}:
            ticket = body["ticket"]
            fine = ticket["subject"] and ticket["comment"]["body"] and not ticket["comment"]["public"]
            return (201, {"ticket": {"id": self.number(key)}}) if fine else (422, {})
        if method == "PUT" and where.removeprefix("tickets/").isdecimal():
            return 200, {"ticket": {}}
        return 404, {}

    def _found(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """What a search finds: with words also what only begins so, as theirs do."""
        if "external_id" in query:
            return [one for one in self.users if one.get("external_id") == query["external_id"]]
        words = query["query"].removeprefix("email:").strip('"').lower()
        return [one for one in self.users if words in json.dumps(one).lower()]


@contextmanager
def served(crm: Crm) -> Iterator[Crm]:
    """Serve it on this machine."""
    crm.free.set()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            crm.calls += 1
            crm.reached.set()
            crm.free.wait(20)
            status, found = (crm.status, {}) if crm.status != 200 else self._checked(body)
            said = json.dumps(found).encode() if crm.said is None else crm.said
            try:
                self.send_response(status)
                for name, value in crm.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
            except OSError:
                return  # whoever asked has gone

        def _checked(self, body: bytes) -> tuple[int, dict[str, Any]]:
            if self.path.startswith("/api/v2/"):
                token = b64encode(f"{AGENT}/token:{SECRET}".encode()).decode()
                if self.headers.get("Authorization") != f"Basic {token}":
                    return 401, {}
            else:
                at = self.headers.get("X-Webcare-Timestamp", "")
                signed = hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
                fresh = at.isdecimal() and abs(time.time() - int(at)) < 300
                if not fresh or self.headers.get("X-Webcare-Signature") != f"v0={signed}":
                    return 401, {}
            if body and self.headers.get("Content-Type") != "application/json":
                return 415, {}
            key = self.headers.get("Idempotency-Key", "")
            return crm.answer(self.command, self.path, json.loads(body or b"{}"), key)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the library calls them so

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        crm.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield crm
        crm.free.set()
        server.shutdown()
