"""Every refusal of the local X once, in X's words, through the real tweepy."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
import requests
import tweepy

from bot.sandbox.x import XService
from bot.sandbox.x.auth import Asked, Credentials, Gate
from bot.sandbox.x.ids import first_id_at
from bot.sandbox.x.limits import WINDOW, Windows
from bot.sandbox.x.problems import Problem
from tests.support.clock import TurnedClock

BEARER = {"Authorization": "Bearer sandbox-bearer"}


def said(error: pytest.ExceptionInfo[Any]) -> str:
    """X's own words for a refusal."""
    return "\n".join(error.value.api_messages)


@pytest.mark.parametrize(
    ("path", "params", "message"),
    [
        ("tweets", {"ids": "1", "foo": "1"}, "The query parameter [foo] is not one of [expansions,ids,media.fields,"),
        ("tweets", {"ids": "1", "post.fields": "text"}, "The query parameter [post.fields] is not one of"),
        ("tweets", {}, "The `ids` query parameter can not be empty"),
        ("tweets", {"ids": ",".join(["1"] * 101)}, "parameter list [101] is too high"),
        ("tweets", {"ids": "1,x"}, "The `ids` query parameter value [x] is not valid"),
        ("tweets", {"ids": "1", "tweet.fields": "text,colour"}, "`tweet.fields` query parameter value [colour]"),
        ("tweets", {"ids": "1", "tweet.fields": "note_post"}, "`tweet.fields` query parameter value [note_post]"),
        ("tweets", {"ids": "1", "expansions": "author"}, "`expansions` query parameter value [author] is not one of"),
        ("tweets", {"ids": "1", "user.fields": "age"}, "`user.fields` query parameter value [age] is not one of"),
        ("tweets", {"ids": "1", "media.fields": "size"}, "`media.fields` query parameter value [size] is not one of"),
        (
            "users/1000/mentions",
            {"max_results": "4"},
            "`max_results` query parameter value [4] is not between 5 and 100",
        ),
        ("users/1000/mentions", {"max_results": "101"}, "[101] is not between 5 and 100"),
        ("users/1000/mentions", {"since_id": "abc"}, "`since_id` query parameter value [abc] does not match"),
        ("users/1000/mentions", {"start_time": "2026-11-20"}, "Invalid 'start_time':'2026-11-20'"),
        ("users/1000/mentions", {"pagination_token": "next"}, "`pagination_token` query parameter value [next]"),
        ("users/1000/tweets", {"exclude": "quotes"}, "`exclude` query parameter value [quotes] is not one of"),
        ("users/acme/mentions", {}, "The `id` query parameter value [acme] is not valid"),
        ("users/by/username/a-b", {}, "The `username` query parameter value [a-b] does not match"),
        ("tweets/search/recent", {"query": "a", "max_results": "9"}, "[9] is not between 10 and 100"),
        ("tweets/search/recent", {"query": ""}, "must have a length between 1 and 512"),
        ("tweets/search/recent", {"query": "near:here"}, "this X does not know [near:here]"),
        ("tweets/search/recent", {"query": '"open'}, "a quotation mark is not closed"),
        (
            "tweets/search/recent",
            {"query": "a", "since_id": "1900000000000000000", "start_time": "2026-11-20T00:00:00Z"},
            "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or 'end_time'.",
        ),
    ],
)
def test_unknown_parameters_are_refused(url: str, path: str, params: dict[str, str], message: str) -> None:
    answer = requests.get(f"{url}/x/2/{path}", params=params, headers=BEARER, timeout=30)
    assert answer.status_code == 400
    assert answer.json()["type"] == "https://api.twitter.com/2/problems/invalid-request"
    assert message in "\n".join(error["message"] for error in answer.json()["errors"])


def test_search_reaches_back_seven_days(client: tweepy.Client, clock: TurnedClock) -> None:
    old = first_id_at(clock.now() - timedelta(days=8))
    with pytest.raises(tweepy.BadRequest) as refused:
        client.search_recent_tweets("hallo", since_id=old)
    assert "'since_id' must be a tweet id created after 2026-11-13T15:40Z" in said(refused)


def test_unknown_path_is_not_found(url: str) -> None:
    answer = requests.get(f"{url}/x/2/users/1000/enemies", headers=BEARER, timeout=30)
    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic sandbox-bearer", 'OAuth oauth_token="x"'])
def test_unauthenticated_request_is_kept_out(url: str, header: str) -> None:
    answer = requests.get(f"{url}/x/2/tweets?ids=1", headers={"Authorization": header}, timeout=30)
    assert (answer.status_code, answer.json()["detail"]) == (401, "Unauthorized")


@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"])
def test_wrong_secret_spoils_the_signature(client: tweepy.Client, wrong: str) -> None:
    setattr(client, wrong, "wrong")
    with pytest.raises(tweepy.Unauthorized):
        client.get_me()


def test_signatures_go_stale_and_serve_once(x: XService, client: tweepy.Client) -> None:
    client.get_me()
    sent: dict[str, Any] = {}

    def keep(response: requests.Response, *_args: Any, **_kwargs: Any) -> None:
        sent["authorization"] = response.request.headers["Authorization"]

    client.session.hooks["response"].append(keep)
    client.get_me()
    header = sent["authorization"]
    header = header.decode() if isinstance(header, bytes) else header
    asked = Asked("GET", "/2/users/me", "", "http://sandbox/x/2/users/me", header)
    now = time.time()
    assert Gate(Credentials(), lambda: now).identify(asked) == "user"
    for gate, what in (
        (x.gate, asked),
        (Gate(Credentials(), lambda: now + 301), asked),
        (Gate(Credentials(), lambda: now), Asked("GET", "/2/users/1000", "", "http://sandbox/x/2/users/1000", header)),
        (Gate(Credentials(), lambda: now), Asked("GET", "/2/users/me", "a=b", "http://sandbox/x/2/users/me", header)),
    ):
        with pytest.raises(Problem, match="401"):
            gate.identify(what)


def test_app_alone_may_neither_post_nor_ask_who_it_is(x: XService, client: tweepy.Client) -> None:
    for method, path in (("GET", "/2/users/me"), ("POST", "/2/tweets"), ("DELETE", "/2/tweets/12")):
        with pytest.raises(tweepy.Forbidden) as refused:
            client.request(method, path, json={"text": "Dag"})
        assert "OAuth 2.0 Application-Only is forbidden for this endpoint" in said(refused)
    assert not x.posts


def test_reply_needs_a_mention_a_quote_or_our_own_post(x: XService, client: tweepy.Client) -> None:
    ours = x.post("acme", "Nieuw: afhalen tot 22 uur")
    stranger = x.post("anna", "Acme is traag")
    for welcome in (x.post("anna", "@acme hallo"), x.quote("bram", ours.id, "eindelijk"), ours):
        client.create_tweet(text="Dag", in_reply_to_tweet_id=welcome.id)
    for attempt in ({"in_reply_to_tweet_id": stranger.id}, {"quote_tweet_id": stranger.id}):
        with pytest.raises(tweepy.Forbidden) as refused:
            client.create_tweet(text="Hoe kunnen we helpen?", **attempt)
        assert said(refused) == "You can only reply to or quote posts where you are mentioned or are the author."


def test_gone_post_cannot_be_answered(x: XService, client: tweepy.Client) -> None:
    post = x.post("anna", "@acme laat maar")
    x.delete(post.id)
    for gone in (post.id, "12"):
        with pytest.raises(tweepy.Forbidden) as refused:
            client.create_tweet(text="Dag", in_reply_to_tweet_id=gone)
        assert said(refused) == "You attempted to reply to a Tweet that is deleted or not visible to you."


def test_duplicate_reply_is_refused_for_twelve_hours(x: XService, client: tweepy.Client, clock: TurnedClock) -> None:
    post, other = x.post("anna", "@acme een"), x.post("bram", "@acme twee")
    first = client.create_tweet(text="Dank je ^AB", in_reply_to_tweet_id=post.id)["data"]["id"]
    client.create_tweet(text="Dank je ^AB", in_reply_to_tweet_id=other.id)
    client.delete_tweet(first)
    with pytest.raises(tweepy.Forbidden) as refused:
        client.create_tweet(text="Dank je  ^AB ", in_reply_to_tweet_id=post.id)
    assert said(refused) == "You are not allowed to create a Tweet with duplicate content."
    clock.turn(hours=12, seconds=1)
    client.create_tweet(text="Dank je ^AB", in_reply_to_tweet_id=post.id)


@pytest.mark.parametrize("text", ["a" * 280, "🎉" * 140, "https://example.com/" + "a" * 300 + " " + "b" * 256])
def test_post_of_281_weighted_characters_is_refused(x: XService, client: tweepy.Client, text: str) -> None:
    post = x.post("anna", "@acme hallo")
    with pytest.raises(tweepy.BadRequest) as refused:
        client.create_tweet(text=text + "!", in_reply_to_tweet_id=post.id)
    assert "Your Tweet text is too long" in said(refused)
    client.create_tweet(text=text, in_reply_to_tweet_id=post.id)


def test_answer_to_a_post_is_escaped(x: XService, client: tweepy.Client) -> None:
    post = x.post("anna", "@acme hallo")
    data = client.create_tweet(text="1 < 2 & 3", in_reply_to_tweet_id=post.id)["data"]
    assert data == {"id": data["id"], "text": "@anna 1 &lt; 2 &amp; 3", "edit_history_tweet_ids": [data["id"]]}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"text": "a", "colour": "red"}, "$.colour: is not defined in the schema"),
        ({"text": "a", "reply": {}}, "$.reply.in_reply_to_tweet_id: is missing but it is required"),
        (
            {"text": "a", "reply": {"in_reply_to_tweet_id": 12}},
            "$.reply.in_reply_to_tweet_id: does not match the regex",
        ),
        ({"text": 5}, "$.text: int found, str expected"),
        ({"text": " "}, "$.text: must not be empty"),
        ({}, "Requests with bodies must have content-type of application/json."),
    ],
)
def test_body_is_checked_like_a_schema(client: tweepy.Client, body: dict[str, Any], message: str) -> None:
    with pytest.raises(tweepy.BadRequest) as refused:
        client.request("POST", "/2/tweets", json=body, user_auth=True)
    assert message in said(refused)


def test_only_our_own_posts_can_be_deleted(x: XService, client: tweepy.Client) -> None:
    theirs, ours = x.post("anna", "@acme hallo"), x.post("acme", "oeps")
    assert client.delete_tweet(ours.id) == {"data": {"deleted": True}}
    assert client.delete_tweet(ours.id) == {"data": {"deleted": True}}
    with pytest.raises(tweepy.Forbidden):
        client.delete_tweet(theirs.id)
    assert [post.deleted for post in x.posts] == [True, False]


def test_nothing_is_done_without_credit(x: XService, client: tweepy.Client) -> None:
    x.out_of_credit = True
    with pytest.raises(tweepy.HTTPException) as refused:
        client.create_tweet(text="Dag")
    assert refused.value.response.status_code == 402
    assert refused.value.response.json()["title"] == "CreditsDepleted"
    assert not x.posts


def test_full_window_refuses_and_says_until_when(x: XService, client: tweepy.Client) -> None:
    x.limits["GET /2/users/:id/mentions"] = 2
    client.return_type = requests.Response
    answers = [client.get_users_mentions("1000") for _ in range(2)]
    assert [answer.headers["x-rate-limit-remaining"] for answer in answers] == ["1", "0"]
    assert answers[0].headers["x-rate-limit-limit"] == "2"
    with pytest.raises(tweepy.TooManyRequests) as refused:
        client.get_users_mentions("1000")
    assert refused.value.reset_time == int(answers[0].headers["x-rate-limit-reset"])
    client.get_users_mentions("1000", user_auth=True)
    client.get_users_tweets("1000")
    x.forget_limits()
    client.get_users_mentions("1000")


def test_window_opens_anew_after_a_quarter_of_an_hour() -> None:
    now = 1_000.0
    windows = Windows(lambda: now)
    assert [windows.take("a", "app", 1).allowed for _ in range(2)] == [True, False]
    now += WINDOW
    assert windows.take("a", "app", 1).allowed


@pytest.mark.parametrize(
    ("kind", "error", "posted"),
    [
        ("rate_limited", tweepy.TooManyRequests, 0),
        ("error_500", tweepy.TwitterServerError, 0),
        ("html_503", tweepy.TwitterServerError, 0),
        ("drop_before", requests.ConnectionError, 0),
        ("drop_after", requests.ConnectionError, 1),
    ],
)
def test_fault_strikes_the_call_that_it_is_meant_for(
    x: XService, client: tweepy.Client, kind: str, error: type[Exception], posted: int
) -> None:
    x.faults.add("x", "POST /2/tweets", kind, retry_after=60)
    client.get_me()
    with pytest.raises(error):
        client.create_tweet(text="Dag")
    assert len(x.posts) == posted
    if not posted:
        client.create_tweet(text="Dag")
