"""What the adapter makes of answers that no sandbox gives: the other field names, half pages, hostile posts."""

from __future__ import annotations

from http.client import HTTPMessage
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from bot.networks.base import NotDone, Outgoing, Rejected
from bot.networks.x.client import MAX_PAGES
from tests.support.canned_x import NOTHING, NOW, answer, answering, canned_account, problem
from tests.support.team import billed


def test_account_number_is_kept_once_known() -> None:
    answers = iter([answer(503), answer(200, {"data": {"id": "1000"}})])
    account = canned_account()
    with answering(lambda _: answer(200, NOTHING), lambda _: next(answers)) as asked:
        with pytest.raises(NotDone):
            account.fetch("1", NOW)
        account.fetch("1", NOW)
        account.fetch("1", NOW)
    assert len(asked) == 2
    assert billed(account)["user_read"] == 1


@pytest.mark.parametrize("body", [{"errors": [{"title": "Not Found Error"}]}, {"data": {"id": "acme"}}, {"data": []}])
def test_account_without_a_number_is_refused_by_name(body: object) -> None:
    account = canned_account()
    with answering(lambda _: answer(200, NOTHING), lambda _: answer(200, body)) as asked:
        for call in (lambda: account.fetch("1", NOW), lambda: account.find_sent(Outgoing("Hi", "2"), NOW)):
            with pytest.raises(Rejected, match="no account @acme"):
                call()
    assert asked == []


@pytest.mark.parametrize("whose", ["acme", "somebody"])
def test_keys_say_whose_they_are_without_a_name_look_up(whose: str) -> None:
    def refuses(_: requests.PreparedRequest) -> requests.Response:
        return answer(403, problem("client-not-enrolled"))

    def reply(request: requests.PreparedRequest) -> requests.Response:
        me = "/2/users/me" in str(request.url)
        return answer(200, {"data": {"id": "1000", "username": whose}} if me else NOTHING)

    with answering(reply, who=refuses) as asked:
        if whose == "acme":
            canned_account().fetch(None, NOW)
            assert "/2/users/1000/mentions" in str(asked[-1].url)
        else:
            with pytest.raises(Rejected, match="403"):
                canned_account().fetch(None, NOW)


def test_refused_cursor_gives_way_to_the_start_time(caplog: pytest.LogCaptureFixture) -> None:
    newer: list[object] = []

    def refusing(request: requests.PreparedRequest) -> requests.Response:
        if "since_id" in str(request.url):
            message = "'since_id' must be a tweet id created after 2026-11-13T15:40Z."
            return answer(400, {"errors": [{"message": message, "parameters": {"since_id": ["99"]}}]})
        return answer(200, {"data": newer, "meta": {"result_count": len(newer)}})

    account = canned_account()
    with answering(refusing) as asked:
        assert account.fetch("99", NOW).cursor is None
        newer.append({"id": "9", "author_id": "42", "text": "@acme hi"})
        fetched = account.fetch("99", NOW)
    assert ([mention.id for mention in fetched.mentions], fetched.cursor) == (["9"], "9")
    assert "start_time=2026-11-20T15%3A40%3A00Z" in str(asked[-1].url)
    assert caplog.text.count("X refuses the cursor; reading from 2026-11-20T15:40:00Z on") == 2


@pytest.mark.parametrize(
    ("cursor", "asked_from"),
    [
        ("2123803552773046272", "2123803301114806272"),  # of this moment: from a minute before
        ("2123801036190646272", "2123801036190646272"),  # ten minutes old
        ("17", "17"),
        ("no-number", "no-number"),
    ],
)
def test_just_before_a_recent_cursor_is_asked_again(cursor: str, asked_from: str) -> None:
    with answering(lambda _: answer(200, NOTHING)) as asked:
        fetched = canned_account().fetch(cursor, NOW)
    assert f"since_id={asked_from}&" in f"{asked[0].url}&"
    assert fetched.cursor == (cursor if cursor.isdecimal() else None)


def test_oldest_first_x_is_read_to_its_end() -> None:
    pages = iter([(["5", "6"], "more"), (["7"], "")])

    def oldest_first(_: requests.PreparedRequest) -> requests.Response:
        ids, more = next(pages)
        posts = [{"id": id_, "author_id": "42", "text": "@acme hi"} for id_ in ids]
        return answer(200, {"data": posts, "meta": {"result_count": len(ids), "next_token": more}})

    with answering(oldest_first):
        assert [mention.id for mention in canned_account().fetch("6", NOW).mentions] == ["5", "6", "7"]


def test_earlier_wording_beside_its_edit_is_left_out() -> None:
    posts = [
        {"id": "8", "author_id": "42", "text": "@acme hi!", "edit_history_tweet_ids": ["5", "8"]},
        {"id": "6", "author_id": "43", "text": "@acme hello"},
        {"id": "5", "author_id": "42", "text": "@acme hi"},
    ]
    with answering(lambda _: answer(200, {"data": posts, "meta": {"result_count": 3}})):
        assert [mention.id for mention in canned_account().fetch("1", NOW).mentions] == ["6", "8"]


def test_other_errors_are_not_laid_on_the_cursor() -> None:
    with answering(lambda _: answer(400, problem("`max_results` is wrong"))) as asked, pytest.raises(Rejected):
        canned_account().fetch("1", NOW)
    assert len(asked) == 1


def test_requests_go_to_the_configured_address() -> None:
    with answering(lambda _: answer(200, NOTHING)) as asked:
        canned_account().fetch("17", NOW)
        canned_account().fetch(None, NOW)
    assert [(request.url or "").split("?")[0] for request in asked] == [
        "https://x.example/prefix/2/users/1000/mentions"
    ] * 2
    assert "since_id=17" in str(asked[0].url)
    assert "start_time=2026-11-20T15%3A40%3A00Z" in str(asked[1].url)


def test_machine_wide_password_does_not_replace_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with answering(lambda _: answer(200, NOTHING)) as asked:
        canned_account().fetch("1", NOW)
    assert asked[0].headers["Authorization"] == "Bearer t"


def test_cookies_of_x_are_not_sent_back() -> None:
    headers = HTTPMessage()
    headers["Set-Cookie"] = "guest_id=v1%3A1; Path=/"
    reply = answer(200, NOTHING)
    reply.raw._original_response = SimpleNamespace(msg=headers, isclosed=lambda: True, close=lambda: None)
    account = canned_account()
    with answering(lambda _: reply) as asked:
        account.fetch("1", NOW)
        account.fetch("1", NOW)
    assert ["Cookie" in request.headers for request in asked] == [False, False]


def test_read_only_tokens_are_found_before_the_first_reply() -> None:
    me = answer(200, {"data": {"username": "acme"}}, {"x-access-level": "read"})
    with answering(lambda _: me), pytest.raises(Rejected) as raised:
        canned_account().verify()
    assert raised.value.code == "credentials"
    assert "may only read" in raised.value.detail


def test_other_field_names_are_tried_once_and_kept() -> None:
    def newer_only(request: requests.PreparedRequest) -> requests.Response:
        if "tweet.fields" in str(request.url):
            message = "The query parameter [tweet.fields] is not one of [post.fields,expansions]"
            return answer(400, {"errors": [{"message": message}], "title": "Invalid Request"})
        return answer(200, NOTHING)

    account = canned_account()
    with answering(newer_only) as asked:
        account.fetch("1", NOW)
        account.fetch("1", NOW)
    assert ["post.fields" in str(request.url) for request in asked] == [False, True, True]
    published = ("attachments.media_keys", "author_id", "edit_history_post_ids", "referenced_posts")
    assert f"expansions={'%2C'.join(published)}&" in str(asked[-1].url)
    assert "post.fields=attachments%2Cconversation_id%2Ccreated_at%2Centities%2Clang%2Cnote_post&" in str(asked[-1].url)
    assert "tweet" not in str(asked[-1].url)


def test_unknown_field_names_cost_two_requests_at_most() -> None:
    with answering(lambda _: answer(400, problem("[expansions] is unknown"))) as asked, pytest.raises(Rejected):
        canned_account().fetch("1", NOW)
    assert len(asked) == 2


def test_endless_pages_are_left(caplog: pytest.LogCaptureFixture) -> None:
    with answering(lambda _: answer(200, {"meta": {"result_count": 0, "next_token": "again"}})) as asked:
        canned_account().fetch("1", NOW)
    assert len(asked) == MAX_PAGES
    assert "stopped reading mentions" in caplog.text


def test_failed_page_is_not_the_end() -> None:
    post = {"id": "9", "author_id": "42", "text": "@acme hi"}

    def second_fails(request: requests.PreparedRequest) -> requests.Response:
        if "pagination_token=more" in str(request.url):
            return answer(200, {"errors": [{"title": "Service Unavailable"}]})
        return answer(200, {"data": [post], "meta": {"result_count": 1, "next_token": "more"}})

    with answering(second_fails), pytest.raises(NotDone):
        canned_account().fetch("1", NOW)


def test_hostile_post_does_not_stop_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    good = {"author_id": "42", "text": "@acme hi", "created_at": "2026-11-20T15:40:00Z"}
    posts = [good | {"id": "7"}, {"id": "9", "text": "customersword"}, {"id": ["6"]}, None, 3, good | {"id": "5"}]
    own, poison = good | {"id": "8", "author_id": "1000"}, good | {"id": "9" * 40}
    with answering(lambda _: answer(200, {"data": [*posts, own, poison]})):
        fetched = canned_account().fetch("1", NOW)
    assert [mention.id for mention in fetched.mentions] == ["5", "7"]
    assert fetched.cursor == "9"
    assert "X post 9 is left out" in caplog.text
    assert "customersword" not in caplog.text


def test_old_number_is_followed_to_the_newest_wording() -> None:
    def post(number: str, text: str) -> dict[str, object]:
        known = {"id": number, "author_id": "42", "text": text, "created_at": "2026-11-20T15:40:00Z"}
        return known | {"edit_history_tweet_ids": ["5", "6"]}

    def by_number(request: requests.PreparedRequest) -> requests.Response:
        return answer(200, {"data": [post("6", "new") if "ids=6" in str(request.url) else post("5", "old")]})

    with answering(by_number) as asked:
        looked_up = canned_account().look_up(("5",))
    assert [(mention.id, mention.text, mention.earlier_ids) for mention in looked_up.standing] == [("6", "new", ("5",))]
    assert (looked_up.gone, len(asked)) == (frozenset(), 2)


@pytest.mark.parametrize(
    "lacking",
    [
        {"id": "5", "text": "@acme hi"},
        {"id": "5", "text": "@acme hi", "conversation_id": "5"},
        {"id": "5", "text": "@acme hi", "author_id": "42", "conversation_id": "4"},
    ],
    ids=["author", "author of a first post", "references of a later post"],
)
def test_answer_that_lacks_what_was_asked_for_is_noticed(lacking: dict[str, str]) -> None:
    whole = {"id": "5", "text": "@acme hi", "author_id": "42"}
    body = {"data": [lacking], "meta": {"result_count": 1}}

    def only_new_names(request: requests.PreparedRequest) -> requests.Response:
        return answer(200, body | {"data": [whole]} if "post.fields" in str(request.url) else body)

    with answering(only_new_names):
        assert [mention.id for mention in canned_account().fetch("1", NOW).mentions] == ["5"]
    with answering(lambda _: answer(200, body)), pytest.raises(NotDone) as raised:
        canned_account().fetch("1", NOW)
    assert raised.value.code == "unreadable"


def test_post_that_is_shown_is_not_gone() -> None:
    lost = {"type": "https://api.twitter.com/2/problems/resource-not-found", "resource_id": "5", "parameter": "ids"}
    shown = {"id": "5", "author_id": "42", "text": "@acme hi"}
    with answering(lambda _: answer(200, {"data": [shown], "errors": [lost, lost | {"resource_id": "6"}]})):
        looked_up = canned_account().look_up(("5", "6", "7"))
    assert looked_up.gone == {"6"}
    assert looked_up.unchanged == {"5"}


@pytest.mark.parametrize(
    ("text", "used"),
    [("", 0), ("hoi", 3), ("日本", 4), ("👩‍👩‍👧‍👦", 2), ("zie https://acme.nl/een/heel/lang/pad/van/meer/dan/23", 27)],
)
def test_characters_are_counted_as_x_counts_them(text: str, used: int) -> None:
    counted = canned_account().count(Outgoing(text))
    assert (counted.used, counted.limit) == (used, 280)


def test_numbers_written_as_numbers_are_read() -> None:
    post = {
        "id": 1900000000000000009,
        "author_id": 42,
        "text": "@acme hi",
        "conversation_id": 8,
        "edit_history_tweet_ids": [7, 1900000000000000009],
        "referenced_tweets": [{"type": "replied_to", "id": 8}],
        "entities": {"mentions": [{"id": 1000, "username": "renamed"}]},
    }
    users = [{"id": 42, "username": "klant", "public_metrics": {"followers_count": 12}}]
    own = {"id": 5, "author_id": 1000, "text": "our own"}
    errors = [{"resource_id": 6, "parameter": "ids", "type": "https://api.twitter.com/2/problems/resource-not-found"}]
    body = {"data": [post, own], "includes": {"users": users}, "errors": errors, "meta": {"result_count": 2}}
    account = canned_account()
    with answering(lambda _: answer(200, body), lambda _: answer(200, {"data": {"id": 1000}})):
        fetched, looked_up = account.fetch(None, NOW), account.look_up(("6", "7"))
    (mention,) = fetched.mentions
    assert (mention.id, mention.earlier_ids, mention.reply_blocked_reason) == ("1900000000000000009", ("7",), None)
    assert (mention.author.handle, mention.author.followers, mention.in_reply_to) == ("klant", 12, "8")
    assert (fetched.cursor, looked_up.gone) == ("1900000000000000009", frozenset({"6"}))
    with answering(lambda _: answer(201, {"data": {"id": 9}})):
        assert account.send(Outgoing("Hi", "2")).id == "9"
