"""Was this helpful?: asked once a month by a colleague, answered with one tap on a page that previews cannot use."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr
from werkzeug.test import Client

from bot.domain.cases.mention import Author
from bot.domain.cases.thread import State
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.replies.rating import MOST_CHANGES, MOST_WORDS
from bot.runtime.web import wsgi
from bot.usecases.cases import queries
from bot.usecases.cases.close import close
from bot.usecases.desk.context import Context
from bot.usecases.privacy import erase, retention
from bot.usecases.replies import rating, reply, second_look
from bot.usecases.reports import export, standup
from storage import outbox
from storage.engine import reading
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team
from tests.support.together import race, winners

BASE = "https://care.example.com/desk"
SECRET = SecretStr("correct-horse-battery-staple")
sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def asking(ctx: Context) -> Context:
    return replace(ctx, settings=replace(ctx.settings, public_url=BASE, link_secret=SECRET))


@pytest.fixture
def desk(ctx: Context) -> Team:
    return Team(asking(ctx))


def answered(team: Team, conversation: str = "c1", **changes: Any) -> int:
    words = changes.pop("text", "Mijn pakket is weg")
    number = team.write(words, conversation=conversation, **changes)
    text = f"We kijken het na ({conversation})"
    meant = [key for finding in second_look.look(team.ctx, number, ANNA.id, text) for key in finding.keys]
    team.arrive(team.answer(number, text, confirmed=meant), f"r-{conversation}")
    return number


def asked(team: Team, number: int, by: Any = ANNA) -> str:
    """Ask, let it arrive, and return the link's token."""
    question = rating.ask(team.ctx, by, number, idempotency_key=f"ask {number} {by.id} {team.ctx.clock.now()}")
    team.arrive(question, f"q{question.id}")
    return link_in(question.text).rpartition("/")[2]


def link_in(text: str) -> str:
    found = re.search(r"https://\S+", text)
    assert found is not None
    return found[0]


class Page:
    """A customer's browser."""

    def __init__(self, ctx: Context) -> None:
        app: Any = type("Parts", (), {"ctx": ctx, "settings": ctx.settings, "bolt": _Nothing()})
        self._client = Client(wsgi(app))

    def get(self, token: str, method: str = "GET") -> Any:
        return self._client.open(f"/desk/helpful/{token}", method=method)

    def tap(self, token: str, score: object, **fields: str) -> Any:
        data = urlencode({"score": str(score)} | fields)
        kind = "application/x-www-form-urlencoded"
        return self._client.post(f"/desk/helpful/{token}", data=data, content_type=kind)


class _Nothing:
    path = "/slack/events"


@pytest.fixture
def page(desk: Team) -> Page:
    return Page(desk.ctx)


class TestAsking:
    def test_question_goes_out_as_a_reply_in_the_customers_language_with_a_signed_link(self, desk: Team) -> None:
        number = answered(desk)
        question = rating.ask(desk.ctx, ANNA, number, idempotency_key="a")
        assert question.text.startswith("Heeft ons antwoord je geholpen?")
        assert question.text.endswith("^AB")
        assert link_in(question.text).startswith(f"{BASE}/helpful/1.")
        assert desk.wanted("reply")[-1] == f"reply:{question.id}"
        assert desk.kinds(number)[-1] == "asked"

    def test_what_is_read_before_it_goes_is_what_goes_but_for_the_link(self, desk: Team) -> None:
        number = answered(desk)
        shown = rating.preview(desk.ctx, ANNA, number)
        gone = rating.ask(desk.ctx, ANNA, number, idempotency_key="a").text
        assert re.sub(r"https://\S+", "", shown) == re.sub(r"https://\S+", "", gone)

    @pytest.mark.parametrize("language", ["sv", "tr", None])
    def test_other_languages_are_asked_in_theirs_or_in_english(self, desk: Team, language: str | None) -> None:
        words = "Var är mitt paket, jag har väntat länge" if language == "sv" else "Ok"
        number = answered(desk, text=words, language=language)
        question = rating.ask(desk.ctx, ANNA, number, idempotency_key="a")
        assert question.text.startswith("Hjälpte vårt svar" if language == "sv" else "Did our answer")

    def test_it_answers_nothing_and_is_not_shown_as_the_answer(self, desk: Team) -> None:
        number = answered(desk)
        asked(desk, number)
        card = queries.card(desk.ctx, number)
        assert (card.thread.state, card.thread.pending_reply_id) == (State.ANSWERED, None)
        assert card.answer is not None
        assert card.answer.text.startswith("We kijken het na")
        assert desk.kinds(number)[-1] == "sent"
        assert [row["outcome"] for row in desk.rows("SELECT outcome FROM wait")] == ["answered"]

    def test_it_keeps_no_promise(self, desk: Team, clock: TurnedClock) -> None:
        number = desk.write()
        promised = desk.answer(number, "Wij zoeken het uit", promised_for=clock.at + timedelta(days=1))
        desk.arrive(promised)
        asked(desk, number)
        assert [row["outcome"] for row in desk.rows("SELECT outcome FROM promise")] == [None]
        assert "promise_kept" not in desk.kinds(number)

    def test_repeated_submission_asks_once(self, desk: Team) -> None:
        number = answered(desk)
        first = rating.ask(desk.ctx, ANNA, number, idempotency_key="a")
        assert rating.ask(desk.ctx, ANNA, number, idempotency_key="a").id == first.id
        assert len(desk.rows("SELECT id FROM rating")) == 1

    def test_thanks_after_the_question_start_no_clock(self, desk: Team, clock: TurnedClock) -> None:
        number = answered(desk)
        asked(desk, number)
        clock.turn(minutes=5)
        desk.write("Dank je wel!")
        assert desk.thread(number).state is State.ANSWERED

    def test_customer_who_writes_meanwhile_is_not_asked(self, bench: Bench) -> None:
        later = Bench(asking(bench.ctx), bench.sandbox, bench.clock)
        number = later.mention("@acme waar is mijn pakket")
        later.team.arrive(later.team.answer(number, "We kijken het na"), "900000000000000001")
        rating.ask(later.ctx, ANNA, number, idempotency_key="a")
        later.team.write(
            "Nog niets", conversation=later.team.thread(number).conversation, author=_author(later, number)
        )
        later.clock.turn(seconds=30)
        later.deliver()
        assert not [post for post in later.answers() if "helpful" in post.text]


def _author(bench: Bench, number: int) -> Author:
    thread = bench.team.thread(number)
    return Author(thread.author_id, thread.customer_handle, thread.customer_name, 1)


class TestOnceAMonth:
    def test_customer_is_asked_once_a_month_in_whichever_thread(self, desk: Team, clock: TurnedClock) -> None:
        one, two = answered(desk, "a"), answered(desk, "b")
        asked(desk, one)
        with pytest.raises(Refused) as refused:
            rating.ask(desk.ctx, ANNA, two, idempotency_key="b")
        assert refused.value.code is RefusalCode.ASKED_ALREADY
        clock.turn(days=30)
        asked(desk, two)

    def test_question_that_was_undone_does_not_count(self, desk: Team) -> None:
        number = answered(desk)
        reply.undo(desk.ctx, ANNA, rating.ask(desk.ctx, ANNA, number, idempotency_key="a").id)
        assert rating.ask(desk.ctx, ANNA, number, idempotency_key="b").id
        assert queries.card(desk.ctx, number).thread.state is State.ANSWERED

    def test_two_colleagues_at_once_ask_once(self, desk: Team) -> None:
        one, two = answered(desk, "a"), answered(desk, "b")
        done = race([partial(rating.ask, desk.ctx, ANNA, n, idempotency_key=f"{n}") for n in (one, two)])
        assert winners(done) == 1
        assert len(desk.rows("SELECT id FROM rating")) == 1

    @pytest.mark.parametrize("why", ["waiting", "closed", "off", "taken"])
    def test_nobody_is_asked_without_an_answer_a_page_or_the_thread(self, desk: Team, why: str) -> None:
        number = desk.write() if why in ("waiting", "closed") else answered(desk)
        if why == "closed":
            close(desk.ctx, ANNA, number, "spam")
        ctx = replace(desk.ctx, settings=replace(desk.ctx.settings, public_url="")) if why == "off" else desk.ctx
        code = RefusalCode.RATINGS_OFF if why == "off" else RefusalCode(why)
        with pytest.raises(Refused) as refused:
            rating.ask(ctx, LARS if why == "taken" else ANNA, number, idempotency_key="a")
        assert refused.value.code is code


class TestPage:
    def test_get_and_head_show_the_page_and_never_score(self, desk: Team, page: Page) -> None:
        number = answered(desk)
        token = asked(desk, number)
        shown = page.get(token)
        assert (shown.status_code, page.get(token, "HEAD").status_code) == (200, 200)
        assert page.get(token, "HEAD").data == b""
        assert 'lang="nl"' in shown.text
        assert [int(score) for score in re.findall(r'name="score" value="(\d)"', shown.text)] == [1, 2, 3, 4, 5]
        assert "<script" not in shown.text
        assert desk.thread(number).score is None
        headers = shown.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Robots-Tag"].startswith("noindex")
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers

    def test_one_tap_scores_and_may_be_changed_with_words(self, desk: Team, page: Page) -> None:
        number = answered(desk)
        token = asked(desk, number)
        thanks = page.tap(token, 2)
        assert (thanks.status_code, desk.thread(number).score) == (200, 2)
        assert "<textarea" in thanks.text
        written = page.tap(token, 4, words="Snel <b>geholpen</b>\x00")
        assert "<textarea" not in written.text, "an empty field again looks as if the words were lost"
        page.tap(token, 4, words="Snel <b>geholpen</b>")
        (row,) = desk.rows("SELECT score, words, changes FROM rating")
        assert (row["score"], row["words"], row["changes"]) == (4, "Snel <b>geholpen</b>", 2)
        assert [event.data for event in desk.events(number) if event.kind == "scored"] == [
            {"score": 2},
            {"score": 4, "words": "Snel <b>geholpen</b>"},
        ]
        assert "geholpen</b>" not in page.get(token).text, "others may open a public link"
        page.tap(token, 5)
        assert desk.rows("SELECT score, words FROM rating")[0]["words"] == "Snel <b>geholpen</b>"

    def test_words_are_cut_and_changes_end(self, desk: Team, page: Page) -> None:
        token = asked(desk, answered(desk))
        page.tap(token, 3, words="é" * 3 * MOST_WORDS)
        assert len(desk.rows("SELECT words FROM rating")[0]["words"]) == MOST_WORDS
        done = [page.tap(token, 1 + number % 5).status_code for number in range(MOST_CHANGES + 5)]
        assert (done[0], done[-1]) == (200, 404)
        assert len(desk.kinds(1)) < MOST_CHANGES + 10

    @pytest.mark.parametrize("score", ["0", "6", "", "3.5", "٣", "-1", "5&score=1", "<b>"])
    def test_other_scores_change_nothing(self, desk: Team, page: Page, score: str) -> None:
        token = asked(desk, answered(desk))
        kind = "application/x-www-form-urlencoded"
        answer = page._client.post(f"/desk/helpful/{token}", data=f"score={score}", content_type=kind)
        assert answer.status_code == 400
        assert desk.rows("SELECT score FROM rating")[0]["score"] is None

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b'{"score": 5}', "application/json"),
            (b"score=5&words=" + b"x" * 20_000, "application/x-www-form-urlencoded"),
            (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
            (b"a=1&b=2&c=3&d=4&score=5", "application/x-www-form-urlencoded"),
        ],
    )
    def test_what_no_browser_sends_is_refused(self, desk: Team, page: Page, data: bytes, kind: str) -> None:
        token = asked(desk, answered(desk))
        assert page._client.post(f"/desk/helpful/{token}", data=data, content_type=kind).status_code == 400
        assert page.get(token, "DELETE").status_code == 405
        assert desk.rows("SELECT score FROM rating")[0]["score"] is None

    def test_forged_expired_and_erased_links_lead_nowhere(self, desk: Team, page: Page, clock: TurnedClock) -> None:
        token = asked(desk, answered(desk))
        number, signature = token.split(".")
        forged = [f"2.{signature}", f"{number}.{signature[:-1]}A", f"{number}.", "x", f"0{number}.{signature}"]
        assert {page.tap(wrong, 5).status_code for wrong in forged} == {404}
        clock.turn(days=13, hours=23)
        assert page.tap(token, 5).status_code == 200
        clock.turn(hours=1)
        assert (page.get(token).status_code, page.tap(token, 1).status_code) == (404, 404)
        assert desk.rows("SELECT score FROM rating")[0]["score"] == 5

    def test_other_secret_makes_old_links_worthless(self, desk: Team) -> None:
        token = asked(desk, answered(desk))
        settings = replace(desk.ctx.settings, link_secret=SecretStr("another-secret-of-ours"))
        assert Page(replace(desk.ctx, settings=settings)).get(token).status_code == 404


class TestKept:
    def test_scores_stand_in_the_standup_the_export_and_on_the_card(self, desk: Team, page: Page) -> None:
        for handle, score in (("eva", 5), ("jan", 2), ("piet", None)):
            number = answered(desk, handle, author=Author(handle, handle, handle, 1))
            token = asked(desk, number)
            if score:
                page.tap(token, score, words=f"={handle}")
        desk.ctx.clock.turn(days=1)  # type: ignore[attr-defined]
        month = standup.standup_of(desk.ctx, desk.ctx.settings.desks[0], date(2026, 11, 20)).month.helpful
        assert (month.asked, month.n, month.mean) == (3, 2, 3.5)
        out = io.StringIO()
        assert export.export_ratings(desk.ctx, out, "csv", since=None, until=None) == 3
        rows = list(csv.DictReader(io.StringIO(out.getvalue())))
        assert [(row["score"], row["words"]) for row in rows] == [("5", "'=eva"), ("2", "'=jan"), ("", "")]
        assert queries.card(desk.ctx, number - 1).thread.score == 2

    def test_erasure_forgets_the_words_and_ends_the_link_and_keeps_the_score(self, desk: Team, page: Page) -> None:
        number = answered(desk)
        token = asked(desk, number)
        page.tap(token, 4, words="zqplant was here")
        erase.erase(desk.ctx, "klant")
        assert "zqplant" not in str(desk.rows("SELECT * FROM rating")) + str(desk.rows("SELECT * FROM event"))
        assert desk.rows("SELECT score FROM rating")[0]["score"] == 4
        assert page.tap(token, 1).status_code == 404

    def test_retention_deletes_the_question_with_its_thread(self, desk: Team, page: Page, clock: TurnedClock) -> None:
        page.tap(asked(desk, answered(desk)), 4, words="Fijn")
        clock.turn(days=500)
        assert retention.tick(desk.ctx) == 1
        assert not desk.rows("SELECT id FROM rating")


@sqlite_alone
class TestInSlack:
    def test_menu_shows_the_text_and_posts_it(self, bench: Bench, database_url: str) -> None:
        path, later = bench.ctx.settings.config_path, Bench(asking(bench.ctx), bench.sandbox, bench.clock)
        path.write_text(f'public_url = "{BASE}"\n{path.read_text()}')
        with whole_bot(later, database_url, WEBCARE_LINK_SECRET=SECRET.get_secret_value()) as app:
            number = later.mention("@acme waar is mijn pakket gebleven")
            later.team.arrive(later.team.answer(number, "We kijken het na"), "900000000000000001")
            later.finish()
            option = {"value": f"rating:{number}", "text": {"type": "plain_text", "text": "Was this helpful?"}}
            action = {"type": "overflow", "action_id": "more", "block_id": "m", "selected_option": option}
            send(later, app, type="block_actions", channel={"id": HERE}, actions=[action])
            (view,) = later.sandbox.slack.views(ANNA.id)
            assert "Heeft ons antwoord je geholpen?" in str(view)
            send(later, app, type="view_submission", view=view | {"state": {"values": {}}})
            with reading(later.ctx.engine) as connection:
                assert outbox.exists(connection, "reply:2")
