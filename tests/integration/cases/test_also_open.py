"""A customer's open threads are one matter: each names the others, and what is sent to one heeds the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from slack_bolt import BoltRequest

from bot.domain.cases.conversation import Post, Reply
from bot.domain.cases.mention import Author
from bot.domain.common.errors import RefusalCode, Refused
from bot.networks.base import Fetched
from bot.platform.i18n import translator
from bot.runtime.app import App, build
from bot.settings import load
from bot.usecases.cases import claim, close, queries
from bot.usecases.desk.context import Actor
from bot.usecases.intake import ingest
from bot.usecases.privacy import erase
from bot.usecases.replies import reply
from bot.views.cases.card import card as card_view
from bot.views.cases.models import Seen
from storage.engine import transaction
from storage.tables import thread
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE, LARS, X
from tests.support.statements import plan, statements
from tests.support.team import Team
from tests.support.together import race, winners

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(bench: Bench, database_url: str) -> Iterator[App]:
    """The whole bot, on the bench's database."""
    told = bench.sandbox.environment | {"WEBCARE_CONFIG": str(bench.ctx.settings.config_path)}
    app = build(load(told | {"DATABASE_URL": database_url}))
    yield app
    app.close()


def press(desk: App, action: str, value: str) -> int:
    """Press a button as Anna; return the status of the answer."""
    click = {
        "type": "block_actions",
        "user": {"id": ANNA.id},
        "channel": {"id": HERE},
        "trigger_id": f"1.2.{action}",
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    return desk.bolt.dispatch(BoltRequest(body=click, mode="socket_mode")).status


def two(team: Team) -> tuple[int, int]:
    """Two posts of one customer, each in a conversation of its own."""
    return team.write("Mijn pakket is weg"), team.write("Hallo?!", conversation="c2")


def open_with(team: Team, number: int) -> list[tuple[int, str | None, bool]]:
    return [(each.number, each.owner, each.answering) for each in queries.card(team.ctx, number).also_open]


def seen(team: Team, number: int, by: Actor = ANNA) -> Seen:
    return reply.draft(team.ctx, by, number).seen


def changes(team: Team, number: int, by: Actor, since: Seen | None) -> tuple[Post | Reply, ...]:
    """Try to send an answer; return what stopped it."""
    with pytest.raises(Refused) as refused:
        team.answer(number, by=by, seen=since)
    assert refused.value.code is RefusalCode.CHANGED
    found: tuple[Post | Reply, ...] = refused.value.details["changes"]
    return found


@ON_SQLITE
class TestCards:
    def test_card_of_a_customer_with_very_many_reads_a_few_and_counts_all(self, team: Team) -> None:
        number = team.write("Eerste")
        team.receive(*(team.mention(f"Nummer {each}", conversation=f"d{each}") for each in range(50)))
        card = queries.card(team.ctx, number)
        assert (len(card.also_open), card.open_beyond) == (queries.ALSO_READ, 50 - queries.ALSO_READ)
        assert "and 45 more" in str(card_view(card, translator("en")).blocks)

    def test_each_names_the_other_and_its_owner(self, team: Team) -> None:
        first, second = two(team)
        claim.claim(team.ctx, LARS, first)
        assert open_with(team, second) == [(first, "U0LARS", False)]
        assert open_with(team, first) == [(second, None, False)]
        team.answer(second)
        assert open_with(team, first) == [(second, "U0ANNA", True)]

    def test_both_cards_in_slack_follow(self, bench: Bench) -> None:
        first = bench.mention(by="joris")
        bench.settle()
        second = bench.mention("@acme hallo?!", by="joris")
        bench.deliver(2)
        assert f"also open: #{second} (unclaimed)" in str(bench.channel()[0].blocks)
        claim.claim(bench.ctx, LARS, first)
        bench.settle()
        assert "(<@U0LARS>)" in str(bench.channel()[1].blocks)
        close.close(bench.ctx, ANNA, second, "dubbel")
        bench.settle()
        assert "also open" not in str([message.blocks for message in bench.channel()])

    def test_each_links_to_the_other_once_that_is_in_slack(self, bench: Bench) -> None:
        bench.ctx.workspace.url = "https://acme.slack.com/"
        for words in ("@acme mijn pakket is weg", "@acme hallo?!"):
            bench.mention(words, by="joris")
        bench.finish()
        first, second = bench.channel()
        assert f"<{bench.ctx.workspace.permalink(second.channel, second.ts)}|#2> (unclaimed)" in str(first.blocks)
        assert f"<{bench.ctx.workspace.permalink(first.channel, first.ts)}|#1> (unclaimed)" in str(second.blocks)

    def test_erasing_one_accounts_threads_takes_them_off_the_others_card(self, bench: Bench) -> None:
        _, second = two(bench.team)
        with transaction(bench.ctx.engine) as connection:
            connection.execute(thread.update().where(thread.c.id == second).values(account="x:acme_nl"))
        bench.finish()
        assert f"#{second}" in str(bench.channel()[0].blocks)
        erase.erase(bench.ctx, "klant", "x:acme_nl")
        bench.finish()
        assert f"#{second}" not in str(bench.channel()[0].blocks)

    def test_other_customers_desks_networks_and_answered_threads_are_not_named(self, team: Team) -> None:
        number, answered = two(team)
        team.arrive(team.answer(answered))
        stranger = team.write(conversation="c3", author=Author("8", "ander", "Ander"))
        sales = team.write(conversation="c4")
        with transaction(team.ctx.engine) as connection:
            connection.execute(thread.update().where(thread.c.id == sales).values(desk="Sales"))
        desk = team.ctx.settings.desks[0]
        elsewhere = desk.networks[0].model_copy(update={"kind": "mastodon"})
        same_number = Fetched((team.mention(conversation="c5"),), None)
        assert ingest.receive(team.ctx, desk, elsewhere, same_number) == 1
        assert open_with(team, number) == open_with(team, stranger) == []

    def test_two_accounts_of_one_network_are_one_customer(self, team: Team) -> None:
        number, other = two(team)
        with transaction(team.ctx.engine) as connection:
            connection.execute(thread.update().where(thread.c.id == other).values(account="x:acme_nl"))
        assert open_with(team, number) == [(other, None, False)]

    def test_they_are_found_without_reading_the_desks_other_threads(self, team: Team) -> None:
        number, _ = two(team)
        with statements(team.ctx.engine) as ran:
            claim.claim(team.ctx, ANNA, number)
            queries.card(team.ctx, number)
        steps = {step for step in plan(team.ctx.engine, ran) if " thread " in f"{step} "}
        by_number = "SEARCH thread USING INTEGER PRIMARY KEY (rowid=?)"
        assert steps - {by_number} == {"SEARCH thread USING INDEX ix_thread_customer_id (customer_id=? AND desk=?)"}


@ON_SQLITE
class TestOffer:
    def test_who_claims_one_gets_the_other_in_one_tap(self, bench: Bench, desk: App) -> None:
        first, second = two(bench.team)
        assert press(desk, "claim", f"{first}") == 200
        desk.deps.stop()
        (offer,) = bench.sandbox.slack.ephemerals(ANNA.id)
        assert f"'{first} {second}'" in str(offer.blocks)
        assert press(desk, "claim_also", f"{first} {second}") == 200
        assert bench.team.thread(second).owner == ANNA.id

    def test_command_offers_the_others_in_its_answer(self, bench: Bench, desk: App) -> None:
        first, second = two(bench.team)
        typed = {"command": "/webcare", "text": f"claim {first}", "user_id": ANNA.id, "channel_id": HERE}
        answer = desk.bolt.dispatch(BoltRequest(body=typed | {"trigger_id": "1.2.a"}, mode="socket_mode"))
        assert f"'{first} {second}'" in str(json.loads(answer.body)["blocks"])

    def test_nothing_is_offered_where_the_customer_has_no_other(self, bench: Bench, desk: App) -> None:
        press(desk, "claim", str(bench.team.write()))
        desk.deps.stop()
        assert bench.sandbox.slack.ephemerals(ANNA.id) == []


class TestSending:
    @ON_SQLITE
    def test_colleagues_answer_to_another_thread_stops_it(self, team: Team) -> None:
        first, second = two(team)
        opened = seen(team, second)
        answer = team.answer(first, by=LARS)
        assert changes(team, second, ANNA, opened) == (team.reply(answer.id),)
        assert team.answer(second, seen=seen(team, second)).state == "queued"

    @ON_SQLITE
    def test_post_that_names_two_of_our_accounts_is_not_answered_twice(self, team: Team) -> None:
        desk = team.ctx.settings.desks[0]
        dutch = desk.networks[0].model_copy(update={"handle": "acme_nl"})
        team.ctx = replace(team.ctx, accounts={**team.ctx.accounts, dutch.key: team.ctx.accounts[X]})
        post = team.mention("@acme @acme_nl help")
        for account in (desk.networks[0], dutch):
            assert ingest.receive(team.ctx, desk, account, Fetched((post,), None)) == 1
        first, second = (row["id"] for row in team.rows("SELECT id FROM thread ORDER BY id"))
        before = seen(team, second, LARS)
        answer = team.answer(first)
        assert changes(team, second, LARS, before) == (answer,)
        assert open_with(team, second) == [(first, "U0ANNA", True)]

    @ON_SQLITE
    def test_answer_that_has_arrived_since_stops_it_too(self, team: Team) -> None:
        first, second = two(team)
        opened = seen(team, second)
        team.arrive(team.answer(first, by=LARS))
        assert [change.thread_id for change in changes(team, second, ANNA, opened)] == [first]

    @ON_SQLITE
    def test_what_the_customer_adds_elsewhere_stops_it(self, team: Team) -> None:
        _, second = two(team)
        opened = seen(team, second)
        third = team.write("En nog iets", conversation="c3")
        assert [change.thread_id for change in changes(team, second, ANNA, opened)] == [third]

    @ON_SQLITE
    def test_own_answers_and_undone_ones_stop_nothing(self, team: Team) -> None:
        first, second = two(team)
        opened = seen(team, second)
        reply.undo(team.ctx, LARS, team.answer(first, by=LARS).id)
        claim.claim(team.ctx, ANNA, second)
        assert team.answer(second, seen=opened).state == "queued"

    @ON_SQLITE
    def test_modal_from_before_the_update_still_sends(self, team: Team) -> None:
        first, second = two(team)
        opened = seen(team, second)
        team.answer(first, by=LARS)
        assert team.answer(second, seen=Seen(opened.post_id, opened.reply_id, opened.at)).state == "queued"

    @ON_SQLITE
    def test_command_stops_while_a_colleague_is_answering(self, team: Team) -> None:
        first, second = two(team)
        answer = team.answer(first, by=LARS)
        assert changes(team, second, ANNA, None) == (team.reply(answer.id),)
        team.arrive(answer)
        assert team.answer(second, seen=None).state == "queued"

    def test_of_two_who_send_at_once_one_is_stopped(self, team: Team) -> None:
        first, second = two(team)
        opened = {first: seen(team, first), second: seen(team, second, LARS)}
        outcomes = race(
            [
                lambda: team.answer(first, by=ANNA, seen=opened[first]),
                lambda: team.answer(second, by=LARS, seen=opened[second]),
            ]
        )
        assert winners(outcomes) == 1
