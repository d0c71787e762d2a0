"""What is said about us without being said to us becomes a card, once, and only where a rule means it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases.mention import Author
from bot.domain.cases.thread import State
from bot.domain.listening.rule import Rule
from bot.networks.base import Fetched, Gap, NotDone, Rejected
from bot.usecases.cases import mute
from bot.usecases.intake import ingest
from bot.usecases.reports import spend
from storage.engine import reading
from storage.listening import rules
from storage.listening.rules import Brought
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE, X
from tests.support.listening import listen, listening, rule
from tests.support.team import Served, x_account

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def heard(bench: Bench) -> Bench:
    return listening(bench, rule("acme", "#acmestoring"))


@pytest.fixture
def served(bench: Bench) -> Served:
    return Served(bench.ctx.accounts[X])


def threads(bench: Bench) -> list[str]:
    return [row["customer_handle"] for row in bench.team.rows("SELECT customer_handle FROM thread ORDER BY id")]


def brought(bench: Bench, one: Rule | None = None) -> Brought:
    day = bench.clock.now().date()
    with reading(bench.ctx.engine) as connection:
        return rules.brought(connection, day - timedelta(days=1), day, rule=one.key if one else None, desk="Support")


class TestCard:
    def test_who_names_the_brand_without_its_handle_gets_a_card(self, heard: Bench) -> None:
        heard.sandbox.x.post("bob", "Mijn pakket van Acme is al drie dagen zoek")
        assert listen(heard) == 1
        heard.settle()
        (card,) = heard.channel()
        assert "pakket van Acme" in card.text
        assert "not to us, found by “acme”" in str(card.blocks)
        assert "Open on X" in str(card.blocks)
        assert heard.team.thread(1).waiting_since == heard.sandbox.x.posts[0].created_at

    def test_hashtag_is_found(self, heard: Bench) -> None:
        heard.sandbox.x.post("bob", "weer niets #AcmeStoring")
        assert listen(heard) == 1

    def test_each_post_makes_one_card_however_often_it_is_found(self, heard: Bench) -> None:
        heard.sandbox.x.post("bob", "acme of #acmestoring")
        assert [listen(heard), listen(heard), listen(heard)] == [1, 0, 0]
        assert threads(heard) == ["bob"]

    def test_more_of_the_same_customer_comes_to_their_card(self, heard: Bench) -> None:
        first = heard.sandbox.x.post("bob", "acme, waar blijft het?").id
        listen(heard)
        heard.sandbox.x.post("bob", "acme?? hallo", in_reply_to=first)
        assert listen(heard) == 1
        assert threads(heard) == ["bob"]

    def test_post_that_mentions_us_as_well_has_one_card_whichever_comes_first(self, heard: Bench) -> None:
        heard.sandbox.x.post("bob", "@acme waar is mijn acme pakket?")
        listen(heard)
        heard.fetch()
        heard.sandbox.x.post("eva", "@acme waar is mijn acme pakket?")
        heard.fetch()
        listen(heard)
        assert threads(heard) == ["bob", "eva"]

    @pytest.mark.parametrize("found_first", [True, False])
    def test_post_that_search_and_mentions_both_bring_has_one_card(
        self, bench: Bench, served: Served, found_first: bool
    ) -> None:
        bench = listening(bench, x=served)
        post = bench.team.mention("acme is stuk, toch @acme?")
        served.found_posts = served.fetched = Fetched((post,), "1")
        for searches in (found_first, not found_first):
            if searches:
                listen(bench)
            else:
                bench.fetch()
        assert len(bench.team.rows("SELECT id FROM thread")) == len(bench.team.rows("SELECT id FROM post")) == 1

    def test_card_says_not_to_us_only_until_its_post_comes_in_as_a_mention(self, bench: Bench, served: Served) -> None:
        bench = listening(bench, x=served)
        served.found_posts = served.fetched = Fetched((bench.team.mention("acme is stuk, toch @acme?"),), "1")
        listen(bench)
        bench.settle()
        assert "not to us" in str(bench.channel()[0].blocks)
        bench.fetch()
        listen(bench)  # finds it once more
        bench.settle(seconds=5)
        assert "not to us" not in str(bench.channel()[0].blocks)

    def test_post_that_two_rules_mean_has_one_card(self, bench: Bench) -> None:
        bench = listening(bench, rule("acme"), rule("storing"))
        bench.sandbox.x.post("bob", "acme heeft storing")
        assert listen(bench) == 1
        assert threads(bench) == ["bob"]

    def test_post_that_two_accounts_mean_has_one_card(self, bench: Bench) -> None:
        (desk,) = bench.ctx.settings.desks
        other = desk.networks[0].model_copy(update={"handle": "acme_help"})
        desk = desk.model_copy(update={"networks": (*desk.networks, other)})
        bench.sandbox.x.add_account("acme_help", "Acme helps")
        helping = x_account(bench.sandbox, bench.clock.now)
        helping.handle = "acme_help"
        ctx = replace(
            bench.ctx,
            settings=replace(bench.ctx.settings, desks=(desk,)),
            accounts={**bench.ctx.accounts, "x:acme_help": helping},
        )
        bench = listening(Bench(ctx, bench.sandbox, bench.clock), rule("acme"), rule("storing", account="x:acme_help"))
        bench.sandbox.x.post("bob", "acme heeft storing")
        bench.sandbox.x.post("eva", "storing bij @acme zeg")  # comes in with the mentions of the other account
        assert listen(bench) == 1
        bench.fetch()
        assert [(row["account"], row["customer_handle"]) for row in bench.team.rows("SELECT * FROM thread")] == [
            (X, "bob"),
            (X, "eva"),
        ]
        assert {call.status for call in bench.sandbox.x.calls} == {200}
        helping.close()

    def test_card_goes_to_the_desk_that_listens(self, bench: Bench) -> None:
        (support,) = bench.ctx.settings.desks
        sales = support.model_copy(
            update={"name": "Sales", "key": None, "slack_channel": "C0PRESS", "networks": (), "leads": ()}
        )
        settings = replace(bench.ctx.settings, desks=(support, sales))
        bench = Bench(replace(bench.ctx, settings=settings), bench.sandbox, bench.clock)
        bench = listening(bench, rule(desk="Sales"))
        bench.sandbox.x.post("bob", "acme gezocht")
        listen(bench)
        assert bench.team.thread(1).desk == "Sales"


class TestStaysOut:
    @pytest.mark.parametrize(
        ("words", "changes"),
        [
            ("acmetastisch weer", {}),
            ("mooi weer", {}),
            ("acme vacature in Utrecht", {"not_words": ("vacature",)}),
            ("I love my new acme kettle so very much today", {"languages": ("nl",)}),
        ],
    )
    def test_what_the_rule_does_not_mean(self, bench: Bench, words: str, changes: dict[str, tuple[str, ...]]) -> None:
        bench = listening(bench, rule(**changes))
        bench.sandbox.x.post("bob", words)
        assert listen(bench) == 0

    def test_our_own_posts_and_whom_a_rule_names(self, bench: Bench) -> None:
        bench = listening(bench, rule(not_from=("acme_ads",)))
        bench.sandbox.x.post("acme", "Win met acme!")
        bench.sandbox.x.post("acme_ads", "Win met acme!")
        assert listen(bench) == 0

    def test_reposts(self, heard: Bench) -> None:
        post = heard.sandbox.x.post("bob", "acme is stuk").id
        listen(heard)
        heard.sandbox.x.repost("eva", post)
        assert listen(heard) == 0

    def test_programs(self, bench: Bench, served: Served) -> None:
        bench = listening(bench, x=served)
        post = bench.team.mention("acme nu in de aanbieding", author=Author("7", "bot", "Bot", automated=True))
        served.found_posts = Fetched((post,), "1")
        assert listen(bench) == 0

    def test_who_is_muted_leaves_nothing(self, heard: Bench) -> None:
        heard.sandbox.x.post("bob", "acme acme acme")
        listen(heard)
        mute.mute(heard.ctx, ANNA, 1, timedelta(days=7), "spam")
        heard.sandbox.x.post("bob", "acme nog eens")
        assert listen(heard) == 0
        assert len(heard.team.rows("SELECT id FROM post")) == 1

    def test_rule_is_asked_of_x_as_narrowly_as_it_is_meant(self, bench: Bench) -> None:
        bench = listening(bench, rule('a "b" OR c', "acme", not_words=("x:y",), languages=("nl", "sv")))
        listen(bench)
        call = next(call for call in bench.sandbox.x.calls if call.path.endswith("recent"))
        assert call.status == 200
        assert call.params["query"] == '("a b OR c" OR acme) -"x:y" (lang:nl OR lang:sv) -is:retweet -@acme -from:acme'


class TestHowFar:
    def test_search_goes_on_where_it_was(self, heard: Bench) -> None:
        heard.sandbox.x.post("bob", "acme")
        listen(heard)
        cost = heard.sandbox.x.spent
        listen(heard, minutes=15)
        listen(heard)
        assert heard.sandbox.x.spent == cost
        heard.sandbox.x.post("eva", "acme")
        assert listen(heard) == 1

    def test_post_that_search_shows_late_is_found(self, heard: Bench) -> None:
        hidden = heard.sandbox.x.post("laat", "acme?").id
        heard.sandbox.x.late.add(hidden)
        heard.clock.turn(seconds=30)
        heard.sandbox.x.post("bob", "acme!")
        assert listen(heard, seconds=5) == 1
        heard.sandbox.x.late.clear()
        assert listen(heard, seconds=20) == 1

    def test_what_was_not_searched_for_a_week_is_said_to_be_missed(self, heard: Bench) -> None:
        heard.sandbox.x.post("bob", "acme")
        listen(heard)
        heard.clock.turn(days=8)
        heard.sandbox.x.post("eva", "acme")
        assert listen(heard) == 1
        heard.settle()
        (told,) = heard.told()
        assert "passed something over" in told.text

    def test_every_rule_has_a_place_of_its_own(self, bench: Bench) -> None:
        bench = listening(bench, rule("acme"), rule("storing"))
        bench.sandbox.x.post("bob", "acme")
        listen(bench)
        bench.sandbox.x.post("eva", "storing")
        listen(bench, minutes=5)
        assert threads(bench) == ["bob", "eva"]

    def test_rules_of_an_account_take_turns(self, bench: Bench) -> None:
        bench = listening(bench, *(rule(f"merk{number}") for number in range(4)))
        for _ in range(8):
            listen(bench, seconds=15)
        asked = [call for call in bench.sandbox.x.calls if call.path.endswith("recent")]
        assert len(asked) == 8


class TestBudget:
    def _storm(self, bench: Bench, number: int) -> None:
        for each in range(number):
            bench.sandbox.x.post(f"k{each}_{bench.clock.now():%H%M}", "acme ligt plat")
            bench.clock.turn(seconds=1)

    def test_rule_that_finds_too_much_pauses_until_the_hour_is_over(self, bench: Bench) -> None:
        bench = listening(bench, rule(budget=20))
        self._storm(bench, 20)
        assert listen(bench) == 20
        self._storm(bench, 12)
        for _ in range(5):
            assert listen(bench, minutes=10) == 0
        assert listen(bench, minutes=11) == 12

    def test_it_is_told_once_to_the_leads_and_not_to_the_channel(self, bench: Bench) -> None:
        bench = listening(bench, rule(budget=15))
        for _ in range(3):
            self._storm(bench, 16)
            listen(bench)
            listen(bench, minutes=61)
            bench.finish()
        (told,) = bench.told()
        assert "more than 15 posts an hour" in told.text
        assert not bench.said("posts an hour", HERE)

    def test_no_more_than_the_budget_is_read_and_the_rest_is_on_record(self, bench: Bench) -> None:
        bench = listening(bench, rule(budget=10))
        self._storm(bench, 25)
        assert listen(bench) == 10
        with reading(bench.ctx.engine) as connection:
            state = rules.get(connection, rule().key)
        assert state is not None
        assert state.missed_from is not None

    def test_what_is_read_and_not_meant_counts_too(self, bench: Bench, served: Served) -> None:
        bench = listening(bench, rule(budget=10), x=served)
        at = bench.clock.now()
        others = tuple(bench.team.mention(f"mooi weer {number}") for number in range(10))
        served.found_posts = Fetched(others, "1", Gap(at - timedelta(hours=1), at))
        listen(bench)
        listen(bench, minutes=30)
        assert len(served.searches) == 1
        bench.finish()
        (told,) = bench.told()
        assert "more than 10 posts an hour" in told.text

    def test_what_is_read_once_more_counts_once(self, bench: Bench, served: Served) -> None:
        bench = listening(bench, rule(budget=10), x=served)
        served.found_posts = Fetched((bench.team.mention("mooi weer"),), "1")
        for _ in range(12):
            listen(bench)
        assert len(served.searches) == 12

    def test_what_it_brought_is_counted(self, bench: Bench) -> None:
        bench = listening(bench, rule())
        self._storm(bench, 3)
        listen(bench)
        assert brought(bench, rule()) == brought(bench) == Brought(found=3, left_out=0, cards=3)

    def test_money_that_is_spent_slows_the_search(self, bench: Bench) -> None:
        settings = replace(bench.ctx.settings, budget=0.001)
        bench = listening(Bench(replace(bench.ctx, settings=settings), bench.sandbox, bench.clock))
        bench.sandbox.x.post("bob", "acme")
        listen(bench)
        spend.settle(bench.ctx)
        listen(bench)
        bench.sandbox.x.post("eva", "acme")
        assert listen(bench, minutes=5) == 0
        assert listen(bench, minutes=11) == 1


class TestTrouble:
    def test_rule_that_fails_disturbs_no_other_and_no_mentions(
        self, bench: Bench, served: Served, caplog: pytest.LogCaptureFixture
    ) -> None:
        bench = listening(bench, rule("stuk"), rule("acme"), x=served)
        good = bench.team.mention("acme werkt niet")
        answers: list[Fetched | RuntimeError] = [RuntimeError("unforeseen"), Fetched((good,), "1")]

        def search(*_: object) -> Fetched:
            answer = answers.pop(0)
            if isinstance(answer, Fetched):
                return answer
            raise answer

        served.search = search  # type: ignore[assignment]
        with caplog.at_level(logging.ERROR):
            assert listen(bench) == 1
        assert "a rule of listening failed" in caplog.text
        served.fetched = Fetched((bench.team.mention("@acme hallo", conversation="c9"),), "2")
        assert ingest.poll(bench.ctx, *bench.ctx.settings.accounts()[0]) == 1

    def test_who_must_act_is_told_once_that_it_cannot_be_searched(self, bench: Bench, served: Served) -> None:
        bench = listening(bench, x=served)
        served.found_posts = Rejected("credentials", "no")
        for _ in range(6):
            listen(bench)
        bench.finish()
        (told,) = bench.told()
        assert "has not been searchable" in told.text
        served.found_posts = Fetched((bench.team.mention("acme"),), "1")
        assert listen(bench, minutes=20) == 1

    def test_rate_limit_is_respected(self, bench: Bench, served: Served) -> None:
        bench = listening(bench, x=served)
        served.found_posts = NotDone("busy", 600, "rate_limited")
        listen(bench)
        listen(bench, minutes=9)
        assert len(served.searches) == 1
        listen(bench, minutes=2)
        assert len(served.searches) == 2

    def test_rest_that_a_wrong_clock_has_written_is_void(self, heard: Bench) -> None:
        heard.clock.turn(days=300)
        listen(heard)
        heard.clock.turn(days=-300)
        heard.sandbox.x.post("bob", "acme")
        heard.fetch()  # which looks for such instants
        assert listen(heard) == 1

    def test_gap_that_the_network_tells_is_said(self, bench: Bench, served: Served) -> None:
        bench = listening(bench, x=served)
        at = bench.clock.now()
        served.found_posts = Fetched((), "1", Gap(at - timedelta(hours=2), at - timedelta(hours=1)))
        listen(bench)
        bench.finish()
        assert len(bench.told()) == 1

    def test_hostile_words_are_shown_as_words(self, heard: Bench) -> None:
        heard.sandbox.x.post("bob", "acme <!channel> *gratis* <https://x.example|klik> \u202eacme")
        assert listen(heard) == 1
        heard.settle()
        (card,) = heard.channel()
        assert "<!channel>" not in card.text
        assert "<https://x.example" not in card.text
        assert heard.team.thread(1).state is State.WAITING
