"""What the desk makes of a forum's answers that the counterpart does not give."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from bot.domain.cases.mention import Reference, ReferenceKind
from bot.networks.base import Ambiguous, Deed, NetworkError, NotDone, Outgoing, Rejected
from bot.networks.kundo import parse
from bot.networks.kundo.client import PAGE, SWEPT, WATCHED_EVERY, WATCHED_PAGES, KundoAccount
from tests.support.clock import TurnedClock
from tests.support.counterparts.base import canned, on_the_wire

DAY = timedelta(days=1)
NOW = TurnedClock().now()
ANSWER = Outgoing("Dag", "7", to="Anna", key="k")


class Forum:
    """Dialogs and comments in Kundo's own shape, listed 50 at a time."""

    def __init__(self, *dialogs: dict[str, Any]) -> None:
        self.dialogs = list(dialogs)
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.answers: dict[str, tuple[int, object]] = {}
        self.asked: list[requests.PreparedRequest] = []

    def __call__(self, request: requests.PreparedRequest, _: object) -> requests.Response:
        self.asked.append(request)
        path = urlsplit(str(request.url)).path
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(request.url)).query).items()}
        if answer := self.answers.get(f"{request.method} {path}"):
            code, body = answer
        elif path == "/api/acme.json":
            newest_first = sorted(self.dialogs, key=lambda one: -int(one["id"]))
            code, body = 200, newest_first[int(query["start"]) :][:PAGE]
        elif path.startswith("/api/comment/acme/"):
            below = self.comments.get(int(path.removesuffix(".json").rpartition("/")[2]), [])
            code, body = 200, below[int(query["start"]) :][:PAGE]
        else:
            code, body = 404, ""
        return canned(code, body if isinstance(body, bytes) else json.dumps(body).encode())

    def posted(self) -> object:
        """Return what came with the first request."""
        body = self.asked[0].body
        assert isinstance(body, bytes)
        return json.loads(body)

    def paths(self) -> list[str]:
        return [f"{one.method} {urlsplit(str(one.url)).path}" for one in self.asked]


def dialog(number: int, comments: int = 0, **more: object) -> dict[str, Any]:
    shown = {"id": number, "title": "Pakket", "text": "<p>Waar is het?</p>", "num_comments": comments}
    at = {"pub_date": "2026-11-20 16:30:00", "user": {"first_name": "Anna"}, "absolute_url": f"/org/acme/d/{number}/"}
    return shown | at | more


def comment(number: int, text: str = "Nog iets", **more: object) -> dict[str, Any]:
    shown = {"id": number, "text": text, "user": {"first_name": "Anna"}, "is_org_reply": False}
    return shown | {"pub_date": "2026-11-20 16:35:00", "absolute_url": f"/org/acme/d/7/#c{number}"} | more


def kundo(key: str = "anna@acme.example:secret", now: Callable[[], datetime] = lambda: NOW) -> KundoAccount:
    return KundoAccount("acme", api_key=key, api_url="https://kundo.example/", now=now)


@contextmanager
def serving(forum: Forum) -> Iterator[Forum]:
    with on_the_wire(forum):
        yield forum


def test_dialog_and_comment_are_read_whole() -> None:
    forum = Forum(dialog(7, comments=2))
    forum.comments[7] = [comment(8), comment(9, "Van ons", is_org_reply=True)]
    with serving(forum):
        first, second = kundo().fetch(None, NOW - DAY).mentions
        (own,) = kundo().own_posts(None, NOW - DAY).posts
    assert (first.id, first.conversation, first.text) == ("7", "7", "Pakket\n\nWaar is het?")
    assert (first.author.id, first.author.handle, first.url) == (
        "7:Anna",
        "Anna",
        "https://kundo.example/org/acme/d/7/",
    )
    assert first.posted_at == datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert (second.id, second.conversation, second.in_reply_to) == ("7.8", "7", "7")
    assert second.url == "https://kundo.example/org/acme/d/7/#c8"
    assert [(one.kind, one.id) for one in second.references] == [(ReferenceKind.ANSWERS, "7")]
    assert (own.id, own.in_reply_to, own.text, own.certain) == ("7.9", "7.8", "Van ons", False)


def test_comments_are_read_only_where_their_number_changed() -> None:
    account, forum = kundo(), Forum(dialog(6, comments=1), dialog(7))
    forum.comments = {6: [comment(1)], 7: []}
    with serving(forum):
        cursor = account.fetch(None, NOW - DAY).cursor
        forum.asked.clear()
        assert account.fetch(cursor, NOW - DAY).mentions == ()
        assert forum.paths() == ["GET /api/acme.json"]
        forum.dialogs[1] = dialog(7, comments=1)
        forum.comments[7] = [comment(8)]
        fetched = account.fetch(cursor, NOW - DAY)
    assert [mention.id for mention in fetched.mentions] == ["7.8"]
    assert forum.paths().count("GET /api/comment/acme/6.json") == 0
    assert json.loads(fetched.cursor or "") == {"newest": 7, "dialogs": {"7": [1, 8], "6": [1, 1]}}


def test_comment_on_an_old_dialog_is_noticed_and_those_of_before_are_not() -> None:
    long_ago = {"pub_date": "2026-10-01 12:00:00"}
    account, forum = kundo(), Forum(dialog(7, comments=1, **long_ago))
    forum.comments[7] = [comment(1, **long_ago)]
    with serving(forum):
        cursor = account.fetch(None, NOW - DAY).cursor
        forum.dialogs = [dialog(7, comments=2, **long_ago)]
        forum.comments[7].append(comment(2))
        assert [mention.id for mention in account.fetch(cursor, NOW - DAY).mentions] == ["7.2"]


def test_older_dialogs_are_looked_at_now_and_then() -> None:
    clock = TurnedClock()
    account = kundo(now=clock.now)
    forum = Forum(*(dialog(number) for number in range(1, 2 * PAGE * WATCHED_PAGES)))
    with serving(forum):
        cursor = account.fetch(None, NOW - DAY).cursor
        forum.asked.clear()
        for minutes in (1, 1, WATCHED_EVERY.total_seconds() / 60):
            account.fetch(cursor, NOW - DAY)
            clock.turn(minutes=minutes)
        assert len(forum.asked) == 3
        account.fetch(cursor, NOW - DAY)
    assert len(forum.asked) == 3 + WATCHED_PAGES
    assert len(json.loads(cursor or "")["dialogs"]) == 2 * PAGE * WATCHED_PAGES - 1


@pytest.mark.parametrize("failure", [(503, b""), (500, b"<html>"), (200, b"nonsense")])
def test_dialog_that_cannot_be_read_holds_up_no_other(failure: tuple[int, bytes]) -> None:
    account, forum = kundo(), Forum(dialog(7, comments=1), dialog(6))
    forum.comments[7] = [comment(8)]
    forum.answers["GET /api/comment/acme/7.json"] = failure
    with serving(forum):
        with pytest.raises(NotDone):
            account.fetch(None, NOW - DAY)
        fetched = account.fetch(None, NOW - DAY)
        assert sorted(mention.id for mention in fetched.mentions) == ["6", "7"]
        forum.answers.clear()
        assert [mention.id for mention in account.fetch(fetched.cursor, NOW - DAY).mentions] == ["7.8"]


@pytest.mark.parametrize("place", [1, SWEPT, 3 * SWEPT])
@pytest.mark.parametrize("of_us", [False, True])
def test_comment_that_came_when_another_went_is_found_by_the_sweep(place: int, *, of_us: bool) -> None:
    long_ago = {"pub_date": "2026-10-01 12:00:00"}
    forum = Forum(*(dialog(number, comments=1, **long_ago) for number in range(1, 3 * SWEPT + 1)))
    forum.comments = {number: [comment(1000 + number, **long_ago)] for number in range(1, 3 * SWEPT + 1)}
    account, found = kundo(), list[str]()
    with serving(forum):
        cursor = account.fetch(None, NOW - DAY).cursor
        forum.comments[place] = [comment(2000, is_org_reply=of_us)]
        assert account.fetch(cursor, NOW - DAY).mentions == ()
        for _ in range(3):
            if of_us:
                found += [post.id for post in account.own_posts(None, NOW - DAY).posts]
            else:
                found += [mention.id for mention in account.fetch_again(NOW - DAY).mentions]
    assert found == [f"{place}.2000"]


@pytest.mark.parametrize("cursor", ["7", "[]", "no", '{"newest": "x", "dialogs": {}}', '{"newest": 7}', "{" * 9999])
def test_odd_cursor_gives_way_to_the_time(cursor: str) -> None:
    with serving(Forum(dialog(7), dialog(3, pub_date="2026-10-01 12:00:00"))):
        assert [mention.id for mention in kundo().fetch(cursor, NOW - DAY).mentions] == ["7"]


def test_hostile_entries_do_not_stop_the_rest() -> None:
    odd: list[Any] = [{"id": "x", "text": "a"}, {"id": 3}, dialog(4, text=["a"]), dialog(5, user=7, pub_date=7)]
    forum = Forum()
    forum.answers["GET /api/acme.json"] = (200, [*odd, None, "x", dialog(7, num_comments="many", absolute_url="x:y")])
    with serving(forum):
        found = kundo().fetch(None, NOW - DAY).mentions
    assert [(mention.id, mention.author.name) for mention in found] == [("7", "Anna"), ("5", "?")]


def test_people_with_a_number_are_the_same_everywhere() -> None:
    known = parse.entry(dialog(7, user={"id": 42, "first_name": "Anna\0"}), "https://kundo.example", NOW)
    assert known is not None
    assert (known.author.id, known.author.name) == ("42", "Anna")


def test_answer_is_an_editors_comment() -> None:
    forum = Forum(dialog(7))
    forum.answers["POST /api/comment/acme/7.json"] = (201, b"CREATED")
    forum.comments[7] = [comment(9, "<p>Dag</p>", is_org_reply=True, pub_date="2026-11-20 16:40:00")]
    with serving(forum):
        sent = kundo().send(Outgoing("Dag", "7.8", to="Anna", key="k"))
    assert (sent.id, sent.url) == ("7.9", "https://kundo.example/org/acme/d/7/#c9")
    assert forum.posted() == {"text": "Dag", "useremail": "anna@acme.example"}
    assert "key=secret" in str(forum.asked[0].url)


@pytest.mark.parametrize(
    "below", [[], [comment(9, "Iets anders")], [comment(9, "Dag", pub_date="2026-11-20 16:20:00")]]
)
def test_answer_that_is_not_shown_is_in_doubt(below: list[dict[str, Any]]) -> None:
    forum = Forum(dialog(7))
    forum.answers["POST /api/comment/acme/7.json"] = (201, b"CREATED")
    forum.comments[7] = below
    with serving(forum), pytest.raises(Ambiguous):
        kundo().send(ANSWER)
    forum.answers["GET /api/comment/acme/7.json"] = (503, b"")
    with serving(forum), pytest.raises(Ambiguous):
        kundo().send(ANSWER)


@pytest.mark.parametrize("out", [Outgoing("Dag", "7", private=True), Outgoing("Een storing", None)])
def test_what_a_forum_has_not_is_not_sent(out: Outgoing) -> None:
    with serving(Forum()) as forum, pytest.raises(Rejected):
        kundo().send(out)
    assert forum.asked == []
    with pytest.raises(ValueError, match="like"):
        kundo().do(Deed.LIKE, "7")


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        (400, {"useremail": ["This field is required."]}, "credentials"),
        (400, {"text": ["x"]}, "invalid"),
        (400, b"Bad Request", "invalid"),
        (401, b"", "credentials"),
        (403, b"", "credentials"),
        (404, b"", "gone"),
        (302, b"", "invalid"),
        (429, b"", NotDone),
        (500, b"", Ambiguous),
    ],
)
def test_each_status_is_a_word_of_the_desk(code: int, body: object, expected: str | type[NetworkError]) -> None:
    forum = Forum()
    forum.answers["POST /api/comment/acme/7.json"] = (code, body)
    with serving(forum), pytest.raises(NetworkError) as raised:
        kundo("secret").send(ANSWER)
    error = raised.value
    assert error.code == expected if isinstance(expected, str) else type(error) is expected
    assert forum.posted() == {"text": "Dag"}


def test_unknown_forum_and_key_are_told_apart() -> None:
    forum = Forum()
    with serving(forum), pytest.raises(Rejected, match="knows no forum acme"):
        kundo().verify()
    forum.answers["GET /api/properties/acme.json"] = (200, [{}])
    forum.answers["GET /api/taglist/acme.json"] = (403, b"")
    with serving(forum), pytest.raises(Rejected, match="403") as refused:
        kundo().verify()
    assert refused.value.keys == ("api_key",)
    forum.answers["GET /api/acme.json"] = (404, b"")
    with serving(forum), pytest.raises(NotDone) as raised:
        kundo().fetch(None, NOW)
    assert raised.value.code == "unreadable"


def test_gone_comment_is_told_from_a_gone_dialog() -> None:
    forum = Forum()
    forum.answers["GET /api/dialog/acme/7.json"] = (200, [dialog(7)])
    forum.answers["GET /api/comment/acme/6.json"] = (404, b"")
    forum.comments[7] = [comment(8)]
    with serving(forum):
        looked_up = kundo().look_up(("7", "7.8", "7.9", "6", "6.1"))
    assert looked_up.gone == {"7.9", "6", "6.1"}
    assert [mention.id for mention in looked_up.standing] == ["7", "7.8"]


@pytest.mark.parametrize("ids", [("7",), ("7.8", "7.9"), ("6", "7.8")])
def test_renamed_forum_has_deleted_nothing(ids: tuple[str, ...]) -> None:
    forum = Forum()
    forum.answers = {f"GET /api/comment/acme/{number}.json": (404, b"") for number in (6, 7)}
    with serving(forum):
        assert kundo().look_up(ids).gone == set(ids)
    forum.answers["GET /api/acme.json"] = (404, b"")
    with serving(forum), pytest.raises(NotDone, match="knows no forum"):
        kundo().look_up(ids)


def test_reference_into_a_renamed_forum_is_not_gone() -> None:
    forum = Forum()
    forum.answers["GET /api/acme.json"] = (404, b"")
    with serving(forum), pytest.raises(NotDone, match="knows no forum"):
        kundo().referred_to((Reference(ReferenceKind.ANSWERS, "7", ""),))


@pytest.mark.parametrize(("ours", "below"), [("Tack!", "Tack!"), ("Dag", "<p>dag</p>"), ("👍", "👍")])
def test_customers_words_are_not_our_answer(ours: str, below: str) -> None:
    forum = Forum()
    forum.comments[7] = [comment(8, below, pub_date="2026-11-28 12:00:00")]
    with serving(forum):
        assert kundo().find_sent(Outgoing(ours, "7"), NOW - DAY) is None


@pytest.mark.parametrize(("shown", "is_it"), [("👍", True), ("❤️", False), ("!", False), ("👍 👍", False)])
def test_answer_without_letters_is_compared_whole(shown: str, *, is_it: bool) -> None:
    forum = Forum()
    forum.comments[7] = [comment(8, shown, is_org_reply=True, pub_date="2026-11-28 12:00:00")]
    with serving(forum):
        assert (kundo().find_sent(Outgoing("👍", "7"), NOW - 9 * DAY) is not None) == is_it


def test_error_of_the_transport_names_no_address() -> None:
    def fails(*_: object) -> requests.Response:
        raise requests.ConnectionError("https://kundo.example/api/acme.json?key=secret")

    with on_the_wire(fails), pytest.raises(NotDone) as raised:
        kundo().fetch(None, NOW)
    assert raised.value.__suppress_context__
    assert raised.value.__cause__ is None
