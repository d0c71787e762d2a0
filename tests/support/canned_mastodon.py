"""A Mastodon server with canned answers, for those that the mock does not give."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from bot.networks.mastodon.client import MastodonAccount
from tests.support.counterparts.base import canned, on_the_wire

NOW = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
Query = Mapping[str, list[str]]

NOTIFICATIONS = "GET /api/v1/notifications"
ME = "GET /api/v1/accounts/verify_credentials"
OWN = "GET /api/v1/accounts/1000/statuses"
LIST = "GET /api/v1/statuses"
POST = "POST /api/v1/statuses"


def mastodon(**changes: Any) -> MastodonAccount:
    arguments: dict[str, Any] = {"access_token": "t", "api_url": "https://m.example/prefix/", "now": lambda: NOW}
    return MastodonAccount(**{"handle": "acme@example.social", **arguments, **changes})


def status(id_: str | int, content: str = "<p>@acme hoi</p>", acct: str = "klant", **more: object) -> dict[str, Any]:
    posted: dict[str, Any] = {
        "id": id_,
        "created_at": "2026-11-20T15:30:00.000Z",
        "visibility": "public",
        "content": content,
        "url": f"https://example.social/@{acct}/{id_}",
        "account": {"id": "42", "acct": acct, "username": acct.partition("@")[0], "display_name": "Klant"},
    }
    return posted | more


def ours(id_: str, content: str, answers: str | None, **more: object) -> dict[str, Any]:
    return status(id_, content, "acme", in_reply_to_id=answers, **more)


def notification(id_: str | int, about: object = None, type_: str = "mention", **more: object) -> dict[str, Any]:
    told = {"id": id_, "type": type_, "created_at": "2026-11-20T15:31:00.000Z"}
    return told | {"status": status(f"s{id_}") if about is None else about} | more


class Listing:
    """A list in Mastodon's manner: pages of `size`, the newest first, of what is newer or older than an id."""

    def __init__(self, items: list[dict[str, Any]], size: int = 2, knows: str = "min_id max_id") -> None:
        self.items, self._size, self._knows = items, size, knows.split()

    def __call__(self, query: Query) -> object:
        newest_first = sorted(self.items, key=lambda item: int(item["id"]), reverse=True)
        asked = {name: int(query[name][0]) for name in self._knows if name in query}
        if "max_id" in asked:
            newest_first = [item for item in newest_first if int(item["id"]) < asked["max_id"]]
        if "min_id" in asked:
            newest_first = [item for item in newest_first if int(item["id"]) > asked["min_id"]]
            return newest_first[-self._size :]
        return newest_first[: self._size]


@contextmanager
def serving(routes: Mapping[str, object]) -> Iterator[list[requests.PreparedRequest]]:
    """Answer by method and path: with a status, with a status, a body and headers, or with a body; else 404.

    What is callable is called with the query first. Yields what was asked, but for whose token it is, which the server
    tells if a test does not.
    """
    asked: list[requests.PreparedRequest] = []

    def reply(request: requests.PreparedRequest, _: Callable[[], requests.Response]) -> requests.Response:
        if route_of(request) == ME and ME not in routes:
            return canned(200, b'{"id": "1000", "username": "acme"}')
        asked.append(request)
        address = urlsplit(str(request.url))
        found = routes.get(route_of(request), 404)
        found = found(parse_qs(address.query)) if callable(found) else found
        if isinstance(found, int):
            return canned(found, b'{"error": "no"}')
        code, body, headers = found if isinstance(found, tuple) else (200, found, {})
        return canned(code, body if isinstance(body, bytes) else json.dumps(body).encode(), headers)

    with on_the_wire(reply):
        yield asked


def route_of(request: requests.PreparedRequest) -> str:
    return f"{request.method} {urlsplit(str(request.url)).path.removeprefix('/prefix')}"


def posted(asked: list[requests.PreparedRequest]) -> dict[str, str]:
    """Return the form of the only post that was sent."""
    (sent,) = [request for request in asked if route_of(request) == POST]
    return {name: values[0] for name, values in parse_qs(str(sent.body), keep_blank_values=True).items()}
