"""X with canned answers, for those that no sandbox gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from bot.networks.x.client import XAccount
from bot.networks.x.spec import SPEC

NOW = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
NOTHING = {"meta": {"result_count": 0}}
Answer = Callable[[requests.PreparedRequest], requests.Response]


def answer(status: int, body: object = None, headers: dict[str, str] | None = None) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response.raw = HTTPResponse(BytesIO(content), preload_content=False)
    return response


def known(_: requests.PreparedRequest) -> requests.Response:
    return answer(200, {"data": {"id": "1000", "username": "acme"}})


@contextmanager
def answering(reply: Answer, who: Answer = known) -> Iterator[list[requests.PreparedRequest]]:
    """In place of the network card: what goes out is kept, what comes back is the test's.

    `who` answers the question which number the account has; that is not kept.
    """
    asked: list[requests.PreparedRequest] = []

    def send(self: HTTPAdapter, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        assert kwargs["timeout"] == (7.0, 7.0)
        if str(request.url).endswith("/2/users/by/username/acme"):
            return who(request)
        asked.append(request)
        return reply(request)

    with patch.object(HTTPAdapter, "send", send):
        yield asked


def canned_account(api_url: str = "https://x.example/prefix/") -> XAccount:
    tokens = dict.fromkeys((key.name for key in SPEC.keys), "t")
    return XAccount("acme", api_url=api_url, timeout=7.0, now=lambda: NOW, **tokens)


def problem(detail: str) -> dict[str, object]:
    return {"title": "Refused", "detail": detail, "type": "about:blank"}
