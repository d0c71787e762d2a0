"""A forum at Kundo, played by a small strict server that keeps to what Kundo documents of its API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from bot.networks.kundo.client import KundoAccount
from tests.support.clock import TurnedClock
from tests.support.counterparts.base import OnOurClock, Written

KEY, EDITOR, SLUG, PAGE = "key-of-acme", "redactie@acme.example", "acme", 50
SWEDEN = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Item:
    """A dialog, or a comment on the dialog `on`."""

    id: int
    by: str
    text: str
    at: datetime
    on: int = 0
    of_org: bool = False


class Refusal(Exception):
    def __init__(self, status: int, body: object = "") -> None:
        super().__init__(status)
        self.status, self.body = status, body


class Forum:
    """What is in the forum, and the rules of its API. Any thread may use it."""

    def __init__(self, clock: TurnedClock) -> None:
        self._clock = clock
        self._lock = Lock()
        self.items: dict[int, Item] = {}
        self._last = 100

    def add(self, by: str, text: str, on: int = 0, *, of_org: bool = False) -> Item:
        with self._lock:
            self._last += 1
            item = Item(self._last, by, text, self._clock.now(), on, of_org)
            self.items[item.id] = item
            return item

    def answer(self, method: str, path: str, query: Mapping[str, str], body: bytes, kind: str) -> tuple[int, object]:
        if query.get("key", KEY) != KEY:
            raise Refusal(401)
        if searched := re.fullmatch(rf"/api/search/{SLUG}/([^/]+)[.]json", path):
            words = unquote(searched[1]).lower()
            found = [one for one in self.items.values() if not one.on and words in one.text.lower()]
            return 200, [self._shown(one) for one in reversed(found)][:10]
        match = re.fullmatch(rf"/api/(?:(dialog|comment|properties|taglist)/)?{SLUG}(?:/([0-9]+))?[.]json", path)
        if not match:
            raise Refusal(404)
        what, number = match[1], int(match[2] or 0)
        if method == "POST":
            return self._post(what, number, query, body, kind)
        if what in ("properties", "taglist"):
            if what == "taglist" and "key" not in query:
                raise Refusal(403)
            return 200, [{"name": "Acme"}] if what == "properties" else []
        if number and (number not in self.items or self.items[number].on):
            raise Refusal(404)
        if what == "dialog":
            return 200, self._shown(self.items[number])
        listed = [one for one in self.items.values() if one.on == (number if what == "comment" else 0)]
        if query.get("sort") not in ("pub_date", "-pub_date") or int(query.get("limit", PAGE)) > PAGE:
            raise Refusal(400, {"sort": ["unknown"]})
        listed.sort(key=lambda one: one.id, reverse=query["sort"] == "-pub_date")
        start = int(query.get("start", 0))
        return 200, [self._shown(one) for one in listed[start : start + PAGE]]

    def _post(self, what: str, number: int, query: Mapping[str, str], body: bytes, kind: str) -> tuple[int, object]:
        if "key" not in query:
            raise Refusal(403)
        if what != "comment" or number not in self.items:
            raise Refusal(404)
        if kind != "application/json":
            raise Refusal(400)
        form = json.loads(body)
        if form.get("useremail") != EDITOR:
            raise Refusal(400, {"useremail": ["This field is required."]})
        if not form.get("text") or set(form) != {"text", "useremail"}:
            raise Refusal(400, {"text": ["This field is required."]})
        self.add("Redactie", form["text"], number, of_org=True)
        return 201, "CREATED"

    def _shown(self, item: Item) -> dict[str, object]:
        address = f"/org/{SLUG}/d/vraag-{item.on or item.id}/"
        shown: dict[str, object] = {
            "id": item.id,
            "text": "<p>" + escape(item.text, quote=False).replace("\n", "<br>") + "</p>",
            "user": {"first_name": item.by, "work_title": "", "gravatar_image": ""},
            "pub_date": f"{item.at.astimezone(SWEDEN):%Y-%m-%d %H:%M:%S}",
            "absolute_url": f"{address}#c{item.id}" if item.on else address,
        }
        if item.on:
            return shown | {"is_org_reply": item.of_org}
        comments = sum(one.on == item.id for one in self.items.values())
        return shown | {"title": "", "topic": "Q", "num_comments": comments}


class Kundo(OnOurClock):
    pictures = languages = announces = refuses_long = False
    secrets = (KEY,)

    def __init__(self, forum: Forum, address: str, clock: TurnedClock) -> None:
        self._forum, self.address, self.clock = forum, address, clock

    def account(self, **changes: Any) -> KundoAccount:
        arguments: dict[str, Any] = {"api_key": f"{EDITOR}:{KEY}", "api_url": self.address, "now": self.now}
        return KundoAccount(**{"handle": SLUG, **arguments, **changes})

    def customer(
        self,
        text: str,
        *,
        by: str = "klant",
        answering: str | None = None,
        private: bool = False,
        alt: str | None = None,
        language: str | None = None,
    ) -> str:
        on = int((answering or "0").partition(".")[0])
        return self._id(self._forum.add(by, text, on))

    def aside(self, text: str, *, by: str = "klant") -> str:
        return self.customer(text, by=by)

    def edit(self, post: str, text: str) -> None:
        item = self._item(post)
        self._forum.items[item.id] = replace(item, text=text)

    def delete(self, post: str) -> None:
        del self._forum.items[self._item(post).id]

    def answer_elsewhere(self, post: str, text: str) -> str:
        return self._id(self._forum.add("Redactie", text, int(post.partition(".")[0]), of_org=True))

    def written(self) -> list[Written]:
        return [Written(self._id(one), one.text, str(one.on)) for one in self._forum.items.values() if one.of_org]

    def likes(self, post: str) -> int:
        raise NotImplementedError(post)

    @property
    def wrong_keys(self) -> Mapping[str, str]:
        return {"api_key": f"{EDITOR}:of-nobody"}

    def _item(self, post: str) -> Item:
        return self._forum.items[int(post.rpartition(".")[2])]

    def _id(self, item: Item) -> str:
        return f"{item.on}.{item.id}" if item.on else str(item.id)


@contextmanager
def running() -> Iterator[Kundo]:
    clock = TurnedClock()
    forum = Forum(clock)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            try:
                status, said = forum.answer(
                    self.command, address.path, query, body, self.headers.get("content-type", "")
                )
            except Refusal as refusal:
                status, said = refusal.status, refusal.body
            plain = isinstance(said, str)
            answer = str(said).encode() if plain else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "text/plain" if plain else "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield Kundo(forum, f"http://127.0.0.1:{server.server_address[1]}", clock)
        server.shutdown()
