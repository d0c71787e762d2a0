"""Bluesky with canned answers, for those that no sandbox gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter

from bot.networks.bluesky.client import BlueskyAccount
from tests.support.canned_x import answer

NOW = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
OURS, ANNE = "did:plc:" + "acme" * 6, "did:plc:" + "anne" * 6
POST = f"at://{ANNE}/app.bsky.feed.post/3mpp2x2k2k22a"
SESSION = {"did": OURS, "handle": "acme.example.com", "accessJwt": "sesame", "refreshJwt": "again"}
NOTHING: dict[str, object] = {"notifications": [], "posts": [], "records": []}
Answer = Callable[[requests.PreparedRequest], requests.Response]


def signed_in(_: requests.PreparedRequest) -> requests.Response:
    return answer(200, SESSION)


@contextmanager
def answering(reply: Answer, session: Answer = signed_in) -> Iterator[list[requests.PreparedRequest]]:
    """In place of the network card: what goes out is kept, what comes back is the test's.

    `session` answers what begins or renews a session; that is not kept.
    """
    asked: list[requests.PreparedRequest] = []

    def send(self: HTTPAdapter, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        assert kwargs["timeout"] == (7.0, 7.0)
        if "com.atproto.server." in str(request.url):
            return session(request)
        asked.append(request)
        return reply(request)

    with patch.object(HTTPAdapter, "send", send):
        yield asked


def canned_account(api_url: str = "https://bluesky.example/prefix/") -> BlueskyAccount:
    return BlueskyAccount("acme.example.com", app_password="secretword", api_url=api_url, timeout=7.0, now=lambda: NOW)


def error(name: str, message: str = "no") -> dict[str, object]:
    return {"error": name, "message": message}


def view(text: object = "@acme.example.com hi", **changes: Any) -> dict[str, Any]:
    """Return the view of a post by Anne; `record` adds to its record."""
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-20T15:30:00.000Z"}
    return {
        "uri": POST,
        "cid": "bafyrei" + "a" * 52,
        "author": {"did": ANNE, "handle": "anne.bsky.social", "displayName": "Anne"},
        "indexedAt": "2026-11-20T15:30:01.000Z",
        **changes,
        "record": record | changes.get("record", {}),
    }
