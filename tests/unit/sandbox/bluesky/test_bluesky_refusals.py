"""The sandbox's Bluesky takes what Bluesky takes, and says no in its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from bot.sandbox.bluesky import APP_PASSWORD, OWN, BlueskyService
from bot.sandbox.bluesky.routes import SIGN_INS
from bot.sandbox.server import Sandbox
from tests.support.clock import TurnedClock

KEY = "3mpp2x2k2k22a"
EMOJI = "👍".encode()
RECORD = {"$type": "app.bsky.feed.post", "text": "👍 hi", "createdAt": "2026-11-20T15:40:00.000Z"}
LIST = "app.bsky.notification.listNotifications"


@pytest.fixture
def sandbox(clock: TurnedClock) -> Iterator[Sandbox]:
    with Sandbox(now=clock.now) as running:
        yield running


@pytest.fixture
def bluesky(sandbox: Sandbox) -> BlueskyService:
    return sandbox.bluesky


class Caller:
    def __init__(self, url: str) -> None:
        self._url, self.token = url, ""

    def get(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        return self._answer(requests.get(self._address(method), params=params, headers=self._headers(), timeout=5))

    def post(self, method: str, body: Any) -> tuple[int, dict[str, Any]]:
        return self._answer(requests.post(self._address(method), json=body, headers=self._headers(), timeout=5))

    def sign_in(self, password: str = APP_PASSWORD) -> tuple[int, dict[str, Any]]:
        said = self.post("com.atproto.server.createSession", {"identifier": OWN.handle, "password": password})
        self.token = said[1].get("accessJwt", "")
        return said

    def put(self, record: Any, **changes: Any) -> tuple[int, dict[str, Any]]:
        body = {"repo": OWN.did, "collection": "app.bsky.feed.post", "rkey": KEY, "record": record, **changes}
        return self.post("com.atproto.repo.putRecord", body)

    def _address(self, method: str) -> str:
        return f"{self._url}/bluesky/xrpc/{method}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _answer(self, response: requests.Response) -> tuple[int, dict[str, Any]]:
        return response.status_code, response.json()


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    signed_in = Caller(sandbox.url)
    signed_in.sign_in()
    return signed_in


def facet(start: int, end: int, kind: str = "link", **feature: str) -> dict[str, Any]:
    index = {"byteStart": start, "byteEnd": end}
    return {"index": index, "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}]}


@pytest.mark.parametrize(
    "changes",
    [
        {"text": None},
        {"text": "x" * 301},
        {"text": "한" * 1001},
        {"$type": "app.bsky.feed.like"},
        {"createdAt": "2026-11-20 15:40"},
        {"langs": ["nederlands!"]},
        {"langs": ["nl", "en", "sv", "de"]},
        {"mood": "good"},
        {"facets": [facet(0, 99, uri="https://a.example")]},
        {"facets": [facet(1, 4, uri="https://a.example")]},
        {"facets": [facet(5, 7, uri="a.example")]},
        {"facets": [facet(5, 7, kind="mention", did=OWN.did)]},
        {"facets": [facet(5, 7, kind="tag", tag="hi")]},
        {"facets": [facet(5, 7, uri="https://a.example"), facet(0, 4, uri="https://a.example")]},
        {"facets": [facet(5, 7, kind="other", uri="https://a.example")]},
        {"reply": {"parent": {"uri": f"at://{OWN.did}/app.bsky.feed.post/{KEY}", "cid": "bafyrei" + "a" * 52}}},
        {"reply": 7},
    ],
)
def test_record_that_is_not_in_order_is_refused(
    bluesky: BlueskyService, caller: Caller, changes: dict[str, Any]
) -> None:
    status, said = caller.put(RECORD | changes)
    assert (status, said["error"]) == (400, "InvalidRequest")
    assert bluesky.posts == ()


@pytest.mark.parametrize(
    "changes", [{"rkey": "reply-1"}, {"rkey": "zzzzzzzzzzzzz"}, {"collection": "app.bsky.feed.poll"}, {"more": 1}]
)
def test_place_that_is_not_in_order_is_refused(caller: Caller, changes: dict[str, Any]) -> None:
    assert caller.put(RECORD, **changes)[0] == 400


@pytest.mark.parametrize("end", ["root", "parent"])
def test_reply_names_versions_that_stand_in_one_conversation(bluesky: BlueskyService, caller: Caller, end: str) -> None:
    root = bluesky.post("anne.example.com", "een draad")
    question = bluesky.post("anne.example.com", "@acme.example.com hallo?", in_reply_to=root.id)
    reply = {"root": root.reference, "parent": question.reference}
    for wrong in ({**reply[end], "cid": "bafyrei" + "a" * 52}, (question if end == "root" else root).reference):
        status, _ = caller.put(RECORD | {"reply": reply | {end: wrong}})
        assert status == (200 if wrong == root.reference and end == "parent" else 400)
    assert caller.put(RECORD | {"reply": reply})[0] == 200


def test_same_record_twice_is_one_version(bluesky: BlueskyService, caller: Caller) -> None:
    assert caller.put(RECORD) == caller.put(RECORD)
    assert len(bluesky.posts) == 1


@pytest.mark.parametrize(
    ("ask", "status", "error"),
    [
        (lambda caller: caller.sign_in("wrong"), 401, "AuthenticationRequired"),
        (lambda caller: caller.post("com.atproto.server.createSession", {"identifier": "a"}), 400, "InvalidRequest"),
        (lambda caller: caller.get("com.atproto.server.createSession"), 405, "InvalidRequest"),
        (lambda caller: caller.get("app.bsky.feed.getLikes"), 501, "MethodNotImplemented"),
        (lambda caller: caller.get(LIST, limit=101), 400, "InvalidRequest"),
        (lambda caller: caller.get(LIST, page=2), 400, "InvalidRequest"),
        (lambda caller: caller.get("app.bsky.feed.getPosts", uris=["at://anne/1"]), 400, "InvalidRequest"),
        (lambda caller: caller.get("app.bsky.feed.getPosts"), 400, "InvalidRequest"),
        (lambda caller: caller.get("com.atproto.identity.resolveHandle", handle="a.example"), 400, "HandleNotFound"),
        (
            lambda caller: caller.get(
                "com.atproto.repo.getRecord", repo=OWN.did, collection="app.bsky.feed.post", rkey=KEY
            ),
            400,
            "RecordNotFound",
        ),
        (lambda caller: caller.put(RECORD, repo="did:plc:" + "anne" * 6), 401, "AuthenticationRequired"),
    ],
)
def test_wrong_question_meets_the_reference_servers_error(caller: Caller, ask: Any, status: int, error: str) -> None:
    answered, said = ask(caller)
    assert (answered, said["error"]) == (status, error)


def test_token_is_asked_for_and_ends(bluesky: BlueskyService, caller: Caller) -> None:
    assert caller.get(LIST)[0] == 200
    bluesky.expire()
    assert caller.get(LIST)[1]["error"] == "ExpiredToken"
    caller.token = "ey.other"
    assert caller.get(LIST)[1]["error"] == "InvalidToken"
    caller.token = ""
    assert caller.get(LIST) == (401, {"error": "AuthMissing", "message": "Authentication Required"})


def test_sign_ins_are_counted(caller: Caller) -> None:
    said = [caller.sign_in() for _ in range(SIGN_INS)]
    assert [status for status, _ in said] == [200] * (SIGN_INS - 1) + [429]
    assert said[-1][1]["error"] == "RateLimitExceeded"
