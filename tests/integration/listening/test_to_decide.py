"""What a rule asks about is one quiet message an hour, and somebody's word makes it a card or teaches the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases.thread import State
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.listening.found import FoundState
from bot.networks.base import Fetched
from bot.platform.i18n import translator
from bot.sandbox.slack.records import Message
from bot.usecases.cases import close
from bot.usecases.intake import ingest
from bot.usecases.listening import to_decide
from bot.usecases.privacy import erase, retention
from bot.views.common.refused import sentence
from storage.engine import reading
from storage.listening import rules
from storage.listening.rules import Brought
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA, HERE, LARS, X
from tests.support.listening import listen, listening, rule
from tests.support.team import Served

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EN = translator("en")
SPAM = "Win een acme waterkoker, volg ons en deel dit bericht met al je vrienden"


@pytest.fixture
def asking(bench: Bench) -> Bench:
    bench.clock.turn(minutes=25)  # so that some minutes are left of the hour
    return listening(bench, rule("acme", "storing", asks=True))


def posted(bench: Bench, *words: str, by: str = "bob") -> None:
    for number, text in enumerate(words):
        bench.sandbox.x.post(by if by != "bob" else f"bob{number}", text)
        bench.clock.turn(seconds=1)
    listen(bench)
    bench.settle()


def lists(bench: Bench) -> list[Message]:
    return [message for message in bench.channel() if "found" in message.text and "👂" in message.text]


def states(bench: Bench) -> list[str]:
    return [row["state"] for row in bench.team.rows("SELECT state FROM found ORDER BY id")]


class TestMessage:
    def test_what_is_found_is_listed_by_word_and_makes_no_card(self, asking: Bench) -> None:
        posted(asking, "acme a", "storing in de trein", "storing weer", "acme b", "storing nu")
        (message,) = lists(asking)
        assert "5 found: 3 about storing, 2 about acme" in message.text
        assert asking.team.rows("SELECT id FROM thread") == []
        assert str(message.blocks).count("Make a card") == str(message.blocks).count("Not for us") == 5

    def test_it_is_one_message_an_hour_and_edited_meanwhile(self, asking: Bench) -> None:
        for number in range(3):
            posted(asking, f"acme {number}", by=f"klant{number}")
            asking.clock.turn(minutes=4)
        (message,) = lists(asking)
        assert "3 found" in message.text
        asking.clock.turn(hours=1)
        posted(asking, "acme later", by="eva")
        assert ["1 found" in message.text for message in lists(asking)] == [False, True]

    def test_night_is_one_message_in_the_morning(self, bench: Bench) -> None:
        bench = listening(restarted(bench, hours="Mo-Fr 09:00-17:00"), rule("acme", asks=True))
        bench.clock.turn(hours=3)
        for number in range(4):
            posted(bench, f"acme {number}", by=f"klant{number}")
            bench.clock.turn(hours=3)
        assert lists(bench) == []
        bench.clock.turn(days=2, hours=3)
        bench.finish()
        (message,) = lists(bench)
        assert "4 found" in message.text

    def test_nothing_found_says_nothing(self, asking: Bench) -> None:
        listen(asking)
        asking.settle()
        assert lists(asking) == []

    def test_many_are_shown_a_few_at_a_time_within_slacks_room(self, asking: Bench) -> None:
        posted(asking, *(f"acme {number} {'&' * 250}" for number in range(30)))
        (message,) = lists(asking)
        assert "22 more after these" in str(message.blocks)
        to_decide.not_for_us(asking.ctx, ANNA, 1)
        asking.settle(seconds=5)
        assert "21 more after these" in str(lists(asking)[0].blocks)

    def test_hostile_words_are_shown_as_words(self, asking: Bench) -> None:
        posted(asking, "acme <!channel> <https://x.example|klik>")
        (message,) = lists(asking)
        assert "<!channel>" not in message.text


class TestMakeACard:
    def test_customer_waits_since_somebody_said_so(self, asking: Bench) -> None:
        posted(asking, "acme is stuk")
        asking.clock.turn(minutes=50)
        number = to_decide.make_card(asking.ctx, ANNA, 1)
        thread = asking.team.thread(number)
        assert thread.waiting_since == asking.clock.now()
        assert thread.due_at == asking.clock.now() + timedelta(minutes=60)
        assert thread.received_at == asking.sandbox.x.posts[0].created_at
        asking.finish()
        assert "✅" in str(lists(asking)[0].blocks)
        assert f"#{number} by <@U0ANNA>" in str(lists(asking)[0].blocks)
        assert any("acme is stuk" in card.text and f"#{number}" in card.text for card in asking.channel())

    @pytest.mark.parametrize("act", ["reopened", "restored"])
    def test_customer_waits_since_then_however_the_wait_begins_anew(self, asking: Bench, act: str) -> None:
        posted(asking, "acme is stuk")
        asking.clock.turn(minutes=50)
        number = to_decide.make_card(asking.ctx, ANNA, 1)
        since = asking.clock.now()
        ctx, team, hidden = asking.ctx, asking.team, asking.sandbox.x.unseen
        asking.clock.turn(minutes=20)
        match act:
            case "reopened":
                close.close(ctx, ANNA, number, "no_reply_needed")
                close.reopen(ctx, ANNA, number)
            case _:
                hidden.add(asking.sandbox.x.posts[0].id)
                assert asking.recheck_twice() == 1
                hidden.clear()
                asking.clock.turn(hours=23)
                assert asking.recheck() == 1
        assert team.thread(number).state is State.WAITING
        assert team.thread(number).waiting_since == since

    def test_two_who_press_make_one_card_and_the_second_is_told(self, asking: Bench) -> None:
        posted(asking, "acme is stuk")
        to_decide.make_card(asking.ctx, ANNA, 1)
        with pytest.raises(Refused) as told:
            to_decide.make_card(asking.ctx, LARS, 1)
        assert told.value.code is RefusalCode.DEALT_WITH
        assert sentence(told.value, asking.clock.now(), EN) == "<@U0ANNA> has dealt with this already."
        with pytest.raises(Refused):
            to_decide.not_for_us(asking.ctx, LARS, 1)
        assert len(asking.team.rows("SELECT id FROM thread")) == 1

    def test_post_that_came_in_as_a_mention_meanwhile_is_shown_as_its_card(self, bench: Bench) -> None:
        served = Served(bench.ctx.accounts[X])
        bench = listening(bench, rule(asks=True), x=served)
        served.found_posts = served.fetched = Fetched((bench.team.mention("acme is stuk, toch @acme?"),), "1")
        listen(bench)
        bench.settle()
        bench.fetch()
        with pytest.raises(Refused) as told:
            to_decide.not_for_us(bench.ctx, ANNA, 1)
        assert told.value.code is RefusalCode.DEALT_WITH
        bench.settle(seconds=5)
        assert len(bench.team.rows("SELECT id FROM thread")) == 1
        assert "✅" in str(lists(bench)[0].blocks)

    def test_post_that_another_account_has_is_shown_as_its_card(self, bench: Bench) -> None:
        (desk,) = bench.ctx.settings.desks
        other = desk.networks[0].model_copy(update={"handle": "acme_help"})
        desk = desk.model_copy(update={"networks": (*desk.networks, other)})
        served = Served(bench.ctx.accounts[X])
        ctx = replace(
            bench.ctx,
            settings=replace(bench.ctx.settings, desks=(desk,)),
            accounts={X: served, "x:acme_help": Served(served)},
        )
        bench = listening(Bench(ctx, bench.sandbox, bench.clock), rule(asks=True))
        post = bench.team.mention("acme is stuk")
        served.found_posts = Fetched((post,), "1")
        listen(bench)
        ingest.receive(bench.ctx, desk, other, Fetched((replace(post, id="77"),), None))
        with pytest.raises(Refused) as told:
            to_decide.make_card(bench.ctx, ANNA, 1)
        assert told.value.code is RefusalCode.DEALT_WITH
        assert [(row["state"], row["thread"]) for row in bench.team.rows("SELECT * FROM found")] == [("card", 1)]
        assert len(bench.team.rows("SELECT id FROM thread")) == 1

    def test_account_that_left_the_config_makes_no_card(self, asking: Bench) -> None:
        posted(asking, "acme is stuk")
        (desk,) = asking.ctx.settings.desks
        settings = replace(asking.ctx.settings, desks=(desk.model_copy(update={"networks": ()}),))
        with pytest.raises(Refused) as told:
            to_decide.make_card(replace(asking.ctx, settings=settings), ANNA, 1)
        assert told.value.code is RefusalCode.DEALT_WITH

    def test_line_of_a_desk_that_is_gone_is_no_threads_number(self, asking: Bench) -> None:
        posted(asking, "acme is stuk")
        (desk,) = asking.ctx.settings.desks
        settings = replace(asking.ctx.settings, desks=(desk.model_copy(update={"key": "other", "name": "Other"}),))
        for deed in (to_decide.make_card, to_decide.not_for_us, to_decide.take_back):
            with pytest.raises(Refused) as told:
                deed(replace(asking.ctx, settings=settings), ANNA, 1)
            assert told.value.code is RefusalCode.DEALT_WITH

    def test_it_is_found_no_second_time(self, asking: Bench) -> None:
        posted(asking, "acme is stuk")
        to_decide.not_for_us(asking.ctx, ANNA, 1)
        asking.clock.turn(minutes=30)
        posted(asking)
        assert states(asking) == ["not_for_us"]

    def test_cards_by_what_was_found_are_counted(self, asking: Bench) -> None:
        posted(asking, "acme a", "acme b", "acme c", "acme d")
        to_decide.make_card(asking.ctx, ANNA, 2)
        day = asking.clock.now().date()
        with reading(asking.ctx.engine) as connection:
            assert rules.brought(connection, day, day, desk="Support") == Brought(found=4, left_out=0, cards=1)

    def test_who_may_not_claim_may_not_decide(self, asking: Bench) -> None:
        (desk,) = asking.ctx.settings.desks
        posted(asking, "acme")
        roles = desk.roles.model_copy(update={"claim": ("U0LARS",)})
        desks = (desk.model_copy(update={"roles": roles}),)
        asking.ctx.settings = replace(asking.ctx.settings, desks=desks)
        for deed in (to_decide.make_card, to_decide.not_for_us):
            with pytest.raises(Refused) as told:
                deed(asking.ctx, ANNA, 1)
            assert told.value.code is RefusalCode.NOT_ALLOWED


class TestNotForUs:
    def test_what_reads_nearly_the_same_is_left_out_and_counted(self, asking: Bench) -> None:
        posted(asking, SPAM)
        to_decide.not_for_us(asking.ctx, ANNA, 1)
        posted(asking, f"{SPAM} https://spam.example/7", by="eva")
        posted(asking, "acme levert mijn waterkoker niet, help", by="klant")
        assert states(asking) == ["not_for_us", "left_out", "open"]
        day = asking.clock.now().date()
        with reading(asking.ctx.engine) as connection:
            assert rules.brought(connection, day, day, desk="Support") == Brought(found=3, left_out=1, cards=0)

    def test_whose_posts_were_twice_not_for_us_is_left_out(self, asking: Bench) -> None:
        for number, words in enumerate(("acme ja", "acme nee"), 1):
            posted(asking, words, by="prater")
            to_decide.not_for_us(asking.ctx, ANNA, number)
        posted(asking, "iets heel anders over acme", by="prater")
        assert states(asking) == ["not_for_us", "not_for_us", "left_out"]

    def test_undo_takes_the_lesson_back(self, asking: Bench) -> None:
        posted(asking, SPAM)
        to_decide.not_for_us(asking.ctx, ANNA, 1)
        asking.settle(seconds=5)
        assert "Undo" in str(lists(asking)[0].blocks)
        to_decide.take_back(asking.ctx, LARS, 1)
        posted(asking, SPAM, by="eva")
        assert states(asking) == ["open", "open"]

    def test_who_names_us_is_heard_all_the_same(self, asking: Bench) -> None:
        for number, words in enumerate(("acme ja", "acme nee"), 1):
            posted(asking, words, by="prater")
            to_decide.not_for_us(asking.ctx, ANNA, number)
        asking.sandbox.x.post("prater", "@acme mijn pakket is weg")
        asking.fetch()
        assert len(asking.team.rows("SELECT id FROM thread")) == 1

    def test_another_desk_has_learned_nothing(self, asking: Bench) -> None:
        posted(asking, SPAM)
        to_decide.not_for_us(asking.ctx, ANNA, 1)
        assert {row["desk"] for row in asking.team.rows("SELECT desk FROM lesson")} == {"Support"}
        assert SPAM.split()[4] not in str(asking.team.rows("SELECT * FROM lesson"))


def test_buttons_of_the_list_do_what_they_say(bench: Bench, database_url: str) -> None:
    bench = listening(bench, rule("acme", asks=True))
    posted(bench, "acme a", "acme b")
    with whole_bot(bench, database_url) as app:
        app.ctx.clock = bench.clock
        for pressed, number, after in (
            ("found_card", 1, ["card", "open"]),
            ("found_not_for_us", 2, ["card", "not_for_us"]),
            ("found_undo", 2, ["card", "open"]),
        ):
            bench.settle(seconds=5)
            (message,) = lists(bench)
            (button,) = (
                element | {"block_id": block["block_id"]}
                for block in message.blocks or []
                for element in [*block.get("elements", []), block.get("accessory", {})]
                if element.get("action_id") == pressed and element.get("value") == str(number)
            )
            send(bench, app, type="block_actions", channel={"id": HERE}, message={"ts": message.ts}, actions=[button])
            assert states(bench) == after
    assert len(bench.team.rows("SELECT id FROM thread")) == 1


class TestForgetting:
    def test_words_go_after_three_days_also_from_slack(self, asking: Bench) -> None:
        posted(asking, "acme geheim")
        asking.clock.turn(days=3, minutes=5)
        retention.tick(asking.ctx)
        asking.settle(seconds=5)
        assert "geheim" not in str(asking.team.rows("SELECT * FROM found"))
        assert "geheim" not in str(lists(asking)[0].blocks)
        assert states(asking) == [FoundState.LEFT]

    @pytest.mark.parametrize("by", ["a colleague", "another way"])
    def test_card_stays_one_when_its_words_go(self, bench: Bench, by: str) -> None:
        served = Served(bench.ctx.accounts[X])
        bench = listening(bench, rule(asks=True), x=served)
        served.found_posts = served.fetched = Fetched((bench.team.mention("acme is stuk"),), "1")
        listen(bench)
        if by == "a colleague":
            to_decide.make_card(bench.ctx, ANNA, 1)
        else:
            bench.fetch()
            with pytest.raises(Refused):
                to_decide.not_for_us(bench.ctx, ANNA, 1)
        bench.clock.turn(days=3, minutes=5)
        retention.tick(bench.ctx)
        assert states(bench) == [FoundState.CARD]
        assert bench.team.rows("SELECT mention FROM found WHERE mention IS NOT NULL AND mention != 'null'") == []

    def test_erasure_takes_who_became_no_card_and_listens_to_them_no_more(self, asking: Bench) -> None:
        posted(asking, "acme geheim", "acme anders")
        to_decide.not_for_us(asking.ctx, ANNA, 1)
        (person,) = erase.people_called(asking.ctx, "@bob0")
        assert erase.find(asking.ctx, person).heard == 1
        assert erase.erase(asking.ctx, "@bob0").posts == 1
        asking.settle(seconds=5)
        everything = str([asking.team.rows("SELECT * FROM found"), asking.team.rows("SELECT * FROM lesson")])
        assert "geheim" not in everything
        assert "bob0" not in everything
        assert "geheim" not in str(lists(asking)[0].blocks)
        assert "anders" in str(lists(asking)[0].blocks)
        posted(asking, "acme nog iets", by="bob0")
        assert states(asking) == ["gone", "open"]

    def test_customer_who_was_erased_is_not_listened_to_but_may_write(self, bench: Bench) -> None:
        bench = listening(bench)
        bench.sandbox.x.post("bob", "acme is stuk")
        listen(bench)
        erase.erase(bench.ctx, "@bob")
        bench.sandbox.x.post("bob", "acme is nog stuk")
        assert listen(bench) == 0
        bench.sandbox.x.post("bob", "@acme help")
        bench.fetch()
        assert len(bench.team.rows("SELECT id FROM thread WHERE erased_at IS NULL")) == 1
