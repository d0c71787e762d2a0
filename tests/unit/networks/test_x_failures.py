"""What the adapter makes of refusals, of broken connections and of nonsense."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from urllib3.exceptions import ProtocolError

from bot.networks.base import (
    OF_THE_ACCOUNT,
    OF_THE_APP,
    OF_THE_POST,
    Account,
    Ambiguous,
    NetworkError,
    NotDone,
    Outgoing,
    Rejected,
)
from bot.networks.x.errors import rate_limit_wait, spent_until
from tests.support.canned_x import NOTHING, NOW, answer, answering, canned_account, known, problem


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (problem("no"), "X answered 401 to GET: Refused"),
        ({"type": "about:blank"}, "X answered 401 to GET"),
        (
            {"title": "Client Forbidden", "type": "https://api.twitter.com/2/problems/client-forbidden"},
            "X answered 401 to GET: Client Forbidden client-forbidden",
        ),
    ],
)
def test_problem_is_told_by_its_title_and_type(body: dict[str, object], said: str) -> None:
    with answering(lambda _: answer(401, body)), pytest.raises(Rejected) as refused:
        canned_account().fetch(None, NOW)
    assert refused.value.detail == said


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
    account = canned_account()
    for expected, call in ((read, lambda: account.fetch("1", NOW)), (write, lambda: account.send(Outgoing("Hi", "2")))):
        with answering(lambda _: answer(status, body)), pytest.raises(NetworkError) as raised:
            call()
        error = raised.value
        assert (error.code if isinstance(error, Rejected) else type(error)) == expected
        if status != 200:
            assert str(status) in error.detail


@pytest.mark.parametrize(
    ("said", "code", "whose"),
    [
        ("Your client app is not configured with the appropriate oauth1 app permissions.", "permissions", "account"),
        ("Your account is suspended and is not permitted to access this feature.", "suspended", "account"),
        ("This user has been suspended.", "suspended", "account"),
        ("To protect our users from spam, this account is temporarily locked.", "locked", "account"),
        ("This request looks like it might be automated.", "locked", "account"),
        ("This application has been suspended.", "app_suspended", "app"),
        ("Invalid / suspended application", "app_suspended", "app"),
        ("you must use keys from a developer App that is attached to a Project.", "not_enrolled", "app"),
        ("You currently have access to a subset of X API V2 endpoints", "not_enrolled", "app"),
        ("You attempted to reply to a Tweet that is deleted or not visible to you.", "gone", "post"),
        ("This post has been deleted.", "gone", "post"),
        ("The original Tweet author restricted who can reply to this Tweet.", "limited", "post"),
        ("You have been blocked from replying to this author.", "limited", "post"),
        ("You are blocked by the author.", "limited", "post"),
        ("The author has blocked you.", "limited", "post"),
        ("you have not been mentioned or otherwise engaged by the author", "not_mentioned", "post"),
        ("Forbidden. See https://api.twitter.com/2/problems/oauth1-permissions", "permissions", "account"),
        ("Read-only application cannot POST.", "permissions", "account"),
        ("Your app must have Read and Write permissions.", "permissions", "account"),
        ("Please verify your account by phone.", "locked", "account"),
        ("Your Tweet exceeds the character limit.", "too_long", None),
        ("Log in and unlock your account.", "locked", "account"),
        ("Your account is locked.", "locked", "account"),
        ("To protect our users from spam, we can't complete this action right now.", "locked", "account"),
        ("Please verify that you are human.", "locked", "account"),
        ("This action was blocked.", "forbidden", None),
        ("See https://api.twitter.com/2/problems/client-not-enrolled", "not_enrolled", "app"),
        ("See https://api.twitter.com/2/problems/client-forbidden", "not_enrolled", "app"),
        ("If you need access to this endpoint, apply for a higher level of access.", "not_enrolled", "app"),
        ("The Tweet you attempt to reply to does not exist.", "gone", "post"),
        ("Could not find tweet with in_reply_to_tweet_id.", "gone", "post"),
        ("The post is no longer available.", "gone", "post"),
        ("The post no longer exists.", "gone", "post"),
        ("Only some accounts can reply: who can reply was set by the author.", "limited", "post"),
        ("The author's reply settings keep you from it.", "limited", "post"),
        ("You are not allowed to reply to this conversation.", "limited", "post"),
        ("You are not permitted to perform this action.", "forbidden", None),
    ],
)
def test_refusal_is_told_by_what_it_belongs_to(said: str, code: str, whose: str | None) -> None:
    with answering(lambda _: answer(403, problem(said))), pytest.raises(Rejected) as refused:
        canned_account().send(Outgoing("Hi", "2"))
    kinds = {"account": OF_THE_ACCOUNT, "app": OF_THE_APP, "post": OF_THE_POST}
    assert refused.value.code == code
    assert [kind for kind, codes in kinds.items() if code in codes] == ([whose] if whose else [])


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (429, {"title": "UsageCapExceeded", "detail": "Usage cap exceeded: Monthly product cap"}, "spending_cap"),
        (429, {"type": "https://api.twitter.com/2/problems/usage-capped"}, "spending_cap"),
        (403, {"title": "SpendCapReached", "detail": "has reached its billing cycle spend cap"}, "spending_cap"),
        (403, problem("User is over daily status update limit."), "rate_limited"),
        (429, problem("Too Many Requests"), "rate_limited"),
    ],
)
def test_what_passes_by_itself_or_by_a_higher_cap_is_not_final(status: int, body: object, code: str) -> None:
    for call in (lambda: canned_account().send(Outgoing("Hi", "2")), lambda: canned_account().fetch("1", NOW)):
        with answering(lambda _: answer(status, body)), pytest.raises(NotDone) as raised:
            call()
        assert raised.value.code == code


def test_reply_taken_without_a_number_is_ambiguous() -> None:
    with answering(lambda _: answer(201, {"data": {}})), pytest.raises(Ambiguous):
        canned_account().send(Outgoing("Hi", "2"))


@pytest.mark.parametrize("failure", [TimeoutError("connect"), ssl.SSLCertVerificationError("certificate")])
def test_connection_never_made_means_not_done(failure: Exception) -> None:
    with patch("urllib3.util.connection.create_connection", side_effect=failure), pytest.raises(NotDone):
        canned_account().send(Outgoing("Hi", "2"))


def test_broken_off_answer_is_ambiguous() -> None:
    class Broken:
        def stream(self, *args: object, **kwargs: object) -> Iterator[bytes]:
            yield b'{"data": {"id": "1'
            raise ProtocolError("Connection broken")

    half = requests.Response()
    half.status_code, half.raw = 201, Broken()
    with answering(lambda _: half), pytest.raises(Ambiguous):
        canned_account().send(Outgoing("Hi", "2"))


@pytest.mark.parametrize("api_url", ["nonsense", "http://x.example:port"])
def test_invalid_address_means_not_done(api_url: str) -> None:
    with pytest.raises(NotDone):
        canned_account(api_url).send(Outgoing("Hi", "2"))


def test_details_do_not_repeat_what_was_posted() -> None:
    body = {
        "title": "Invalid Request",
        "errors": [{"parameters": {"text": ["customersword"]}}],
        "detail": "customersword",
    }
    with answering(lambda _: answer(400, body)), pytest.raises(Rejected) as raised:
        canned_account().send(Outgoing("customersword", "2"))
    assert raised.value.detail == "X answered 400 to POST: Invalid Request"


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
def test_rate_limit_sets_the_wait(headers: dict[str, str], seconds: float) -> None:
    assert rate_limit_wait(headers, 1000.0) == seconds


def test_spent_window_is_not_asked_until_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    at, account = [1000.0], canned_account()
    monkeypatch.setattr("bot.networks.limits.time.time", lambda: at[0])
    left = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1300"}

    def reply(request: requests.PreparedRequest) -> requests.Response:
        mentions = "mentions" in str(request.url)
        return answer(200, NOTHING if request.method == "GET" else {"data": {"id": "9"}}, left if mentions else {})

    with answering(reply) as asked:
        account.fetch("1", NOW)
        with pytest.raises(NotDone) as refused:
            account.fetch("1", NOW)
        assert (refused.value.retry_after, refused.value.code, len(asked)) == (300, "rate_limited", 1)
        account.look_up(("1",))
        account.send(Outgoing("Hi", "2"))
        at[0] = 1300.0
        account.fetch("1", NOW)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1300"}, 1300),
        ({"x-rate-limit-remaining": "1", "x-rate-limit-reset": "1300"}, 0),
        ({"x-rate-limit-reset": "1300"}, 0),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "soon"}, 0),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "999999999999"}, 87_400),
        ({"x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": "9000"}, 9000),
    ],
)
def test_empty_window_says_until_when(headers: dict[str, str], until: float) -> None:
    assert spent_until(headers, 1000.0) == until


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


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([200, 201, 400, 401, 403, 404, 429, 500, 503]), JSON, st.booleans())
def test_any_answer_of_x_raises_only_network_errors(status: int, body: object, is_known: bool) -> None:
    account: Account = canned_account()
    calls: list[Callable[[], object]] = [
        lambda: account.fetch("1", NOW),
        lambda: account.send(Outgoing("Hi", "2")),
        lambda: account.find_sent(Outgoing("Hi", "2"), NOW - timedelta(hours=1)),
        lambda: account.look_up(("1", "2")),
        account.verify,
    ]

    def odd(_: requests.PreparedRequest) -> requests.Response:
        return answer(status, body, {"x-rate-limit-reset": "nonsense"})

    with answering(odd, known if is_known else odd):
        for call in calls:
            with suppress(NetworkError):
                call()
