"""An X of which a test says what it answers, over real HTTP, and posts with something wrong in them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]

GONE = object()
ODD: tuple[Any, ...] = (
    *(GONE, None, 10**40, float("inf"), [None], {}),
    *("x" * 5000, "\ud800", "a\0b", "9" * 19, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
)
"""What may stand where X promises something else, or be missing there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """To one request for mentions."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Content = Json | bytes | Answer


class HostileX:
    """Gives the answers that were laid ready, the last one for ever, and knows the account like any X."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked = 0
        self.url = ""

    def lay(self, *answers: Content) -> None:
        """Answer so from now on; a dict is sent as JSON."""
        self.answers = [_answer(each) for each in answers]
        self.asked = 0

    def next(self, path: str) -> Answer:
        if path.startswith("/2/users/by/username/"):
            return _answer({"data": {"id": "1000", "username": "acme"}})
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def listening() -> Iterator[HostileX]:
    x = HostileX()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = x.next(self.path)
            self.send_response(answer.status)
            for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_args: object) -> None:
            """Nothing is worth a line on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        x.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield x
        finally:
            server.shutdown()
            thread.join()


def post(number: int) -> Json:
    """One that is in order, by a customer of its own."""
    return {
        "id": str(number),
        "author_id": str(number),
        "conversation_id": str(number),
        "created_at": "2026-11-20T15:00:00.000Z",
        "text": f"@acme question {number}",
    }


def page(*posts: Json, includes: Json | None = None, next_token: str | None = None) -> Json:
    meta: Json = {"result_count": len(posts)} | ({"next_token": next_token} if next_token else {})
    return {"data": list(posts), "includes": includes or {}, "meta": meta} if posts else {"meta": meta}


def damaged(value: Any, numbers: Iterator[int]) -> Json:
    """A page of posts with all that a post can have; at each place of each kind of thing one has `value` instead."""
    places = list(_places(_whole(0)))
    wholes = [_with(_whole(next(numbers)), place, value) for place in places]
    parts: dict[str, list[Any]] = {kind: [whole[kind] for whole in wholes if kind in whole] for kind in _whole(0)}
    includes = {"users": parts["user"], "media": parts["media"], "tweets": parts["other"]}
    return page(*parts["post"], includes=includes)


def _whole(number: int) -> Json:
    """A post, and what is sent beside it because it refers to it."""
    author, picture, earlier = str(number + 1), f"3_{number}", str(number - 1)
    return {
        "post": post(number)
        | {
            "author_id": author,
            "lang": "nl",
            "attachments": {"media_keys": [picture]},
            "edit_history_tweet_ids": [earlier, str(number)],
            "entities": {
                "mentions": [{"id": "1000", "username": "acme"}],
                "urls": [{"url": "https://t.co/a", "expanded_url": "https://acme.nl/"}],
            },
            "note_tweet": {"text": "@acme and much more https://t.co/a", "entities": {}},
            "referenced_tweets": [{"type": "quoted", "id": "17"}],
        },
        "user": {"id": author, "username": "anne", "name": "Anne", "public_metrics": {"followers_count": 3}},
        "media": {"media_key": picture, "type": "photo", "url": "https://x.example/1.png", "alt_text": "a box"},
        "other": post(17),
    }


def _places(within: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in nested dicts and lists, as the keys that lead to it."""
    for key in within if isinstance(within, dict) else range(len(within)):
        yield (*path, key)
        if isinstance(within[key], dict | list):
            yield from _places(within[key], (*path, key))


def _with(whole: Json, path: tuple[Any, ...], value: Any) -> Json:
    within: Any = whole
    for key in path[:-1]:
        within = within[key]
    if value is GONE:
        del within[path[-1]]
    else:
        within[path[-1]] = value
    return whole


def _answer(content: Content) -> Answer:
    if isinstance(content, Answer):
        return content
    return Answer(content if isinstance(content, bytes) else json.dumps(content).encode())
