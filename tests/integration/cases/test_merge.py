"""Two threads of one customer become one and can be taken apart again; nobody is counted twice or dropped."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases.mention import Author
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases import ageing, claim, close, queries
from bot.usecases.cases.merge import candidates, merge, split
from bot.usecases.desk.context import Actor
from bot.usecases.privacy import erase
from bot.usecases.reminders import nag
from bot.usecases.reports.export import export
from storage.engine import transaction
from storage.tables import thread
from tests.support.bench import Bench
from tests.support.cast import ANNA, EMMA, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KEPT = ("id", "desk", "response_kind", "started_at", "due_at")


def two(team: Team, clock: TurnedClock) -> tuple[int, int]:
    """Two threads of one customer, the second begun ten minutes after the first."""
    first = team.write("Mijn pakket is weg")
    clock.turn(minutes=10)
    return first, team.write("Hallo?!", conversation="c2")


def owned_by_two(bench: Bench) -> tuple[int, int]:
    """Two threads of one customer, Anna's and Lars's, with their cards in Slack."""
    first, second = bench.mention(by="joris"), bench.mention("@acme hallo?!", by="joris")
    claim.claim(bench.ctx, ANNA, first)
    claim.claim(bench.ctx, LARS, second)
    bench.deliver(2)
    return first, second


def waits(team: Team) -> list[dict[str, Any]]:
    return [dict(row) for row in team.rows("SELECT * FROM wait ORDER BY id")]


def refused(act: Any) -> RefusalCode:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


class TestMerge:
    def test_both_histories_and_the_earlier_clock_go_on(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        due = team.thread(first).due_at
        merge(team.ctx, ANNA, first, second)
        assert [post.text for post in team.messages(second)] == ["Mijn pakket is weg", "Hallo?!"]
        assert (team.thread(second).due_at, team.thread(first).due_at) == (due, None)
        history = queries.history(team.ctx, ANNA, second)
        assert [event.kind for event in history.events] == ["received", "received", "merged", "merged"]
        assert queries.waiting(team.ctx, "Support").total == 1

    def test_each_wait_stays_as_it_was_and_ends_with_the_answer(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        before = [[row[name] for name in KEPT] for row in waits(team)]
        merge(team.ctx, ANNA, first, second)
        assert [[row[name] for name in KEPT] for row in waits(team)] == before
        clock.turn(minutes=5)
        team.arrive(team.answer(second))
        rows = waits(team)
        assert [[row[name] for name in KEPT] for row in rows] == before
        assert [(row["outcome"], row["ended_by"]) for row in rows] == [("answered", "U0ANNA")] * 2
        assert team.thread(second).state == "answered"

    @ON_SQLITE
    def test_clock_of_a_first_answer_goes_into_an_answered_thread(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        team.arrive(team.answer(first))
        due = team.thread(second).due_at
        merge(team.ctx, ANNA, second, first)
        assert (team.thread(first).state, team.thread(first).due_at) == ("waiting", due)
        clock.turn(minutes=45)
        assert nag.tick(team.ctx) == 1
        team.arrive(team.answer(first))
        assert [row["outcome"] for row in waits(team)] == ["answered", "answered"]

    @ON_SQLITE
    def test_new_posts_of_either_conversation_arrive(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        merge(team.ctx, ANNA, first, second)
        assert team.write("nog iets") == second
        assert team.write("en nog iets", conversation="c2") == second
        team.arrive(team.answer(second))
        clock.turn(minutes=1)
        assert team.write("en nu?") == second
        assert (team.thread(first).state, team.thread(second).state) == ("closed", "waiting")

    @ON_SQLITE
    def test_answer_goes_to_the_newest_standing_post(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        merge(team.ctx, ANNA, second, first)
        assert team.answer(first).in_reply_to == team.messages(first)[-1].external_id == "2"

    @ON_SQLITE
    def test_owner_is_asked_where_two_own_them(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        claim.claim(team.ctx, ANNA, first)
        claim.claim(team.ctx, LARS, second)
        with pytest.raises(Refused) as asked:
            merge(team.ctx, ANNA, second, first)
        assert (asked.value.code, asked.value.details["owners"]) == (RefusalCode.TWO_OWNERS, ["U0ANNA", "U0LARS"])
        assert refused(lambda: merge(team.ctx, ANNA, second, first, owner="U0EMMA")) is RefusalCode.TWO_OWNERS
        merge(team.ctx, ANNA, second, first, owner="U0LARS")
        assert team.thread(first).owner == "U0LARS"

    @ON_SQLITE
    def test_one_owner_keeps_it_whichever_thread_was_theirs(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        claim.claim(team.ctx, LARS, second)
        merge(team.ctx, ANNA, second, first)
        assert team.thread(first).owner == "U0LARS"

    @ON_SQLITE
    def test_what_cannot_be_merged_says_why(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        stranger = team.write(conversation="c3", author=Author("8", "ander", "Ander"))
        assert refused(lambda: merge(team.ctx, ANNA, stranger, first)) is RefusalCode.NOT_ONE_CUSTOMER
        assert refused(lambda: merge(team.ctx, ANNA, first, first)) is RefusalCode.NOT_ONE_CUSTOMER
        team.answer(second)
        assert refused(lambda: merge(team.ctx, ANNA, second, first)) is RefusalCode.REPLY_ON_ITS_WAY

    @ON_SQLITE
    def test_only_threads_of_the_same_account_are_offered(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        third = team.write("Is daar iemand?", conversation="c3")
        with transaction(team.ctx.engine) as connection:
            connection.execute(thread.update().where(thread.c.id == third).values(account="x:acme_nl"))
        assert candidates(team.ctx, ANNA, first) == [second]

    @ON_SQLITE
    def test_post_that_is_listed_late_sets_the_clock_back(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        merge(team.ctx, ANNA, first, second)
        rows = waits(team)
        earlier = clock.at - timedelta(minutes=30)
        assert team.write("dit was eerder", posted_at=earlier) == second
        assert team.thread(second).waiting_since == earlier
        assert [row["started_at"] for row in waits(team)][1:] == [row["started_at"] for row in rows][1:]

    @ON_SQLITE
    def test_deleting_the_oldest_post_lets_the_newer_wait_go_on(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        due = team.thread(second).due_at
        merge(team.ctx, ANNA, first, second)
        clock.turn(minutes=16)
        assert team.delete("1") == 1
        assert team.thread(second).due_at == due

    @ON_SQLITE
    def test_reply_of_which_nobody_knows_stops_it(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        team.lose(team.answer(second))
        assert refused(lambda: merge(team.ctx, ANNA, second, first)) is RefusalCode.UNKNOWN_REPLY
        assert refused(lambda: merge(team.ctx, ANNA, first, second)) is RefusalCode.UNKNOWN_REPLY

    @ON_SQLITE
    def test_third_thread_takes_both_and_each_can_come_out(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        third = team.write("Is daar iemand?", conversation="c3")
        merge(team.ctx, ANNA, first, second)
        merge(team.ctx, ANNA, second, third)
        assert team.write("nog iets") == third
        assert split(team.ctx, ANNA, first) == third
        assert [post.text for post in team.messages(first)] == ["Mijn pakket is weg", "nog iets"]
        assert [post.text for post in team.messages(third)] == ["Hallo?!", "Is daar iemand?"]

    @ON_SQLITE
    def test_post_that_cannot_be_answered_blocks_the_thread_that_it_is_in(self, team: Team, clock: TurnedClock) -> None:
        first = team.write()
        clock.turn(minutes=10)
        team.receive(replace(team.mention("zonder naam", conversation="c2"), reply_blocked_reason="not_mentioned"))
        second = first + 1
        merge(team.ctx, ANNA, second, first)
        assert team.thread(first).reply_blocked_reason == "not_mentioned"
        split(team.ctx, ANNA, second)
        assert [team.thread(number).reply_blocked_reason for number in (first, second)] == [None, "not_mentioned"]

    @ON_SQLITE
    def test_merged_thread_takes_nothing_more(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        merge(team.ctx, ANNA, first, second)
        for act in (
            lambda: claim.claim(team.ctx, ANNA, first),
            lambda: close.close(team.ctx, ANNA, first, "dubbel"),
            lambda: close.reopen(team.ctx, ANNA, first),
            lambda: team.answer(first),
            lambda: merge(team.ctx, ANNA, first, second),
        ):
            assert refused(act) is RefusalCode.MERGED

    @ON_SQLITE
    def test_export_says_where_it_went(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        merge(team.ctx, ANNA, first, second)
        to = io.StringIO()
        export(team.ctx, to, "jsonl", since=None, until=None)
        rows = [json.loads(line) for line in to.getvalue().splitlines()]
        assert {(row["thread"], row["merged_into"]) for row in rows} == {(first, second), (second, None)}

    @ON_SQLITE
    def test_both_cards_follow_in_slack(self, bench: Bench) -> None:
        first = bench.mention(by="joris")
        second = bench.mention("@acme hallo?!", by="joris")
        bench.deliver(2)
        assert f"'value': '{second} {first}'" in str(bench.channel()[1].blocks)
        merge(bench.ctx, ANNA, second, first)
        bench.settle()
        goes_on, away = bench.channel()
        assert f"merged with #{second}" in str(goes_on.blocks)
        assert f"was merged into #{first}" in away.text
        split(bench.ctx, ANNA, second)
        bench.settle()
        assert "also open" in str(bench.channel()[1].blocks)

    @ON_SQLITE
    @pytest.mark.parametrize(
        ("actor", "kept", "told"),
        [
            (EMMA, "U0ANNA", ["<@U0ANNA>, <@U0EMMA> merged #2 into #1: it is yours.", "<@U0ANNA> has it now."]),
            (EMMA, "U0LARS", ["<@U0LARS> has it now.", "<@U0LARS>, <@U0EMMA> merged #2 into #1: it is yours."]),
            (ANNA, "U0ANNA", ["<@U0LARS>, <@U0ANNA> merged #2 into #1: <@U0ANNA> has it now."]),
        ],
    )
    def test_owners_are_told_what_a_colleague_merged(
        self, bench: Bench, actor: Actor, kept: str, told: list[str]
    ) -> None:
        first, second = owned_by_two(bench)
        merge(bench.ctx, actor, second, first, owner=kept)
        bench.deliver(3)
        notes = sorted(bench.under_the_card(), key=lambda note: note.thread_ts or "")
        assert [note.text[-len(words) :] for note, words in zip(notes, told, strict=True)] == told

    @ON_SQLITE
    def test_owner_is_told_that_a_colleague_split_theirs(self, bench: Bench) -> None:
        first, second = owned_by_two(bench)
        merge(bench.ctx, LARS, second, first, owner="U0ANNA")
        split(bench.ctx, ANNA, second)
        bench.deliver(3)
        assert len(bench.said("<@U0LARS>, <@U0ANNA> split #2 from #1 again: #2 is yours.")) == 1

    @ON_SQLITE
    def test_erasing_forgets_both(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        merge(team.ctx, ANNA, first, second)
        assert erase.erase(team.ctx, "klant").threads == (first, second)
        assert "pakket" not in str(team.rows("SELECT * FROM post"))


class TestSplit:
    def test_both_are_as_they_were(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        before = [(team.thread(number).due_at, team.thread(number).state) for number in (first, second)]
        rows = waits(team)
        merge(team.ctx, ANNA, first, second)
        assert split(team.ctx, ANNA, first) == second
        assert [(team.thread(number).due_at, team.thread(number).state) for number in (first, second)] == before
        assert waits(team) == rows
        assert [post.text for post in team.messages(first)] == ["Mijn pakket is weg"]

    @ON_SQLITE
    def test_what_came_in_since_goes_along_with_its_wait(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        merge(team.ctx, ANNA, first, second)
        team.arrive(team.answer(second))
        clock.turn(hours=1)
        team.write("nog iets")
        split(team.ctx, ANNA, first)
        assert (team.thread(first).state, team.thread(second).state) == ("waiting", "answered")
        assert [row["thread_id"] for row in waits(team) if row["ended_at"] is None] == [first]

    @ON_SQLITE
    def test_next_answer_has_its_own_target_again(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        team.arrive(team.answer(first))
        clock.turn(minutes=1)
        team.write("en nu?")
        due = team.thread(first).due_at
        merge(team.ctx, ANNA, second, first)
        assert team.thread(first).due_at != due
        split(team.ctx, ANNA, second)
        assert team.thread(first).due_at == due

    @ON_SQLITE
    def test_cards_offer_it_for_a_day(self, bench: Bench, clock: TurnedClock) -> None:
        first, second = two(bench.team, clock)
        bench.finish()
        ageing.tick(bench.ctx)
        merge(bench.ctx, ANNA, first, second)
        bench.finish()
        assert [str(card.blocks).count("'split'") for card in bench.channel()] == [1, 1]
        clock.turn(days=1, seconds=1)
        ageing.tick(bench.ctx)
        bench.finish()
        assert [str(card.blocks).count("'split'") for card in bench.channel()] == [0, 0]

    @ON_SQLITE
    def test_reply_on_its_way_and_an_erasure_keep_them_together(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        merge(team.ctx, ANNA, first, second)
        answer = team.answer(second)
        assert refused(lambda: split(team.ctx, ANNA, first)) is RefusalCode.REPLY_ON_ITS_WAY
        team.arrive(answer)
        erase.erase(team.ctx, "klant")
        assert refused(lambda: split(team.ctx, ANNA, first)) is RefusalCode.ERASED

    @ON_SQLITE
    def test_after_a_day_it_stays(self, team: Team, clock: TurnedClock) -> None:
        first, second = two(team, clock)
        merge(team.ctx, ANNA, first, second)
        clock.turn(days=1, seconds=1)
        assert refused(lambda: split(team.ctx, ANNA, first)) is RefusalCode.MERGE_TOO_OLD
        assert refused(lambda: split(team.ctx, ANNA, second)) is RefusalCode.NOT_MERGED
