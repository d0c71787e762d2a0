"""Mentions in: each post once, in the thread where it belongs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.cases.mention import Author, Media
from bot.domain.cases.thread import State
from bot.networks.base import Fetched, LookedUp, NotDone, Rejected
from bot.usecases.cases import close
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest
from bot.usecases.privacy import erase
from storage.engine import reading, transaction
from storage.intake import feeds
from storage.intake.feeds import Feed
from tests.support.cast import ANNA, X
from tests.support.clock import TurnedClock
from tests.support.postgres import WAITING
from tests.support.process import eventually
from tests.support.team import Served, Team


@pytest.fixture
def account(ctx: Context) -> Served:
    return Served(ctx.accounts[X])


def poll(ctx: Context, account: Served) -> int:
    desk = ctx.settings.desks[0]
    return ingest.poll(replace(ctx, accounts={X: account}), desk, desk.networks[0])


def feed(ctx: Context) -> Feed:
    with reading(ctx.engine) as connection:
        found = feeds.get(connection, X)
    assert found is not None
    return found


class TestStoring:
    def test_mention_is_a_thread_with_a_card_and_a_clock(self, team: Team, clock: TurnedClock) -> None:
        number = team.write("Help", media=(Media("photo", "https://pbs.twimg.com/a.jpg", "een doos"),))
        thread = team.thread(number)
        assert (thread.state, thread.owner, thread.customer_handle, thread.customer_followers) == (
            State.WAITING, None, "klant", 12,
        )  # fmt: skip
        assert (thread.waiting_since, thread.due_at) == (clock.at, clock.at + timedelta(hours=1))
        assert team.messages(number)[0].media == (Media("photo", "https://pbs.twimg.com/a.jpg", "een doos"),)
        (event,) = team.events(number)
        assert (event.kind, event.actor, event.via, event.data["post"]) == ("received", "klant", "network", "1")
        assert team.wanted("card") == [f"card:{number}"]

    def test_mention_is_stored_once_however_often_fetched(self, team: Team) -> None:
        mention = team.mention()
        assert [team.receive(mention, mention), team.receive(mention)] == [1, 0]
        assert team.rows("SELECT count(*) AS n FROM post")[0]["n"] == 1
        assert team.rows("SELECT count(*) AS n FROM event")[0]["n"] == 1

    def test_fetch_race_of_four_stores_it_once(self, team: Team) -> None:
        mentions = [
            team.mention(conversation=f"c{number % 3}", author=Author(str(number % 5), f"k{number % 5}", "K"))
            for number in range(30)
        ]
        with ThreadPoolExecutor(4) as pool:
            new = sum(pool.map(lambda _: team.receive(*mentions), range(4)))
        assert new == 30
        counts = team.rows(
            "SELECT (SELECT count(*) FROM post) AS messages, (SELECT count(*) FROM thread) AS threads, "
            "(SELECT count(*) FROM event) AS events, (SELECT count(*) FROM outbox WHERE kind = 'card') AS cards, "
            "(SELECT count(*) FROM wait) AS waits"
        )[0]
        assert dict(counts) == {"messages": 30, "threads": 15, "events": 30, "cards": 15, "waits": 15}


class TestFollowUp:
    def test_follow_up_joins_the_thread_and_its_clock(self, team: Team, clock: TurnedClock) -> None:
        since = clock.at
        number = team.write("Help")
        clock.turn(minutes=10)
        assert team.write("Hallo?") == number
        assert team.thread(number).waiting_since == since
        assert [message.text for message in team.messages(number)] == ["Help", "Hallo?"]

    def test_another_customer_in_the_conversation_has_a_thread(self, team: Team) -> None:
        assert team.write() != team.write(author=Author("8", "ander", "Ander"))

    def test_late_post_moves_the_clock_back(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        earlier = clock.at - timedelta(minutes=5)
        team.write(posted_at=earlier)
        assert team.thread(number).waiting_since == earlier
        assert [row["n"] for row in team.rows("SELECT count(*) AS n FROM wait")] == [1]

    def test_closed_thread_opens_at_the_new_post(self, team: Team, clock: TurnedClock) -> None:
        number = team.write("Wat een onzin")
        close.close(team.ctx, ANNA, number, "no question")
        at = clock.turn(minutes=30)
        assert team.write("Nu een vraag") == number
        thread = team.thread(number)
        assert (thread.state, thread.waiting_since, thread.close_reason) == (State.WAITING, at, None)

    def test_dismissed_post_does_not_wait_again(self, team: Team, clock: TurnedClock) -> None:
        number = team.write("Wat een onzin")
        clock.turn(minutes=1)
        close.close(team.ctx, ANNA, number, "no question")
        clock.turn(minutes=1)
        team.write("Nu een vraag")
        clock.turn(hours=2)
        assert team.delete("2") == 1
        assert (team.thread(number).state, team.thread(number).waiting_since) == (State.CLOSED, None)


class TestEditAndDeletion:
    def test_edit_replaces_the_words_and_keeps_the_clock(self, team: Team, clock: TurnedClock) -> None:
        first = team.mention("Mijn pakje")
        team.receive(first)
        since, at = clock.at, clock.turn(minutes=10)
        second = team.edited(first, "Mijn pakket", "11")
        third = team.edited(second, "Mijn pakket 3SABC", "12")
        assert [team.receive(second), team.receive(third), team.receive(third)] == [1, 1, 0]
        (message,) = team.messages(1)
        assert (message.external_id, message.text, message.edited_at) == ("12", "Mijn pakket 3SABC", at)
        assert team.thread(1).waiting_since == since
        assert team.kinds(1) == ["received", "edited", "edited"]

    def test_post_and_its_edit_in_one_fetch_are_one_message(self, team: Team) -> None:
        first = team.mention("Mijn pakje")
        team.receive(first, team.edited(first, "Mijn pakket", "11"))
        assert [(message.external_id, message.text) for message in team.messages(1)] == [("11", "Mijn pakket")]

    def test_edit_in_another_conversation_begins_no_thread(self, team: Team) -> None:
        first = team.mention("Mijn pakje")
        team.receive(first, replace(team.edited(first, "Mijn pakket", "11"), conversation="c11"))
        assert [row["text"] for row in team.rows("SELECT text FROM post")] == ["Mijn pakket"]
        assert len(team.rows("SELECT id FROM thread")) == 1

    @pytest.mark.parametrize("stale", [0, 1], ids=["first wording", "second wording"])
    def test_answer_from_before_an_edit_is_no_new_post(self, team: Team, stale: int) -> None:
        first = team.mention("Mijn pakje")
        second = team.edited(first, "Mijn pakket", "11")
        team.receive(first)
        team.receive(second)
        team.receive(team.edited(second, "Mijn pakket 3SABC", "12"))
        assert team.receive(replace((first, second)[stale], conversation="c9")) == 0
        assert [row["text"] for row in team.rows("SELECT text FROM post")] == ["Mijn pakket 3SABC"]

    def test_first_wording_that_arrives_after_the_edit_is_no_new_post(self, team: Team) -> None:
        first = team.mention("Mijn pakje")
        team.receive(team.edited(first, "Mijn pakket", "11"))
        assert team.receive(first) == 0
        assert [row["text"] for row in team.rows("SELECT text FROM post")] == ["Mijn pakket"]

    def test_first_wording_of_an_erased_post_does_not_come_back(self, team: Team) -> None:
        first = team.mention("Mijn geheim")
        team.receive(first)
        team.receive(team.edited(first, "Mijn geheim!", "11"))
        erase.erase(team.ctx, "klant")
        assert team.receive(first) == 0
        assert [row["text"] for row in team.rows("SELECT text FROM post")] == [""]

    def test_post_and_its_edit_stored_at_the_same_moment_are_one_post(self, team: Team) -> None:
        """Whoever stores the edit waits until the post is there, which another process is about to store."""
        first = team.mention("Mijn pakje")
        desk, account = team.ctx.settings.accounts()[0]
        with transaction(team.ctx.engine) as connection:
            feeds.take(connection, X, first.posted_at, first.posted_at)
        with ThreadPoolExecutor(1) as pool:
            with transaction(team.ctx.engine) as connection:
                ingest._take_in(connection, team.ctx, desk, account.key, [first], first.posted_at, first.posted_at)
                edit = pool.submit(team.receive, team.edited(first, "Mijn pakket", "11"))
                if team.ctx.engine.dialect.name == "postgresql":  # on SQLite the other one cannot even begin
                    eventually(lambda: team.rows(WAITING))
            assert edit.result() == 1
        assert [row["text"] for row in team.rows("SELECT text FROM post")] == ["Mijn pakket"]

    def test_post_twice_in_one_fetch_is_stored_once(self, team: Team) -> None:
        team.write("Eerder", conversation="c2")
        mention = team.mention()
        assert team.receive(mention, replace(mention, conversation="c2")) == 1
        assert [row["conversation"] for row in team.rows("SELECT conversation FROM thread ORDER BY id")] == ["c2", "c1"]

    def test_deletion_blanks_the_words_and_stops_the_clock(self, team: Team, clock: TurnedClock) -> None:
        number = team.write("Mijn geheim", media=(Media("photo", "https://pbs.twimg.com/geheim.jpg"),))
        at = clock.turn(minutes=15)
        assert [team.delete("1"), team.delete("1")] == [1, 0]
        (message,) = team.messages(number)
        assert (message.text, message.media, message.deleted_at) == ("", (), at)
        thread = team.thread(number)
        assert (thread.state, thread.waiting_since, thread.due_at, thread.next_nag_at) == (
            State.CLOSED,
            None,
            None,
            None,
        )
        assert team.kinds(number) == ["received", "withdrawn"]
        assert team.rows("SELECT outcome FROM wait")[0]["outcome"] == "withdrawn"

    def test_edit_brings_no_deleted_words_back(self, team: Team, clock: TurnedClock) -> None:
        first = team.mention("Mijn geheim")
        team.receive(first)
        clock.turn(minutes=15)
        team.delete("1")
        assert team.receive(team.edited(first, "Mijn geheim!", "11")) == 0
        assert team.messages(1)[0].text == ""

    def test_clock_follows_the_posts_that_are_left(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        later = clock.turn(minutes=10)
        team.write()
        clock.turn(minutes=15)
        team.delete("1")
        assert team.thread(number).waiting_since == later
        (wait,) = team.rows("SELECT ended_at FROM wait")
        assert wait["ended_at"] is None


class TestRecheck:
    def test_posts_are_rechecked_often_while_waiting_else_daily(
        self, team: Team, clock: TurnedClock, account: Served
    ) -> None:
        team.write()
        closed = team.write(conversation="c2")
        close.close(team.ctx, ANNA, closed, "spam")
        assert [team.recheck(account), account.asked_after] == [0, []]
        clock.turn(minutes=15)
        team.recheck(account)
        team.recheck(account)
        clock.turn(minutes=15)
        team.recheck(account)
        clock.turn(hours=23)
        team.recheck(account)
        assert [set(ids) for ids in account.asked_after] == [{"1", "2"}, {"1"}, {"1", "2"}]

    def test_recheck_finds_an_edit_and_survives_an_outage(
        self, team: Team, clock: TurnedClock, account: Served
    ) -> None:
        mention = team.mention("Mijn pakje")
        team.receive(mention)
        clock.turn(minutes=15)
        account.looked_up = NotDone("away", 5)
        assert team.recheck(account) == 0
        clock.turn(minutes=15)
        account.looked_up = LookedUp(frozenset(), (team.edited(mention, "Mijn pakket", "11"),))
        assert team.recheck(account) == 1
        assert team.messages(1)[0].text == "Mijn pakket"

    def test_recheck_that_answers_late_brings_no_old_words_back(
        self, team: Team, clock: TurnedClock, account: Served
    ) -> None:
        first = team.mention("Mijn pakje")
        team.receive(first)
        clock.turn(minutes=15)

        def ask_while_an_edit_arrives(ids: tuple[str, ...], whole: frozenset[str] = frozenset()) -> LookedUp:
            team.receive(team.edited(first, "Mijn pakket", "11"))
            return LookedUp(frozenset(), (first,))

        account.look_up = ask_while_an_edit_arrives  # type: ignore[method-assign]
        assert team.recheck(account) == 0
        assert [message.text for message in team.messages(1)] == ["Mijn pakket"]

    def test_stored_wording_stops_no_recheck_of_the_earlier(
        self, team: Team, clock: TurnedClock, account: Served
    ) -> None:
        first = team.mention("Mijn pakje")
        team.receive(first)
        clock.turn(seconds=1)
        later = team.edited(first, "Mijn pakket", "11")
        team.receive(replace(later, earlier_ids=()))  # as it is for another process that has not seen the first
        clock.turn(minutes=15, seconds=-1)
        account.looked_up = LookedUp(frozenset(), (later,))
        assert team.recheck(account) == 0
        assert account.asked_after == [("1",)]
        assert [message.text for message in team.messages(1)] == ["Mijn pakje", "Mijn pakket"]


class TestFeed:
    def test_first_start_looks_back_and_later_ones_use_the_cursor(
        self, team: Team, clock: TurnedClock, account: Served
    ) -> None:
        account.fetched = Fetched((team.mention(),), "1")
        assert poll(team.ctx, account) == 1
        assert account.fetches == [(None, clock.at - timedelta(hours=24))]
        assert poll(team.ctx, account) == 0  # it is not time yet
        clock.turn(seconds=15)
        account.fetched = Fetched((), None)
        poll(team.ctx, account)
        assert [cursor for cursor, _ in account.fetches] == [None, "1"]
        assert feed(team.ctx).cursor == "1"

    @pytest.mark.parametrize(("error", "pause"), [(NotDone("429", 900), 900), (Rejected("credentials", "401"), 60)])
    def test_failing_network_is_left_alone_for_a_while(
        self, team: Team, clock: TurnedClock, account: Served, error: NotDone | Rejected, pause: int
    ) -> None:
        account.fetched = error
        poll(team.ctx, account)
        since = clock.at
        clock.turn(seconds=pause - 1)
        poll(team.ctx, account)
        assert len(account.fetches) == 1
        clock.turn(seconds=1)
        poll(team.ctx, account)
        assert (len(account.fetches), feed(team.ctx).failing_since, feed(team.ctx).error) == (2, since, error.detail)
        clock.turn(seconds=pause)
        account.fetched = Fetched((), None)
        poll(team.ctx, account)
        assert (feed(team.ctx).failing_since, feed(team.ctx).error) == (None, None)

    def test_dead_poller_is_succeeded_by_another(self, team: Team, clock: TurnedClock, account: Served) -> None:
        class Dying(Served):
            def fetch(self, cursor: str | None, since: datetime) -> Fetched:
                raise RuntimeError("killed")

        dying = Dying(team.ctx.accounts[X])
        with pytest.raises(RuntimeError, match="killed"):
            poll(team.ctx, dying)
        poll(team.ctx, account)
        assert account.fetches == []
        clock.turn(seconds=ingest.FETCH_SECONDS)
        poll(team.ctx, account)
        assert len(account.fetches) == 1


def test_changed_targets_leave_a_thread_alone(team: Team, ctx: Context) -> None:
    number = team.write()
    thread = team.thread(number)
    assert (thread.first_target, thread.next_target, thread.warn_share) == (3600, 7200, 0.75)
    assert ctx.settings.desks[0].networks[0].key == thread.account
