"""What the desk makes of servers that give few, odd or other answers than mastodon-mock, and what it sends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.networks.base import Ambiguous, Deed, Gap, NotDone, Outgoing, Rejected
from bot.networks.mastodon import client, roots
from bot.networks.mastodon.pages import MAX_PAGES, PAGES_AT_ONCE
from bot.networks.mastodon.spec import SPEC
from tests.support.canned_mastodon import (
    LIST,
    ME,
    NOTIFICATIONS,
    NOW,
    OWN,
    POST,
    Listing,
    Query,
    mastodon,
    notification,
    ours,
    posted,
    route_of,
    serving,
    status,
)

DAY = timedelta(days=1)
ACME = {"id": "1000", "username": "Acme", "acct": "Acme"}
QUESTION = "GET /api/v1/statuses/7"
CONTEXT = "GET /api/v1/statuses/7/context"
ANSWER = Outgoing("Dag", "7", to="klant@example.social", key="reply-1")


def queries(asked: list[Any], route: str) -> list[dict[str, str]]:
    return [
        {name: values[0] for name, values in parse_qs(urlsplit(str(one.url)).query).items()}
        for one in asked
        if route_of(one) == route
    ]


class TestReading:
    def test_mentions_are_asked_for_with_those_that_are_held_back(self) -> None:
        with serving({NOTIFICATIONS: []}) as asked:
            mastodon().fetch(None, NOW - DAY)
        assert queries(asked, NOTIFICATIONS) == [
            {"limit": "40", "types[]": "mention", "include_filtered": "true"},
        ]
        assert str(asked[0].url).startswith("https://m.example/prefix/api/v1/notifications?")
        assert asked[0].headers["Authorization"] == "Bearer t"

    def test_news_is_read_onwards_from_the_cursor(self) -> None:
        listing = Listing([notification(number) for number in range(1, 8)])
        with serving({NOTIFICATIONS: listing}) as asked:
            fetched = mastodon().fetch("2", NOW - DAY)
        assert [mention.id for mention in fetched.mentions] == ["s3", "s4", "s5", "s6", "s7"]
        assert fetched.cursor == "7"
        assert [query["min_id"] for query in queries(asked, NOTIFICATIONS)] == ["2", "4", "6", "7"]

    def test_poll_that_is_cut_goes_on_where_it_ended(self) -> None:
        account, cursor, found = mastodon(), "1", []
        listing = Listing([notification(number) for number in range(1, 26)])
        with serving({NOTIFICATIONS: listing}):
            for _ in range(3):
                fetched = account.fetch(cursor, NOW - DAY)
                assert len(fetched.mentions) <= 2 * PAGES_AT_ONCE
                cursor = fetched.cursor or ""
                found += [mention.id for mention in fetched.mentions]
        assert found == [f"s{number}" for number in range(2, 26)]

    @pytest.mark.parametrize("failure", [429, 503, (200, b"<html>", {})])
    def test_poll_that_breaks_off_keeps_what_it_has(self, failure: object) -> None:
        listing = Listing([notification(number) for number in range(1, 6)])

        def breaking(query: Query) -> object:
            return failure if query.get("min_id") == ["3"] else listing(query)

        with serving({NOTIFICATIONS: breaking}):
            fetched = mastodon().fetch("1", NOW - DAY)
        assert ([mention.id for mention in fetched.mentions], fetched.cursor) == (["s2", "s3"], "3")
        with serving({NOTIFICATIONS: breaking}), pytest.raises(NotDone):
            mastodon().fetch("3", NOW - DAY)

    def test_page_of_nothing_for_us_moves_the_cursor(self) -> None:
        items = [
            notification(2, type_="favourite"),
            notification(3, about={}),
            notification(4, status("s4", acct="acme")),
            notification(5, status("s5", acct="acme@example.social")),
            notification(6) | {"status": None},
        ]
        with serving({NOTIFICATIONS: Listing(items, size=9)}):
            fetched = mastodon().fetch("1", NOW - DAY)
        assert (fetched.mentions, fetched.cursor) == ((), "6")

    @pytest.mark.parametrize("new", [1, 3, 9])
    def test_server_without_min_id_is_read_back_to_the_cursor(self, new: int) -> None:
        listing = Listing([notification(number) for number in range(1, 11 + new)], size=3, knows="max_id")
        with serving({NOTIFICATIONS: listing}):
            fetched = mastodon().fetch("10", NOW - DAY)
        assert [mention.id for mention in fetched.mentions] == [f"s{number}" for number in range(11, 11 + new)]
        assert fetched.cursor == str(10 + new)

    @pytest.mark.parametrize("cursor", [None, "1", "3"])
    def test_server_without_pages_gives_what_it_has(self, cursor: str | None) -> None:
        listing = Listing([notification(number) for number in range(1, 5)], size=3, knows="")
        with serving({NOTIFICATIONS: listing}) as asked:
            fetched = mastodon().fetch(cursor, NOW - DAY)
        assert [mention.id for mention in fetched.mentions][-1] == "s4"
        assert fetched.cursor == "4"
        assert len(asked) < 10

    @pytest.mark.parametrize("cursor", ["no-number", "not one of yours", "", "../x1", "99999"])
    def test_cursor_of_another_server_gives_way_to_the_time(self, cursor: str) -> None:
        listing = Listing([notification(1), notification(2)], size=9, knows="max_id")
        with serving({NOTIFICATIONS: listing}):
            fetched = mastodon().fetch(cursor, NOW - DAY)
        assert [mention.id for mention in fetched.mentions] == ["s1", "s2"]
        assert fetched.cursor == "2"

    @pytest.mark.parametrize("refusal", [400, 404, 422])
    def test_refused_cursor_gives_way_to_the_time(self, refusal: int, caplog: pytest.LogCaptureFixture) -> None:
        def refusing(query: Query) -> object:
            return refusal if "min_id" in query else [notification(3)] if "max_id" not in query else []

        with serving({NOTIFICATIONS: refusing}):
            fetched = mastodon().fetch("2", NOW - DAY)
        assert ([mention.id for mention in fetched.mentions], fetched.cursor) == (["s3"], "3")
        assert "refuses the cursor" in caplog.text

    def test_first_start_reads_no_further_back_than_told(self) -> None:
        old = [notification(number, created_at="2026-11-18T00:00:00Z") for number in range(1, 9)]
        with serving({NOTIFICATIONS: Listing([*old, notification(9)])}) as asked:
            fetched = mastodon().fetch(None, NOW - DAY)
        assert ([mention.id for mention in fetched.mentions], fetched.gap) == (["s9"], None)
        assert len(queries(asked, NOTIFICATIONS)) == 1

    def test_more_than_is_read_in_one_go_is_a_gap(self) -> None:
        def endless(query: Query) -> object:
            number = int(query.get("max_id", ["9999"])[0]) - 1
            at = NOW - timedelta(minutes=9999 - number)
            return [notification(number, created_at=at.isoformat())]

        with serving({NOTIFICATIONS: endless}) as asked:
            fetched = mastodon().fetch(None, NOW - DAY)
        assert len(queries(asked, NOTIFICATIONS)) == MAX_PAGES
        assert fetched.gap == Gap(NOW - DAY, NOW - timedelta(minutes=MAX_PAGES))

    def test_ids_need_not_be_numbers(self) -> None:
        items = [notification("01HB", status("01SB")), notification("01HA", status("01SA"))]
        with serving({NOTIFICATIONS: lambda query: [] if query.get("min_id") == ["01HB"] else items}):
            fetched = mastodon().fetch("01H9", NOW - DAY)
        assert ([mention.id for mention in fetched.mentions], fetched.cursor) == (["01SA", "01SB"], "01HB")

    def test_hostile_post_does_not_stop_the_rest(self, caplog: pytest.LogCaptureFixture) -> None:
        items = [
            notification(1),
            notification(2, status("s2") | {"account": "customersword"}),
            notification(3, status("s3") | {"content": ["customersword"]}),
            {"type": "mention", "status": status("s4")},
            None,
            notification(5),
        ]
        with serving({NOTIFICATIONS: lambda query: [] if query.get("min_id") == ["5"] else items}):
            fetched = mastodon().fetch("0", NOW - DAY)
        assert ([mention.id for mention in fetched.mentions], fetched.cursor) == (["s1", "s5"], "5")
        assert "Mastodon post s2 is left out" in caplog.text
        assert "customersword" not in caplog.text

    @pytest.mark.parametrize("body", [{"error": "x"}, [{}], ["x"], "x", 7])
    def test_what_is_no_list_is_not_the_end_of_it(self, body: object) -> None:
        with serving({NOTIFICATIONS: body}), pytest.raises(NotDone) as raised:
            mastodon().fetch("1", NOW - DAY)
        assert raised.value.code == "unreadable"

    @pytest.mark.parametrize("code", [301, 302, 404, 410])
    def test_something_else_than_mastodon_is_told_as_such(self, code: int) -> None:
        for route, call in ((NOTIFICATIONS, lambda: mastodon().fetch(None, NOW)), (ME, lambda: mastodon().verify())):
            with serving({route: code}), pytest.raises(NotDone) as raised:
                call()
            assert raised.value.code == "unreadable"


class TestConversations:
    def test_thread_is_asked_for_once(self) -> None:
        account = mastodon()
        first = [notification(1, status("9", in_reply_to_id="8"))]
        context = {"ancestors": [status("7"), ours("8", "Dag", "7")], "descendants": [status("99")]}
        with serving({NOTIFICATIONS: first, "GET /api/v1/statuses/9/context": context}) as asked:
            (mention,) = account.fetch(None, NOW - DAY).mentions
            (again,) = account.fetch_again(NOW - DAY).mentions
        assert (mention.conversation, again.conversation, mention.in_reply_to) == ("7", "7", "8")
        assert len(queries(asked, "GET /api/v1/statuses/9/context")) == 1
        with serving({NOTIFICATIONS: [notification(2, status("10", in_reply_to_id="9"))]}):
            assert account.fetch(None, NOW - DAY).mentions[0].conversation == "7"

    def test_answer_of_ours_belongs_to_what_it_answers(self) -> None:
        account = mastodon()
        with serving({NOTIFICATIONS: [notification(1, status("7"))]}):
            account.fetch(None, NOW - DAY)
        with serving({QUESTION: status("7"), POST: ours("8", "Dag", "7")}):
            account.send(ANSWER)
        with serving({NOTIFICATIONS: [notification(2, status("9", in_reply_to_id="8"))]}) as asked:
            assert account.fetch(None, NOW - DAY).mentions[0].conversation == "7"
        assert queries(asked, "GET /api/v1/statuses/9/context") == []

    @pytest.mark.parametrize("context", [403, 404, 422, {"ancestors": []}, {"ancestors": [{}]}, [], {"ancestors": "x"}])
    def test_post_whose_thread_cannot_be_seen_begins_its_own(self, context: object) -> None:
        listed = [notification(1, status("9", in_reply_to_id="8"))]
        with serving({NOTIFICATIONS: listed, "GET /api/v1/statuses/9/context": context}):
            assert mastodon().fetch(None, NOW - DAY).mentions[0].conversation == "9"

    def test_thread_that_cannot_be_asked_for_now_loses_nothing(self) -> None:
        listed = [notification(1, status("9", in_reply_to_id="8"))]
        with serving({NOTIFICATIONS: listed, "GET /api/v1/statuses/9/context": 503}), pytest.raises(NotDone):
            mastodon().fetch(None, NOW - DAY)

    @pytest.mark.parametrize("failure", [503, 500, b"<html>"])
    def test_thread_that_can_never_be_asked_for_holds_up_no_other(self, failure: object) -> None:
        listed = [notification(2, status("9", in_reply_to_id="8")), notification(3)]
        account = mastodon()
        with serving({NOTIFICATIONS: listed, "GET /api/v1/statuses/9/context": failure}):
            with pytest.raises(NotDone):
                account.fetch(None, NOW - DAY)
            fetched = account.fetch(None, NOW - DAY)
        assert [(one.id, one.conversation) for one in fetched.mentions] == [("9", "8"), ("s3", "s3")]

    def test_server_that_is_busy_is_waited_for(self) -> None:
        listed = [notification(2, status("9", in_reply_to_id="8"))]
        account = mastodon()
        with serving({NOTIFICATIONS: listed, "GET /api/v1/statuses/9/context": 429}):
            for _ in range(3):
                with pytest.raises(NotDone):
                    account.fetch(None, NOW - DAY)

    @pytest.mark.parametrize("cursor", [None, "1"])
    def test_mentions_before_a_thread_that_cannot_be_asked_for_are_kept(self, cursor: str | None) -> None:
        listed = [
            notification(2),
            notification(3, type_="favourite"),
            notification(4, status("9", in_reply_to_id="8")),
            notification(5),
        ]
        routes = {NOTIFICATIONS: Listing(listed, size=9), "GET /api/v1/statuses/9/context": 429}
        with serving(routes):
            fetched = mastodon().fetch(cursor, NOW - DAY)
        assert ([mention.id for mention in fetched.mentions], fetched.cursor) == (["s2"], "3")

    def test_only_so_many_threads_are_asked_for_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(client, "THREADS_AT_ONCE", 2)
        listing = Listing(
            [notification(one, status(f"9{one}", in_reply_to_id=f"8{one}")) for one in range(1, 6)], size=9
        )
        account, cursor, found = mastodon(), "0", []
        with serving({NOTIFICATIONS: listing}):
            for _ in range(3):
                fetched = account.fetch(cursor, NOW - DAY)
                cursor = fetched.cursor or ""
                found.append([mention.id for mention in fetched.mentions])
        assert found == [["91", "92"], ["93", "94"], ["95"]]

    def test_private_words_in_a_public_thread_are_apart(self) -> None:
        listed = [
            notification(1, status("7")),
            notification(2, status("9", in_reply_to_id="7", visibility="direct")),
            notification(3, status("10", in_reply_to_id="9", visibility="direct")),
            notification(4, status("11", in_reply_to_id="10")),
        ]
        with serving({NOTIFICATIONS: Listing(listed, size=9)}):
            found = mastodon().fetch(None, NOW - DAY).mentions
        assert [(one.conversation, one.private) for one in found] == [
            ("7", False),
            ("direct-7", True),
            ("direct-7", True),
            ("7", False),
        ]

    def test_only_so_many_threads_are_remembered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(roots, "ROOTS_KEPT", 2)
        kept = roots.Roots()
        kept.keep(["1", "2", "3"], "1")
        assert (kept.get("1"), kept.get("2"), kept.get("3")) == (None, "1", "1")


class TestSending:
    @pytest.mark.parametrize(
        ("asked_as", "private", "answered_as"),
        [
            ("public", False, "public"),
            ("unlisted", False, "unlisted"),
            ("private", False, "private"),
            ("direct", False, "direct"),
            ("direct", True, "direct"),
            ("public", True, "direct"),
            ("unlisted", True, "direct"),
            ("private", True, "direct"),
            ("mutuals_only", False, "direct"),
            (None, False, "direct"),
        ],
    )
    def test_answer_goes_no_further_than_what_it_answers(
        self, asked_as: str | None, private: bool, answered_as: str
    ) -> None:
        out = Outgoing("Dag", "7", to="klant@example.social", private=private, key="k")
        with serving({QUESTION: status("7", visibility=asked_as), POST: ours("8", "Dag", "7")}) as asked:
            mastodon().send(out)
        form = posted(asked)
        assert (form["visibility"], form["in_reply_to_id"], form["status"]) == (answered_as, "7", "@klant Dag")

    def test_answer_names_its_customer_as_the_server_does(self) -> None:
        with serving({QUESTION: status("7", acct="klant@elders.example"), POST: ours("8", "x", "7")}) as asked:
            mastodon().send(ANSWER)
        assert posted(asked)["status"] == "@klant@elders.example Dag"

    def test_private_answer_names_nobody_else(self) -> None:
        out = Outgoing("Vraag @bob@elders.example", "7", to="klant@example.social", private=True)
        with serving({QUESTION: status("7"), POST: ours("8", "x", "7")}) as asked:
            mastodon().send(out)
        assert posted(asked)["status"] == "@klant Vraag @\u2060bob@elders.example"

    def test_answer_keeps_language_and_content_warning(self) -> None:
        question = status("7", spoiler_text="klacht", language="nl")
        with serving({QUESTION: question, POST: ours("8", "x", "7")}) as asked:
            mastodon().send(ANSWER)
        form = posted(asked)
        assert (form["language"], form["spoiler_text"]) == ("nl", "klacht")

    def test_content_warning_takes_no_room_from_the_answer(self) -> None:
        question = status("7", spoiler_text="klacht" * 20, language="??")
        with serving({QUESTION: question, POST: ours("8", "x", "7")}) as asked:
            mastodon().send(Outgoing("a" * 488, "7", to="klant"))
        form = posted(asked)
        assert (form["spoiler_text"], "language" in form) == ("klac…", False)
        with serving({QUESTION: question, POST: ours("8", "x", "7")}) as asked:
            mastodon().send(Outgoing("a" * 493, "7", to="klant"))
        assert "spoiler_text" not in posted(asked)

    def test_same_try_has_the_same_key(self) -> None:
        with serving({QUESTION: status("7"), POST: ours("8", "x", "7")}) as asked:
            mastodon().send(ANSWER)
        assert [one.headers.get("Idempotency-Key") for one in asked] == [None, "reply-1"]

    def test_post_for_everybody_is_public_and_names_nobody(self) -> None:
        with serving({POST: ours("8", "x", None)}) as asked:
            mastodon().send(Outgoing("Er is een storing", key="u"))
        assert posted(asked) == {"status": "Er is een storing", "visibility": "public"}

    def test_post_below_our_own_names_nobody(self) -> None:
        with serving({QUESTION: ours("7", "Er is een storing", None), POST: ours("8", "x", "7")}) as asked:
            mastodon().send(Outgoing("Opgelost", "7", key="u"))
        assert posted(asked) == {"status": "Opgelost", "visibility": "public", "in_reply_to_id": "7"}

    def test_answer_to_what_is_gone_is_not_sent(self) -> None:
        for gone in (404, 410):
            with serving({QUESTION: gone, POST: ours("8", "x", "7")}) as asked, pytest.raises(Rejected) as refused:
                mastodon().send(ANSWER)
            assert (refused.value.code, len(asked)) == ("gone", 1)

    @pytest.mark.parametrize("answered", [503, (200, b"<html>", {}), [], {}, {"id": "../7"}])
    def test_answer_whose_question_cannot_be_read_is_not_sent(self, answered: object) -> None:
        with serving({QUESTION: answered, POST: ours("8", "x", "7")}) as asked, pytest.raises(NotDone):
            mastodon().send(ANSWER)
        assert len(asked) == 1

    @pytest.mark.parametrize("body", [{}, [], {"id": None}, {"id": ""}])
    def test_answer_taken_without_an_id_is_ambiguous(self, body: object) -> None:
        with serving({QUESTION: status("7"), POST: body}), pytest.raises(Ambiguous):
            mastodon().send(ANSWER)

    def test_what_was_sent_is_told_as_the_server_has_it(self) -> None:
        with serving({QUESTION: status("7"), POST: ours("8", "x", "7")}):
            sent = mastodon().send(ANSWER)
        assert (sent.id, sent.url, sent.at) == (
            "8",
            "https://example.social/@acme/8",
            datetime(2026, 11, 20, 15, 30, tzinfo=UTC),
        )
        with serving({QUESTION: status("7"), POST: {"id": 8}}):
            sent = mastodon().send(ANSWER)
        assert (sent.id, sent.url, sent.at) == ("8", "https://example.social/@acme/8", NOW)

    def test_like_is_asked_for_where_the_post_is(self) -> None:
        with serving({"POST /api/v1/statuses/7/favourite": status("7")}) as asked:
            mastodon().do(Deed.LIKE, "7")
        assert [route_of(one) for one in asked] == ["POST /api/v1/statuses/7/favourite"]
        with serving({}) as asked, pytest.raises(Rejected):
            mastodon().do(Deed.LIKE, "../../7?x#y")
        assert str(asked[0].url).endswith("/api/v1/statuses/..%2F..%2F7%3Fx%23y/favourite")

    def test_other_deeds_are_not_mastodons(self) -> None:
        with pytest.raises(ValueError, match="hide"):
            mastodon().do(Deed.HIDE, "7")


class TestFindingAgain:
    def found(self, own: list[Any], context: object = 404, out: Outgoing = ANSWER) -> str | None:
        with serving({ME: ACME, OWN: Listing(own, size=9), CONTEXT: context}):
            sent = mastodon().find_sent(out, NOW - timedelta(minutes=20))
        return sent.id if sent else None

    def test_lost_answer_is_among_our_posts(self) -> None:
        own = [ours("8", "<p>@klant Dag</p>", "6"), ours("9", "<p>@klant dag!</p>", "7"), ours("10", "Meer", "7")]
        assert self.found(own) == "9"

    def test_lost_answer_is_below_what_it_answers(self) -> None:
        below = [ours("9", "Dag", "7"), status("8", "Dag", in_reply_to_id="7")]
        assert self.found([], {"descendants": below}) == "9"
        assert self.found([], {"descendants": below[1:]}) is None

    def test_older_answer_is_another_one(self) -> None:
        old = ours("9", "Dag", "7", created_at="2026-11-20T15:10:00Z")
        assert self.found([old], {"descendants": [old]}) is None

    def test_content_warning_is_no_part_of_it(self) -> None:
        assert self.found([ours("9", "<p>Dag</p>", "7", spoiler_text="klacht")]) == "9"

    def test_odd_posts_of_ours_are_passed_over(self) -> None:
        own = [ours("8", "Dag", "7") | {"content": None}, ours("9", "Dag", "7", reblog={"id": "1"})]
        assert self.found(own) is None

    def test_post_for_everybody_answers_nobody(self) -> None:
        own = [ours("8", "Storing", "7"), ours("9", "Storing", None)]
        assert self.found(own, out=Outgoing("Storing", None)) == "9"


class TestLookingUp:
    def test_what_a_list_leaves_out_is_asked_for_by_itself(self) -> None:
        routes = {
            LIST: [status("1"), status("99")],
            "GET /api/v1/statuses/2": status("2", "<p>er nog</p>"),
            "GET /api/v1/statuses/4": 410,
            "GET /api/v1/statuses/5": {"id": "6"},
        }
        with serving(routes) as asked:
            looked_up = mastodon().look_up(("1", "2", "3", "4", "5"))
        assert queries(asked, LIST) == [{"id[]": "1"}]
        assert parse_qs(urlsplit(str(asked[0].url)).query) == {"id[]": ["1", "2", "3", "4", "5"]}
        assert looked_up.gone == {"3", "4"}
        assert [(one.id, one.text) for one in looked_up.standing] == [
            ("1", "@acme@example.social hoi"),
            ("2", "er nog"),
        ]

    @pytest.mark.parametrize("answer", [404, 405, 422, {}, "x"])
    def test_server_without_lists_is_asked_one_by_one(self, answer: object) -> None:
        account = mastodon()
        routes = {LIST: answer, "GET /api/v1/statuses/1": status("1")}
        with serving(routes) as asked:
            assert [account.look_up(("1", "2")).gone for _ in range(2)] == [{"2"}, {"2"}]
        assert len(queries(asked, LIST)) == 1

    def test_list_of_nothing_is_no_proof(self) -> None:
        with serving({LIST: [], "GET /api/v1/statuses/1": status("1")}):
            assert mastodon().look_up(("1",)).gone == frozenset()

    def test_post_that_is_not_shown_holds_up_no_other(self) -> None:
        with serving({LIST: [status("1")], "GET /api/v1/statuses/2": 403}):
            looked_up = mastodon().look_up(("1", "2"))
        assert (looked_up.gone, [one.id for one in looked_up.standing]) == (frozenset(), ["1"])
        with serving({LIST: [], "GET /api/v1/statuses/1": 401}), pytest.raises(Rejected):
            mastodon().look_up(("1",))

    @pytest.mark.parametrize("failure", [429, 500])
    def test_failure_is_no_proof(self, failure: int) -> None:
        for routes in ({LIST: failure}, {LIST: [], "GET /api/v1/statuses/1": failure}):
            with serving(routes), pytest.raises(NotDone):
                mastodon().look_up(("1",))

    def test_references_are_filled(self) -> None:
        quoting = status("7", in_reply_to_id="5", quote={"quoted_status": {"id": "4"}})
        with serving({LIST: [quoting], "GET /api/v1/statuses/7/context": {}}):
            (mention,) = mastodon().look_up(("7",)).standing
        with serving({"GET /api/v1/statuses/5": status("5", "<p>antwoord</p>", "bob")}):
            answered, quoted = mastodon().referred_to(mention.references)
        assert (answered.text, answered.handle, answered.gone) == ("antwoord", "bob@example.social", False)
        assert (quoted.text, quoted.gone) == (None, True)


class TestAccount:
    @pytest.mark.parametrize(
        ("instance", "limit", "link"),
        [
            ({"configuration": {"statuses": {"max_characters": 5000, "characters_reserved_per_url": 30}}}, 5000, 30),
            ({"configuration": {"statuses": {"max_characters": 400}}}, 400, 23),
            ({"configuration": {"statuses": {"max_characters": 0, "characters_reserved_per_url": "x"}}}, 500, 23),
            ({"configuration": []}, 500, 23),
            ((200, b"<html>", {}), 500, 23),
            (503, 500, 23),
            (404, 500, 23),
        ],
    )
    def test_length_is_what_the_server_takes(self, instance: object, limit: int, link: int) -> None:
        account = mastodon()
        assert account.count(ANSWER).limit == SPEC.text_limit == 500
        with serving({NOTIFICATIONS: [], "GET /api/v2/instance": instance}):
            account.fetch(None, NOW)
        counted = account.count(Outgoing("https://acme.nl", to="klant@elders.example"))
        assert (counted.used, counted.limit, counted.invalid) == (7 + link, limit, "")

    def test_older_servers_tell_their_length_elsewhere(self) -> None:
        account = mastodon()
        with serving({NOTIFICATIONS: [], "GET /api/v1/instance": {"max_toot_chars": 1000}}) as asked:
            account.fetch(None, NOW)
            account.fetch(None, NOW)
        assert account.count(ANSWER).limit == 1000
        assert [route_of(one) for one in asked].count("GET /api/v1/instance") == 1

    def test_length_that_could_not_be_asked_for_is_asked_again(self) -> None:
        account = mastodon()
        for instance in (503, {"configuration": {"statuses": {"max_characters": 800}}}):
            with serving({NOTIFICATIONS: [], "GET /api/v2/instance": instance}):
                account.fetch(None, NOW)
        assert account.count(ANSWER).limit == 800

    def test_keys_of_another_account_are_told_apart(self) -> None:
        with serving({ME: ACME | {"username": "acme_help"}}):
            for call in (lambda: mastodon().verify(), lambda: mastodon().own_posts(None, NOW)):
                with pytest.raises(Rejected, match="acts for @acme_help, the desk for @acme@") as refused:
                    call()
                assert refused.value.code == "credentials"

    @pytest.mark.parametrize("scopes", [["read"], ["read", "write:favourites"]])
    def test_keys_that_may_only_read_are_found_before_the_first_reply(self, scopes: list[str]) -> None:
        routes = {ME: ACME, NOTIFICATIONS: [], "GET /api/v1/apps/verify_credentials": {"scopes": scopes}}
        with serving(routes), pytest.raises(Rejected, match="may only read") as refused:
            mastodon().verify()
        assert (refused.value.code, refused.value.keys) == ("credentials", ("access_token",))

    @pytest.mark.parametrize(
        "told", [404, 403, 500, {"name": "x"}, {"scopes": ["read", "write"]}, {"scopes": "read"}, []]
    )
    def test_keys_of_which_less_is_told_are_taken(self, told: object) -> None:
        with serving({ME: ACME, NOTIFICATIONS: [], "GET /api/v1/apps/verify_credentials": told}):
            assert mastodon().verify() == "Acme@example.social"

    def test_handle_is_the_same_in_capitals(self) -> None:
        with serving({ME: ACME, NOTIFICATIONS: Listing([notification(1, status("s1", acct="Acme"))])}):
            account = mastodon(handle="ACME@Example.social")
            assert account.fetch(None, NOW - DAY).mentions == ()
            assert account.verify() == "Acme@Example.social"

    def test_account_is_at_the_server_of_its_handle(self) -> None:
        assert SPEC.default_api_url("acme@example.social") == "https://example.social"
        assert mastodon().url == "https://example.social/@acme"

    def test_nothing_is_billed(self) -> None:
        billed: list[Any] = []
        mastodon().settle(billed.extend)
        assert billed == []

    def test_redirection_is_not_followed_with_the_token(self) -> None:
        elsewhere = (302, b"", {"Location": "https://elders.example/"})
        with serving({NOTIFICATIONS: elsewhere}) as asked, pytest.raises(NotDone):
            mastodon().fetch("1", NOW)
        assert len(asked) == 1

    def test_machine_wide_password_does_not_replace_the_token(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("default login somebody password else\n")
        monkeypatch.setenv("NETRC", str(netrc))
        with serving({NOTIFICATIONS: []}) as asked:
            mastodon().fetch("1", NOW)
        assert asked[0].headers["Authorization"] == "Bearer t"

    def test_answer_given_in_the_app_is_read_and_posts_are_not(self) -> None:
        own = [
            ours("5", "<p>voor iedereen</p>", None),
            ours("6", "<p>@klant Dag</p>", "7", spoiler_text="klacht"),
            ours("8", "", None, reblog={"id": "3"}),
        ]
        with serving({ME: ACME, OWN: Listing(own)}) as asked:
            read = mastodon().own_posts("4", NOW - DAY)
        assert [(post.id, post.in_reply_to, post.text) for post in read.posts] == [("6", "7", "Dag")]
        assert read.cursor == "8"
        assert queries(asked, OWN)[0] == {"limit": "40", "exclude_reblogs": "true", "min_id": "4"}
