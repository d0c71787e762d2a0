"""What the adapter makes of a Mastodon server's refusals and of how it says when to come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.networks.base import OF_THE_ACCOUNT, OF_THE_POST, Ambiguous, Deed, NetworkError, NotDone, Outgoing, Rejected
from bot.networks.mastodon.errors import rate_limit_wait, spent_until
from tests.support.canned_mastodon import ME, NOTIFICATIONS, NOW, POST, mastodon, ours, route_of, serving, status

QUESTION = "GET /api/v1/statuses/7"
ANSWER = Outgoing("Dag", "7", to="klant", key="k")
AT = datetime.fromtimestamp(1000, UTC)


@pytest.mark.parametrize(
    ("code", "read", "write"),
    [
        (301, NotDone, "invalid"),
        (400, "invalid", "invalid"),
        (401, "credentials", "credentials"),
        (403, "forbidden", "forbidden"),
        (404, NotDone, "gone"),
        (408, NotDone, Ambiguous),
        (410, NotDone, "gone"),
        (422, "invalid", "invalid"),
        (429, NotDone, NotDone),
        (500, NotDone, Ambiguous),
        (503, NotDone, Ambiguous),
    ],
)
def test_each_status_is_a_word_of_the_desk(
    code: int, read: str | type[NetworkError], write: str | type[NetworkError]
) -> None:
    answer: tuple[int, bytes, dict[str, str]] = (code, b"<html>", {})
    with serving({NOTIFICATIONS: answer, QUESTION: status("7"), POST: answer}):
        for expected, call in (
            (read, lambda: mastodon().fetch(None, NOW)),
            (write, lambda: mastodon().send(ANSWER)),
        ):
            with pytest.raises(NetworkError) as raised:
                call()
            error = raised.value
            assert error.code == expected if isinstance(expected, str) else isinstance(error, expected)
            assert str(code) in error.detail


@pytest.mark.parametrize(
    ("code", "said", "word", "whose"),
    [
        (401, "The access token is invalid", "credentials", "account"),
        (401, "The access token was revoked", "credentials", "account"),
        (403, "This action is outside the authorized scopes", "permissions", "account"),
        (403, "Your login is currently disabled", "suspended", "account"),
        (403, "Your login is missing a confirmed e-mail address", "locked", "account"),
        (403, "Your login is currently pending approval", "locked", "account"),
        (422, "This method requires an authenticated user", "credentials", "account"),
        (422, "Validation failed: Text character limit of 500 exceeded", "too_long", None),
        (422, "Validation failed: Text is too long (maximum is 500 characters)", "too_long", None),
        (422, "Validation failed: Text can't be blank", "invalid", None),
        (404, "The post you are trying to reply to does not appear to exist.", "gone", "post"),
        (422, "The post you are trying to reply to does not appear to exist.", "gone", "post"),
        (403, "This action is not allowed", "forbidden", None),
    ],
)
def test_refusal_is_told_by_what_it_belongs_to(code: int, said: str, word: str, whose: str | None) -> None:
    with serving({QUESTION: status("7"), POST: (code, {"error": said}, {})}), pytest.raises(Rejected) as refused:
        mastodon().send(ANSWER)
    kinds = {"account": OF_THE_ACCOUNT, "post": OF_THE_POST}
    assert refused.value.code == word
    assert [kind for kind, codes in kinds.items() if word in codes] == ([whose] if whose else [])
    assert refused.value.detail == f"Mastodon answered {code} to POST ({word})"


def test_details_do_not_repeat_what_was_said() -> None:
    body = {"error": "customersword", "error_description": "customersword", "details": {"text": "customersword"}}
    for code in (400, 401, 403, 404, 422, 429, 500):
        with serving({QUESTION: status("7"), POST: (code, body, {})}), pytest.raises(NetworkError) as raised:
            mastodon().send(ANSWER)
        assert "customersword" not in raised.value.detail


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"x-ratelimit-reset": "1970-01-01T00:21:40.000000Z"}, 300),
        ({"x-ratelimit-reset": "1970-01-01T01:21:40+01:00"}, 300),
        ({"x-ratelimit-reset": "1300"}, 300),
        ({"x-ratelimit-reset": "900"}, 1),
        ({"x-ratelimit-reset": "soon", "retry-after": "12"}, 12),
        ({"x-ratelimit-reset": "9" * 40, "retry-after": "12"}, 12),
        ({"retry-after": "Thu, 01 Jan 1970 00:18:40 GMT"}, 120),
        ({"retry-after": "soon"}, 60),
        ({"x-ratelimit-reset": "2099-01-01T00:00:00Z"}, 86_400),
    ],
)
def test_rate_limit_sets_the_wait(headers: dict[str, str], seconds: float) -> None:
    assert rate_limit_wait(headers, AT) == seconds


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1300"}, 1300),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "1300"}, 0),
        ({"x-ratelimit-reset": "1300"}, 0),
        ({"x-ratelimit-remaining": "0"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, 0),
        (
            # The server's clock is ten minutes ahead of ours.
            {
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "1970-01-01T00:31:40Z",
                "date": "Thu, 01 Jan 1970 00:26:40 GMT",
            },
            1300,
        ),
    ],
)
def test_empty_window_says_until_when(headers: dict[str, str], until: float) -> None:
    assert spent_until(headers, 1000.0) == until


def test_spent_window_is_not_asked_until_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    at, account = [1000.0], mastodon()
    monkeypatch.setattr("bot.networks.limits.time.time", lambda: at[0])
    spent = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1970-01-01T00:21:40Z"}
    routes = {
        NOTIFICATIONS: (200, [], spent),
        "GET /api/v2/instance": (200, {"configuration": {"statuses": {"max_characters": 500}}}, spent),
        "POST /api/v1/statuses/7/favourite": status("7"),
    }
    with serving(routes) as asked:
        account.fetch("1", NOW)
        with pytest.raises(NotDone) as refused:
            account.look_up(("1",))
        assert (refused.value.retry_after, refused.value.code) == (300, "rate_limited")
        assert [route_of(one) for one in asked] == [NOTIFICATIONS]
        account.do(Deed.LIKE, "7")  # counted apart
        at[0] = 1300.0
        account.fetch("1", NOW)
    assert len(asked) == 3


def test_posts_that_are_used_up_hold_up_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.networks.limits.time.time", lambda: 1000.0)
    spent = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1970-01-01T03:00:00Z"}
    account = mastodon()
    routes = {NOTIFICATIONS: [], QUESTION: status("7"), "POST /api/v1/statuses/7/favourite": status("7")}
    with serving({**routes, POST: (200, ours("8", "x", "7"), spent)}):
        account.send(ANSWER)
        account.fetch("1", NOW)
        account.do(Deed.LIKE, "7")
        with pytest.raises(NotDone):
            account.send(ANSWER)


@pytest.mark.parametrize("api_url", ["nonsense", "http://m.example:port", "ftp://m.example", "https://", ""])
def test_invalid_address_means_not_done(api_url: str) -> None:
    account = mastodon(api_url=api_url)
    for call in (lambda: account.fetch(None, NOW), lambda: account.send(Outgoing("Dag", None)), account.verify):
        with pytest.raises(NotDone):
            call()


def test_clock_of_the_server_is_heard() -> None:
    account = mastodon()
    assert account.clock_ahead() is None
    with serving({NOTIFICATIONS: (200, [], {"date": "Thu, 01 Jan 1970 00:26:40 GMT"}), "GET /api/v2/instance": {}}):
        account.fetch("1", NOW)
    assert account.clock_ahead() is None  # the last answer said nothing
    with serving({"POST /api/v1/statuses/7/favourite": (200, {}, {"date": "Thu, 01 Jan 1970 00:26:40 GMT"})}):
        account.do(Deed.LIKE, "7")
    ahead = account.clock_ahead()
    assert ahead is not None
    assert ahead > timedelta(days=365)


def test_nothing_is_posted_as_another_account() -> None:
    routes = {ME: {"id": "7", "username": "acme_help"}, POST: {"id": "9", "content": "Hi"}}
    with serving(routes) as asked, pytest.raises(Rejected, match="the token acts for @acme_help") as refused:
        mastodon().send(Outgoing("Hi"))
    assert (refused.value.code, [route_of(each) for each in asked]) == ("credentials", [ME])
