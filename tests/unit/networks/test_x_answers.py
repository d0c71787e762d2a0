"""What the adapter makes of answers that no sandbox gives: every status, the other field names, nonsense."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ProtocolError

from bot.networks.base import Ambiguous, Network, NetworkError, NotDone, Rejected
from bot.networks.x import XNetwork
from bot.networks.x.client import MAX_PAGES
from bot.networks.x.errors import rate_limit_wait

NOW = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
NOTHING = {"meta": {"result_count": 0}}
Answer = Callable[[requests.PreparedRequest], requests.Response]


def answer(status: int, body: object = None, headers: dict[str, str] | None = None) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return response


def known(_: requests.PreparedRequest) -> requests.Response:
    return answer(200, {"data": {"id": "1000", "username": "acme"}})


@contextmanager
def answering(reply: Answer, who: Answer = known) -> Iterator[list[requests.PreparedRequest]]:
    """In front of the network card: what goes out is kept, what comes back is the test's.

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


def account(api_url: str = "https://x.example/prefix/") -> XNetwork:
    tokens = dict.fromkeys(("bearer_token", "consumer_key", "consumer_secret", "access_token_secret"), "t")
    return XNetwork("acme", access_token="t", api_url=api_url, timeout=7.0, now=lambda: NOW, **tokens)


def problem(detail: str) -> dict[str, object]:
    return {"title": "Refused", "detail": detail, "type": "about:blank"}


@pytest.mark.parametrize(
    ("status", "body", "read", "write"),
    [
        (301, b"", "invalid", "invalid"),
        (400, problem("One or more parameters to your request was invalid."), "invalid", "invalid"),
        (400, problem("Your Tweet text is too long."), "too_long", "too_long"),
        (401, problem("Unauthorized"), "credentials", "credentials"),
        (402, problem("no credits"), "credits", "credits"),
        (403, problem("You are not permitted to perform this action."), "forbidden", "forbidden"),
        (403, problem("You are not allowed to create a Tweet with duplicate content."), "duplicate", "duplicate"),
        (403, problem("reply to a Tweet that is deleted or not visible to you."), "gone", "gone"),
        (
            403,
            problem("You can only reply to or quote posts where you are mentioned or are the author."),
            "not_mentioned",
            "not_mentioned",
        ),
        (404, b"<html>", "gone", "gone"),
        (408, b"", NotDone, Ambiguous),
        (409, ["odd"], "invalid", "invalid"),
        (429, b"<html>", NotDone, NotDone),
        (500, {"errors": [7, None]}, NotDone, Ambiguous),
        (503, b"<html>", NotDone, Ambiguous),
        (200, b"<html>", NotDone, Ambiguous),
        (200, ["not", "an", "object"], NotDone, Ambiguous),
        (200, b"[" * 100_000, NotDone, Ambiguous),
    ],
)
def test_each_status_is_a_word_of_the_desk(
    status: int, body: object, read: str | type[NetworkError], write: str | type[NetworkError]
) -> None:
    network = account()
    for expected, call in ((read, lambda: network.fetch("1", NOW)), (write, lambda: network.send("Hi", "2"))):
        with answering(lambda _: answer(status, body)), pytest.raises(NetworkError) as raised:
            call()
        error = raised.value
        assert (error.code if isinstance(error, Rejected) else type(error)) == expected
        if status != 200:
            assert str(status) in error.detail


def test_the_number_of_the_account_is_kept_once_it_is_known() -> None:
    answers = iter([answer(503), answer(200, {"data": {"id": "1000"}})])
    network = account()
    with answering(lambda _: answer(200, NOTHING), lambda _: next(answers)) as asked:
        with pytest.raises(NotDone):
            network.fetch("1", NOW)
        network.fetch("1", NOW)
        network.fetch("1", NOW)
    assert len(asked) == 2
    assert network.spent.counts["user_read"] == 1


@pytest.mark.parametrize("body", [{"errors": [{"title": "Not Found Error"}]}, {"data": {"id": "acme"}}, {"data": []}])
def test_an_account_without_a_number_is_refused_by_name(body: object) -> None:
    network = account()
    with answering(lambda _: answer(200, NOTHING), lambda _: answer(200, body)) as asked:
        for call in (lambda: network.fetch("1", NOW), lambda: network.find_sent("Hi", "2", NOW)):
            with pytest.raises(Rejected, match="no account @acme"):
                call()
    assert asked == []


def test_a_refused_cursor_is_given_up_for_the_time_to_read_from(caplog: pytest.LogCaptureFixture) -> None:
    newer: list[object] = []

    def refusing(request: requests.PreparedRequest) -> requests.Response:
        if "since_id" in str(request.url):
            message = "'since_id' must be a tweet id created after 2026-11-13T15:40Z."
            return answer(400, {"errors": [{"message": message, "parameters": {"since_id": ["99"]}}]})
        return answer(200, {"data": newer, "meta": {"result_count": len(newer)}})

    network = account()
    with answering(refusing) as asked:
        assert network.fetch("99", NOW).cursor is None
        newer.append({"id": "9", "author_id": "42", "text": "@acme hi"})
        fetched = network.fetch("99", NOW)
    assert ([mention.id for mention in fetched.mentions], fetched.cursor) == (["9"], "9")
    assert "start_time=2026-11-20T15%3A40%3A00Z" in str(asked[-1].url)
    assert caplog.text.count("X refuses the cursor; reading from 2026-11-20T15:40:00Z on") == 2


def test_what_is_wrong_with_something_else_is_not_laid_on_the_cursor() -> None:
    with answering(lambda _: answer(400, problem("`max_results` is wrong"))) as asked, pytest.raises(Rejected):
        account().fetch("1", NOW)
    assert len(asked) == 1


def test_a_reply_that_was_taken_without_a_number_may_be_there() -> None:
    with answering(lambda _: answer(201, {"data": {}})), pytest.raises(Ambiguous):
        account().send("Hi", "2")


def test_requests_go_to_the_configured_address() -> None:
    with answering(lambda _: answer(200, NOTHING)) as asked:
        account().fetch("17", NOW)
        account().fetch(None, NOW)
    assert [(request.url or "").split("?")[0] for request in asked] == [
        "https://x.example/prefix/2/users/1000/mentions"
    ] * 2
    assert "since_id=17" in str(asked[0].url)
    assert "start_time=2026-11-20T15%3A40%3A00Z" in str(asked[1].url)


def test_a_machine_wide_password_does_not_replace_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with answering(lambda _: answer(200, NOTHING)) as asked:
        account().fetch("1", NOW)
    assert asked[0].headers["Authorization"] == "Bearer t"


def test_what_x_sets_as_a_cookie_is_not_sent_back() -> None:
    headers = HTTPMessage()
    headers["Set-Cookie"] = "guest_id=v1%3A1; Path=/"
    reply = answer(200, NOTHING)
    reply.raw = SimpleNamespace(_original_response=SimpleNamespace(msg=headers))
    network = account()
    with answering(lambda _: reply) as asked:
        network.fetch("1", NOW)
        network.fetch("1", NOW)
    assert ["Cookie" in request.headers for request in asked] == [False, False]


def test_tokens_that_may_only_read_are_found_out_before_the_first_reply() -> None:
    me = answer(200, {"data": {"username": "acme"}}, {"x-access-level": "read"})
    with answering(lambda _: me), pytest.raises(Rejected) as raised:
        account().verify()
    assert raised.value.code == "credentials"
    assert "may only read" in raised.value.detail


@pytest.mark.parametrize("failure", [TimeoutError("connect"), ssl.SSLCertVerificationError("certificate")])
def test_a_connection_that_was_never_made_means_not_done(failure: Exception) -> None:
    with patch("urllib3.util.connection.create_connection", side_effect=failure), pytest.raises(NotDone):
        account().send("Hi", "2")


def test_an_answer_that_breaks_off_may_have_been_done() -> None:
    class Broken:
        def stream(self, *args: object, **kwargs: object) -> Iterator[bytes]:
            yield b'{"data": {"id": "1'
            raise ProtocolError("Connection broken")

    half = requests.Response()
    half.status_code, half.raw = 201, Broken()
    with answering(lambda _: half), pytest.raises(Ambiguous):
        account().send("Hi", "2")


@pytest.mark.parametrize("api_url", ["nonsense", "http://x.example:port"])
def test_an_address_that_is_none_means_not_done(api_url: str) -> None:
    with pytest.raises(NotDone):
        account(api_url).send("Hi", "2")


def test_the_details_do_not_repeat_what_was_posted() -> None:
    body = {
        "title": "Invalid Request",
        "errors": [{"parameters": {"text": ["customersword"]}}],
        "detail": "customersword",
    }
    with answering(lambda _: answer(400, body)), pytest.raises(Rejected) as raised:
        account().send("customersword", "2")
    assert raised.value.detail == "X answered 400 to POST: Invalid Request"


def test_the_other_field_names_are_tried_once_and_kept() -> None:
    def newer_only(request: requests.PreparedRequest) -> requests.Response:
        if "tweet.fields" in str(request.url):
            message = "The query parameter [tweet.fields] is not one of [post.fields,expansions]"
            return answer(400, {"errors": [{"message": message}], "title": "Invalid Request"})
        return answer(200, NOTHING)

    network = account()
    with answering(newer_only) as asked:
        network.fetch("1", NOW)
        network.fetch("1", NOW)
    assert ["post.fields" in str(request.url) for request in asked] == [False, True, True]
    assert "expansions=attachments.media_keys%2Cauthor_id%2Creferenced_posts.id" in str(asked[-1].url)
    assert "tweet" not in str(asked[-1].url)


def test_where_neither_set_of_names_is_known_x_is_asked_twice_and_no_more() -> None:
    with answering(lambda _: answer(400, problem("[expansions] is unknown"))) as asked, pytest.raises(Rejected):
        account().fetch("1", NOW)
    assert len(asked) == 2


def test_pages_that_never_end_are_left(caplog: pytest.LogCaptureFixture) -> None:
    with answering(lambda _: answer(200, {"meta": {"result_count": 0, "next_token": "again"}})) as asked:
        account().fetch("1", NOW)
    assert len(asked) == MAX_PAGES
    assert "stopped reading mentions" in caplog.text


def test_a_page_that_failed_is_not_the_end() -> None:
    post = {"id": "9", "author_id": "42", "text": "@acme hi"}

    def second_fails(request: requests.PreparedRequest) -> requests.Response:
        if "pagination_token=more" in str(request.url):
            return answer(200, {"errors": [{"title": "Service Unavailable"}]})
        return answer(200, {"data": [post], "meta": {"result_count": 1, "next_token": "more"}})

    with answering(second_fails), pytest.raises(NotDone):
        account().fetch("1", NOW)


def test_one_hostile_post_does_not_stop_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    good = {"author_id": "42", "text": "@acme hi", "created_at": "2026-11-20T15:40:00Z"}
    posts = [good | {"id": "7"}, {"id": "9", "text": "customersword"}, {"id": ["6"]}, None, 3, good | {"id": "5"}]
    own, poison = good | {"id": "8", "author_id": "1000"}, good | {"id": "9" * 40}
    with answering(lambda _: answer(200, {"data": [*posts, own, poison]})):
        fetched = account().fetch("1", NOW)
    assert [mention.id for mention in fetched.mentions] == ["5", "7"]
    assert fetched.cursor == "9"
    assert "X post 9 is left out" in caplog.text
    assert "customersword" not in caplog.text


def test_an_old_number_is_followed_to_the_newest_wording() -> None:
    def post(number: str, text: str) -> dict[str, object]:
        known = {"id": number, "author_id": "42", "text": text, "created_at": "2026-11-20T15:40:00Z"}
        return known | {"edit_history_tweet_ids": ["5", "6"]}

    def by_number(request: requests.PreparedRequest) -> requests.Response:
        return answer(200, {"data": [post("6", "new") if "ids=6" in str(request.url) else post("5", "old")]})

    with answering(by_number) as asked:
        looked_up = account().look_up(("5",))
    assert [(mention.id, mention.text, mention.earlier_ids) for mention in looked_up.standing] == [("6", "new", ("5",))]
    assert (looked_up.gone, len(asked)) == (frozenset(), 2)


def test_a_post_that_is_shown_is_not_gone() -> None:
    lost = {"type": "https://api.twitter.com/2/problems/resource-not-found", "resource_id": "5", "parameter": "ids"}
    shown = {"id": "5", "author_id": "42", "text": "@acme hi"}
    with answering(lambda _: answer(200, {"data": [shown], "errors": [lost, lost | {"resource_id": "6"}]})):
        looked_up = account().look_up(("5", "6", "7"))
    assert looked_up.gone == {"6"}
    assert [mention.id for mention in looked_up.standing] == ["5"]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"x-rate-limit-reset": "1300"}, 300),
        ({"x-rate-limit-reset": "900"}, 1),
        ({"x-rate-limit-reset": "soon", "retry-after": "12"}, 12),
        ({"x-rate-limit-reset": "1300", "x-rate-limit-remaining": "0", "retry-after": "12"}, 300),
        (
            {
                "x-rate-limit-reset": "1300",
                "x-rate-limit-remaining": "39",
                "x-user-limit-24hour-reset": "9000",
                "x-user-limit-24hour-remaining": "0",
            },
            8000,
        ),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60),
        ({"x-rate-limit-reset": "999999999999"}, 86_400),
        ({"retry-after": "9" * 400}, 60),
    ],
)
def test_the_wait_after_a_rate_limit(headers: dict[str, str], seconds: float) -> None:
    assert rate_limit_wait(headers, 1000.0) == seconds


@pytest.mark.parametrize(
    ("text", "used"),
    [("", 0), ("hoi", 3), ("日本", 4), ("👩‍👩‍👧‍👦", 2), ("zie https://acme.nl/een/heel/lang/pad/van/meer/dan/23", 27)],
)
def test_characters_are_counted_as_x_counts_them(text: str, used: int) -> None:
    counted = account().count(text)
    assert (counted.used, counted.limit) == (used, 280)


def test_the_libraries_that_log_tokens_stay_above_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("tweepy.client", "oauthlib.oauth1.rfc5849", "requests_oauthlib.oauth1_auth", "urllib3.connectionpool"):
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)


FIELDS = ["data", "id", "errors", "title", "type", "meta", "result_count", "author_id", "resource_id", "includes"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["1", "1000", "quoted", "ids"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(FIELDS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([200, 201, 400, 401, 403, 404, 429, 500, 503]), JSON, st.booleans())
def test_whatever_x_answers_nothing_but_a_network_error_is_raised(status: int, body: object, is_known: bool) -> None:
    network: Network = account()
    calls: list[Callable[[], object]] = [
        lambda: network.fetch("1", NOW),
        lambda: network.send("Hi", "2"),
        lambda: network.find_sent("Hi", "2", NOW - timedelta(hours=1)),
        lambda: network.look_up(("1", "2")),
        network.verify,
    ]

    def odd(_: requests.PreparedRequest) -> requests.Response:
        return answer(status, body, {"x-rate-limit-reset": "nonsense"})

    with answering(odd, known if is_known else odd):
        for call in calls:
            with suppress(NetworkError):
                call()
