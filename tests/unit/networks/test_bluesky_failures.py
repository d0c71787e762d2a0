"""What the adapter makes of Bluesky's refusals, of broken connections and of nonsense."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from urllib3.exceptions import ProtocolError

from bot.networks.base import OF_THE_ACCOUNT, Account, Ambiguous, Deed, Gap, NetworkError, NotDone, Outgoing, Rejected
from bot.networks.bluesky.client import BlueskyAccount
from bot.networks.bluesky.errors import rate_limit_wait, spent_until
from bot.networks.bluesky.session import SIGN_INS
from tests.support.canned_bluesky import (
    ANNE,
    NOTHING,
    NOW,
    OURS,
    POST,
    SESSION,
    answering,
    canned_account,
    error,
    view,
)
from tests.support.canned_x import answer

REPLY = Outgoing("Hi", POST, key="reply-1", at=NOW)
ALONE = Outgoing("Hi", key="update-1", at=NOW)


def put(request: requests.PreparedRequest) -> requests.Response:
    """Answer as a server that knows Anne's post and takes what it is given."""
    if request.method == "GET":
        return answer(200, NOTHING | {"posts": [view()]})
    body = json.loads(str(request.body))
    return answer(200, {"uri": f"at://{body['repo']}/{body['collection']}/{body['rkey']}", "cid": "bafy"})


def reads(account: Account) -> None:
    account.fetch(None, NOW)


def writes(account: Account) -> None:
    account.send(ALONE)


class TestList:
    """A list that does not end is no list that was read."""

    def pages(self, *cursors: str) -> Callable[[requests.PreparedRequest], requests.Response]:
        """Answer each page with the next cursor, the last one again and again."""
        left = list(cursors)

        def reply(_: requests.PreparedRequest) -> requests.Response:
            line = view(reason="mention", indexedAt="2026-11-20T15:39:00.000Z")
            cursor = left.pop(0) if len(left) > 1 else left[0]
            return answer(200, {"notifications": [line], "posts": [], "cursor": cursor})

        return reply

    @pytest.mark.parametrize("cursors", [("a", "b", "a"), ("a", "a"), ("a", "b", "c", "b")])
    def test_list_that_goes_round_leaves_a_gap(self, cursors: tuple[str, ...]) -> None:
        with answering(self.pages(*cursors)):
            found = canned_account().fetch(None, NOW - timedelta(hours=1))
        assert found.gap == Gap(NOW - timedelta(hours=1), NOW - timedelta(minutes=1))

    def test_list_that_ends_leaves_none(self) -> None:
        with answering(self.pages("a", "b", "")):
            assert canned_account().fetch(None, NOW - timedelta(hours=1)).gap is None


class TestStatus:
    @pytest.mark.parametrize(
        ("status", "body", "read", "write"),
        [
            (301, b"", "invalid", "invalid"),
            (400, error("InvalidRequest"), "invalid", "invalid"),
            (400, error("InvalidRequest", "Record/text must not be longer than 300 graphemes"), "too_long", "too_long"),
            (400, error("RecordNotFound"), "gone", "gone"),
            (400, error("InvalidRequest", "Could not locate record: at://x"), "gone", "gone"),
            (401, error("AuthMissing"), "credentials", "credentials"),
            (401, b"<html>", "credentials", "credentials"),
            (400, error("ExpiredToken"), "credentials", "credentials"),
            (400, error("InvalidToken"), "credentials", "credentials"),
            (401, error("AccountTakedown"), "suspended", "suspended"),
            (400, error("AccountDeactivated"), "suspended", "suspended"),
            (403, error("Forbidden"), "forbidden", "forbidden"),
            (413, b"", "too_long", "too_long"),
            (404, b"<html>", NotDone, NotDone),
            (501, error("MethodNotImplemented"), NotDone, NotDone),
            (408, b"", NotDone, Ambiguous),
            (409, ["odd"], "invalid", "invalid"),
            (429, b"<html>", NotDone, NotDone),
            (400, error("RateLimitExceeded"), NotDone, NotDone),
            (500, {"error": [7, None]}, NotDone, Ambiguous),
            (502, error("UpstreamFailure"), NotDone, Ambiguous),
            (503, b"<html>", NotDone, Ambiguous),
            (200, b"<html>", NotDone, Ambiguous),
            (200, ["not", "an", "object"], NotDone, Ambiguous),
            (200, b"[" * 100_000, NotDone, Ambiguous),
            (200, {}, NotDone, Ambiguous),
            (200, {"uri": POST, "notifications": {}}, NotDone, Ambiguous),
        ],
    )
    def test_each_is_a_word_of_the_desk(
        self, status: int, body: object, read: str | type[NetworkError], write: str | type[NetworkError]
    ) -> None:
        for expected, does in ((read, reads), (write, writes)):
            with answering(lambda _: answer(status, body)), pytest.raises(NetworkError) as raised:
                does(canned_account())
            found = raised.value
            assert (found.code if isinstance(found, Rejected) else type(found)) == expected
            if status != 200:
                assert str(status) in found.detail

    @pytest.mark.parametrize(("name", "told"), [("InvalidRequest", ": InvalidRequest"), ("customersword", ""), (7, "")])
    def test_detail_repeats_neither_words_nor_secrets(self, name: Any, told: str) -> None:
        body = error(name, 'customersword "secretword" sesame')
        with answering(lambda _: answer(400, body)), pytest.raises(Rejected) as raised:
            canned_account().send(Outgoing("customersword", key="1", at=NOW))
        assert raised.value.detail == f"Bluesky answered 400 to POST{told}"

    def test_reply_whose_post_cannot_be_read_is_not_sent(self) -> None:
        def away(request: requests.PreparedRequest) -> requests.Response:
            assert request.method == "GET"
            return answer(503)

        with answering(away), pytest.raises(NotDone):
            canned_account().send(REPLY)


class TestSession:
    @pytest.mark.parametrize(
        ("status", "body", "code", "keys"),
        [
            (401, error("AuthenticationRequired"), "credentials", ("app_password",)),
            (400, error("InvalidToken"), "credentials", ("app_password",)),
            (401, error("AuthFactorTokenRequired"), "credentials", ("app_password",)),
            (401, error("AccountTakedown"), "suspended", ()),
            (200, SESSION | {"active": False, "status": "deactivated"}, "suspended", ()),
        ],
    )
    def test_refused_password_is_not_tried_again_for_a_while(
        self, status: int, body: object, code: str, keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at, signed_in = [1000.0], list[str]()
        monkeypatch.setattr("bot.networks.bluesky.session.time.monotonic", lambda: at[0])

        def session(request: requests.PreparedRequest) -> requests.Response:
            signed_in.append(str(request.url))
            return answer(status, body)

        account = canned_account()
        with answering(lambda _: answer(200, NOTHING), session):
            for seconds, times in ((0, 1), (299, 1), (2, 2)):
                at[0] += seconds
                with pytest.raises(Rejected) as refused:
                    account.fetch(None, NOW)
                assert (refused.value.code, refused.value.keys, len(signed_in)) == (code, keys, times)
        assert code in OF_THE_ACCOUNT
        assert "secretword" not in refused.value.detail

    @pytest.mark.parametrize(
        ("status", "body"),
        [(500, b""), (429, b""), (200, b"<html>"), (200, {}), (404, b""), (200, SESSION | {"did": "acme"})],
    )
    def test_failed_sign_in_before_a_reply_means_not_done(self, status: int, body: object) -> None:
        with answering(put, lambda _: answer(status, body)) as asked, pytest.raises(NotDone):
            canned_account().send(REPLY)
        assert asked == []

    @pytest.mark.parametrize("token", ["ses\r\name", "sés", "", 7, None])
    def test_token_that_no_header_can_hold_is_no_session(self, token: object) -> None:
        with answering(put, lambda _: answer(200, SESSION | {"accessJwt": token})), pytest.raises(NotDone) as refused:
            canned_account().send(REPLY)
        assert refused.value.detail == "Bluesky answered a sign-in with something that is not a session"

    def test_token_that_is_always_refused_ends_in_one_refusal(self) -> None:
        signed_in: list[str] = []

        def session(request: requests.PreparedRequest) -> requests.Response:
            signed_in.append(str(request.url).rpartition(".")[2])
            return answer(200, SESSION)

        account = canned_account()
        with answering(lambda _: answer(400, error("InvalidToken")), session) as asked:
            for _ in range(3):
                with pytest.raises(Rejected) as refused:
                    account.fetch(None, NOW)
        assert signed_in[:3] == ["createSession", "refreshSession", "createSession"]
        assert signed_in.count("createSession") == 2
        assert refused.value.code == "credentials"
        assert len(asked) <= 9

    def test_sign_ins_are_few_whatever_happens(self) -> None:
        signed_in: list[str] = []

        def session(request: requests.PreparedRequest) -> requests.Response:
            signed_in.append(str(request.url).rpartition(".")[2])
            return answer(200, SESSION) if "create" in signed_in[-1] else answer(400, error("ExpiredToken"))

        account, turns = canned_account(), iter(range(10_000))
        with answering(
            lambda _: answer(200, NOTHING) if next(turns) % 2 else answer(400, error("ExpiredToken")), session
        ):
            refused: list[NotDone] = []
            for _ in range(3 * SIGN_INS):
                try:
                    account.fetch(None, NOW)
                except NotDone as error_:
                    refused.append(error_)
        assert signed_in.count("createSession") == SIGN_INS
        assert {one.code for one in refused} == {"rate_limited"}

    def test_renewing_keeps_the_request_that_met_it(self) -> None:
        tokens = iter(["first", "second"])

        def session(_: requests.PreparedRequest) -> requests.Response:
            return answer(200, SESSION | {"accessJwt": next(tokens)})

        def reply(request: requests.PreparedRequest) -> requests.Response:
            return answer(400, error("ExpiredToken")) if "first" in str(request.headers) else put(request)

        with answering(reply, session) as asked:
            sent = canned_account().send(ALONE)
        assert [request.headers["Authorization"] for request in asked] == ["Bearer first", "Bearer second"]
        assert sent.id.startswith(f"at://{OURS}/app.bsky.feed.post/")

    def test_machine_wide_password_does_not_replace_the_token(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("default login somebody password else\n")
        monkeypatch.setenv("NETRC", str(netrc))
        with answering(lambda _: answer(200, NOTHING)) as asked:
            canned_account().fetch(None, NOW)
        assert asked[0].headers["Authorization"] == "Bearer sesame"

    @pytest.mark.parametrize("call", [reads, writes, lambda account: account.do(Deed.LIKE, POST)])
    def test_nothing_is_read_or_posted_as_another_account(self, call: Callable[[Account], None]) -> None:
        with (
            answering(put, lambda _: answer(200, SESSION | {"handle": "else.example.com"})) as asked,
            pytest.raises(Rejected) as refused,
        ):
            call(canned_account())
        assert "acts for @else.example.com, the desk for @acme.example.com" in refused.value.detail
        assert (refused.value.code, refused.value.keys, asked) == ("credentials", ("app_password",), [])

    @pytest.mark.parametrize("handle", ["ACME.example.com", "handle.invalid"])
    def test_account_is_ours_in_capitals_and_while_its_handle_is_in_doubt(self, handle: str) -> None:
        with answering(put, lambda _: answer(200, SESSION | {"handle": handle})) as asked:
            writes(canned_account())
        assert len(asked) == 1

    def test_session_names_another_account(self) -> None:
        with (
            answering(put, lambda _: answer(200, SESSION | {"handle": "else.example.com"})),
            pytest.raises(Rejected) as refused,
        ):
            canned_account().verify()
        assert (refused.value.code, refused.value.keys) == ("credentials", ("app_password",))

    def test_another_server_that_the_session_names_gets_no_token(self) -> None:
        elsewhere = {"service": [{"id": "#atproto_pds", "serviceEndpoint": "https://evil.example"}]}
        with answering(put, lambda _: answer(200, SESSION | {"didDoc": elsewhere})) as asked:
            canned_account().send(REPLY)
        assert {str(request.url)[:36] for request in asked} == {"https://bluesky.example/prefix/xrpc/"}


class TestConnection:
    @pytest.mark.parametrize("failure", [TimeoutError("connect"), ssl.SSLCertVerificationError("certificate")])
    def test_one_never_made_means_not_done(self, failure: Exception) -> None:
        with patch("urllib3.util.connection.create_connection", side_effect=failure), pytest.raises(NotDone):
            canned_account().send(REPLY)

    def test_broken_off_answer_is_ambiguous(self) -> None:
        class Broken:
            def stream(self, *args: object, **kwargs: object) -> Iterator[bytes]:
                yield b'{"uri": "at://'
                raise ProtocolError("Connection broken")

        half = requests.Response()
        half.status_code, half.raw = 200, Broken()
        with answering(lambda request: half if request.method == "POST" else put(request)), pytest.raises(Ambiguous):
            canned_account().send(REPLY)

    @pytest.mark.parametrize(
        "api_url", ["nonsense", "http://bsky.example:port", "", "ftp://bsky.example", "https://[::1"]
    )
    def test_invalid_address_means_not_done(self, api_url: str) -> None:
        for does in (reads, writes):
            with pytest.raises(NotDone):
                does(canned_account(api_url))


class TestLimits:
    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({}, 60),
            ({"ratelimit-reset": "1800000300"}, 300),
            ({"ratelimit-reset": "300"}, 300),
            ({"ratelimit-reset": "1799999000"}, 1),
            ({"ratelimit-reset": "soon", "retry-after": "12"}, 12),
            ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60),
            ({"ratelimit-reset": "999999999999"}, 86_400),
            ({"retry-after": "9" * 400}, 60),
        ],
    )
    def test_wait_is_what_bluesky_says(self, headers: dict[str, str], seconds: float) -> None:
        assert rate_limit_wait(headers, 1_800_000_000.0) == seconds

    def test_empty_window_is_not_asked_until_it_opens(self, monkeypatch: pytest.MonkeyPatch) -> None:
        at, account = [1_800_000_000.0], canned_account()
        monkeypatch.setattr("bot.networks.limits.time.time", lambda: at[0])
        left = {"RateLimit-Remaining": "0", "RateLimit-Reset": "1800000300"}

        def reply(request: requests.PreparedRequest) -> requests.Response:
            return answer(200, NOTHING, left) if "listNotifications" in str(request.url) else put(request)

        with answering(reply) as asked:
            account.fetch(None, NOW)
            with pytest.raises(NotDone) as refused:
                account.fetch(None, NOW)
            assert (refused.value.retry_after, refused.value.code, len(asked)) == (300, "rate_limited", 1)
            account.send(REPLY)
            at[0] += 300
            account.fetch(None, NOW)
        assert spent_until({"ratelimit-remaining": "1", "ratelimit-reset": "1800000300"}, at[0]) == 0


FIELDS = [
    "uri", "cid", "author", "did", "handle", "record", "value", "text", "reply", "root", "parent", "embed", "images",
    "facets", "index", "features", "notifications", "posts", "records", "reason", "indexedAt", "createdAt",
    "error", "viewer",
]  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from([POST, ANNE, OURS, "mention", "2026-11-20T15:30:00Z", "\ud800", "RecordNotFound"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=14,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([200, 200, 200, 400, 401, 403, 404, 429, 500, 503]), JSON, st.booleans())
def test_any_answer_of_bluesky_raises_only_network_errors(status: int, body: object, is_known: bool) -> None:
    made: BlueskyAccount = canned_account()
    account: Account = made
    calls: list[Callable[[], Any]] = [
        lambda: account.fetch(None, NOW),
        lambda: account.own_posts(None, NOW),
        lambda: account.send(REPLY),
        lambda: account.do(Deed.LIKE, POST),
        lambda: account.find_sent(REPLY, NOW),
        lambda: account.look_up((POST, "2")),
        account.verify,
    ]
    lists: Any = {"notifications": [body, view(**body) if isinstance(body, dict) and "record" not in body else view()]}
    odd = {**lists, "posts": lists["notifications"], "records": lists["notifications"]} if is_known else body

    def reply(_: requests.PreparedRequest) -> requests.Response:
        return answer(status, odd, {"ratelimit-reset": "nonsense"})

    with answering(reply) if is_known else answering(reply, reply):
        for call in calls:
            with suppress(NetworkError):
                call()
