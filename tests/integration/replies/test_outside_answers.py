"""A colleague answers in the network's own app: the desk reads that, and nobody is answered twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases.conversation import Agent, ReplyState
from bot.domain.cases.thread import State
from bot.domain.common.errors import Refused
from bot.networks.base import OwnPost, OwnPosts
from bot.sandbox.x.posts import Post
from bot.usecases.cases import claim, queries
from bot.usecases.privacy import erase
from bot.usecases.replies import outside_answers, reply
from bot.usecases.reports import standup
from storage.common import job_locks
from storage.desk import agents
from storage.engine import transaction
from tests.support.bench import Bench
from tests.support.cast import ANNA, X
from tests.support.lost import RECHECK, SEND, UNDO, answered
from tests.support.team import Served

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TIMELINE = "GET /2/users/:id/tweets"


def read(bench: Bench) -> int:
    """Read our own posts, as often as the account is polled."""
    bench.clock.turn(seconds=15)
    return outside_answers.poll(bench.ctx, bench.ctx.settings.accounts()[0][1])


def answer_on_x(bench: Bench, words: str = "Dat zoeken we uit", to: str = "klant") -> Post:
    """A colleague answers the customer's newest post in X's own app."""
    newest = next(post for post in bench.sandbox.x.posts if post.author.handle == to)
    bench.clock.turn(seconds=5)
    return bench.sandbox.x.post("acme", words, in_reply_to=newest.id)


class TestAnsweredOnXItself:
    def test_thread_is_answered_with_the_posts_own_time(self, bench: Bench) -> None:
        number = bench.mention()
        bench.deliver()
        answer = answer_on_x(bench)
        bench.clock.turn(minutes=3)
        assert read(bench) == 1
        thread = bench.team.thread(number)
        assert (thread.state, thread.due_at, thread.next_nag_at) == (State.ANSWERED, None, None)
        (wait,) = bench.team.rows("SELECT outcome, ended_at, ended_by FROM wait")
        assert (wait["outcome"], wait["ended_by"]) == ("answered", "")
        assert thread.first_response_at is not None
        assert thread.first_response_at == queries.card(bench.ctx, number).posts[-1].posted_at
        assert abs(thread.first_response_at - answer.created_at).total_seconds() < 0.01
        assert bench.team.kinds(number)[-1] == "outside"
        bench.deliver()
        assert "answered on X itself" in bench.channel()[0].text
        assert "Dat zoeken we uit" in str(bench.channel()[0].blocks)

    def test_figures_count_it_and_no_agent_gets_it(self, bench: Bench) -> None:
        bench.mention()
        answer_on_x(bench)
        read(bench)
        desk = bench.ctx.settings.desks[0]
        figures = standup.standup_of(bench.ctx, desk, bench.clock.now().astimezone(desk.timezone).date()).figures
        assert (figures.answered, figures.met, figures.agents) == (1, 1, ())

    def test_signature_tells_who_it_was(self, bench: Bench) -> None:
        number = bench.mention()
        answer_on_x(bench, "Dat zoeken we uit ^AB")
        read(bench)
        (wait,) = bench.team.rows("SELECT ended_by FROM wait")
        assert wait["ended_by"] == "U0ANNA"
        assert bench.team.events(number)[-1].actor == "U0ANNA"

    @pytest.mark.parametrize("words", ["Zie formulier^AB", "Dat zoeken we uit ^ABC", "^AB kijkt ernaar"])
    def test_letters_elsewhere_are_no_signature(self, bench: Bench, words: str) -> None:
        bench.mention()
        answer_on_x(bench, words)
        read(bench)
        (wait,) = bench.team.rows("SELECT ended_by FROM wait")
        assert wait["ended_by"] == ""

    def test_initials_of_two_agents_are_nobodys_signature(self, bench: Bench) -> None:
        with transaction(bench.ctx.engine) as connection:
            agents.keep(connection, Agent("U0ARIE", "Arie Bos", "en-GB"), bench.clock.now())
        bench.mention()
        answer_on_x(bench, "Dat zoeken we uit ^AB")
        read(bench)
        (wait,) = bench.team.rows("SELECT ended_by FROM wait")
        assert wait["ended_by"] == ""

    def test_owner_keeps_the_thread_and_a_follow_up_waits_anew(self, bench: Bench) -> None:
        number = bench.mention()
        claim.claim(bench.ctx, ANNA, number)
        answer = answer_on_x(bench)
        bench.clock.turn(seconds=5)
        follow_up = bench.sandbox.x.post("klant", "@acme en nu?", in_reply_to=answer.id)
        bench.fetch()
        assert read(bench) == 1
        thread = bench.team.thread(number)
        assert (thread.state, thread.owner) == (State.WAITING, "U0ANNA")
        assert thread.waiting_since is not None
        assert abs(thread.waiting_since - follow_up.created_at).total_seconds() < 0.01
        assert [wait["outcome"] for wait in bench.team.rows("SELECT outcome FROM wait ORDER BY id")] == [
            "answered",
            None,
        ]

    def test_answer_to_an_earlier_wording_finds_its_thread(self, bench: Bench) -> None:
        number = bench.mention()
        first = bench.sandbox.x.posts[0].id
        bench.sandbox.x.edit(first, "@acme Mijn pakket is echt weg")
        bench.fetch()
        bench.sandbox.x.post("acme", "Dat zoeken we uit", in_reply_to=first)
        assert read(bench) == 1
        assert bench.team.thread(number).state is State.ANSWERED

    def test_answer_that_is_edited_later_is_read_once(self, bench: Bench) -> None:
        number = bench.mention()
        answer = answer_on_x(bench)
        assert read(bench) == 1
        bench.sandbox.x.edit(answer.id, "Dat zoeken we meteen uit")
        assert read(bench) == 0
        assert bench.team.kinds(number).count("outside") == 1

    def test_answer_to_an_earlier_wording_of_our_own_finds_its_thread(self, bench: Bench) -> None:
        number = bench.mention()
        answer = answer_on_x(bench)
        bench.sandbox.x.edit(answer.id, "Dat zoeken we meteen uit")
        assert read(bench) == 1
        bench.sandbox.x.post("acme", "Gevonden!", in_reply_to=answer.id)
        assert read(bench) == 1
        assert bench.team.kinds(number).count("outside") == 2

    def test_answer_to_a_forgotten_customer_is_not_stored(self, bench: Bench) -> None:
        number = bench.mention()
        answer_on_x(bench)
        erase.erase(bench.ctx, "klant")
        assert read(bench) == 0
        assert "outside" not in bench.team.kinds(number)

    @pytest.mark.parametrize("where", ["nowhere", "to a stranger"])
    def test_what_answers_no_customer_changes_nothing(self, bench: Bench, where: str) -> None:
        number = bench.mention()
        stranger = bench.sandbox.x.post("vreemde", "mooi weer")
        bench.sandbox.x.post("acme", "Inderdaad", in_reply_to=stranger.id if where == "to a stranger" else None)
        assert read(bench) == 0
        assert bench.team.thread(number).state is State.WAITING

    def test_it_is_read_once(self, bench: Bench) -> None:
        number = bench.mention()
        answer_on_x(bench)
        assert [read(bench), read(bench), read(bench)] == [1, 0, 0]
        assert bench.team.kinds(number).count("outside") == 1

    def test_next_read_begins_where_the_last_one_ended(self, bench: Bench) -> None:
        bench.mention()
        answer_on_x(bench)
        read(bench)
        read(bench)
        asked = [call.params for call in bench.sandbox.x.calls if call.path.endswith("/1000/tweets")]
        assert ["since_id" in params for params in asked] == [False, True]

    def test_one_process_reads_at_a_time(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        bench.mention()
        read(bench)
        account = bench.ctx.settings.accounts()[0][1]
        outside_answers.poll(bench.ctx, account)
        monkeypatch.setattr(job_locks, "is_free", lambda *_: True)  # both have looked before one of them took it
        outside_answers.poll(bench.ctx, account)
        assert bench.look_ups() == 1


class TestOurOwnReplies:
    def test_what_the_desk_sent_is_no_outside_answer(self, bench: Bench) -> None:
        number, _ = answered(bench)
        bench.settle(seconds=UNDO)
        assert read(bench) == 0
        assert "outside" not in bench.team.kinds(number)

    def test_reply_whose_answer_was_lost_is_recognised(self, bench: Bench) -> None:
        bench.sandbox.faults.add("x", SEND, "drop_after")
        number, reply_id = answered(bench)
        bench.settle(seconds=UNDO)
        assert bench.team.reply(reply_id).state is ReplyState.VERIFYING
        read(bench)
        assert bench.team.reply(reply_id).state is ReplyState.SENT
        assert "outside" not in bench.team.kinds(number)

    def test_reply_that_a_person_marked_as_sent_is_recognised(self, bench: Bench) -> None:
        bench.sandbox.faults.add("x", SEND, "drop_after")
        number, reply_id = answered(bench)
        bench.settle(seconds=UNDO)
        bench.sandbox.x.timeline_lag = timedelta(hours=1)
        bench.settle(seconds=RECHECK)
        assert bench.team.reply(reply_id).state is ReplyState.UNKNOWN
        reply.decide(bench.ctx, ANNA, reply_id, was_sent=True)
        bench.sandbox.x.timeline_lag = timedelta()
        assert read(bench) == 0
        assert "outside" not in bench.team.kinds(number)
        assert bench.team.reply(reply_id).external_id == bench.answers()[0].id

    @pytest.mark.parametrize(("seconds", "is_ours"), [(120, False), (30, True)])
    def test_older_post_with_the_same_words_is_not_the_lost_reply(
        self, bench: Bench, seconds: int, is_ours: bool
    ) -> None:
        # The network's clock may be a little behind.
        number = bench.mention()
        post, network = bench.sandbox.x.posts[0], Served(bench.ctx.accounts[X])
        bench.clock.turn(minutes=5)
        lost = bench.team.answer(number)
        bench.team.lose(lost)
        earlier = bench.clock.now() - timedelta(seconds=seconds)
        network.own = OwnPosts((OwnPost("9", post.id, lost.text, earlier, "https://x.com/acme/status/9"),), None)
        ctx = replace(bench.ctx, accounts={X: network})
        outside_answers.look(ctx, X, ctx.settings.accounts()[0][1])
        assert bench.team.reply(lost.id).state is (ReplyState.SENT if is_ours else ReplyState.UNKNOWN)
        assert ("outside" in bench.team.kinds(number)) is not is_ours


class TestLastLook:
    def test_reply_on_its_way_is_not_sent_after_an_answer_on_x(self, bench: Bench) -> None:
        number, reply_id = answered(bench)
        answer_on_x(bench)
        bench.settle(seconds=UNDO)
        assert len(bench.answers()) == 1
        rejected = bench.team.reply(reply_id)
        assert (rejected.state, rejected.error) == (ReplyState.REJECTED, "answered_outside")
        assert bench.team.thread(number).state is State.ANSWERED
        bench.settle(seconds=1)
        (whisper,) = bench.sandbox.slack.ephemerals("U0ANNA")
        assert "on X itself" in whisper.text
        assert "Wij zoeken het uit" in str(whisper.blocks)
        assert reply.draft(bench.ctx, ANNA, number).text == "Wij zoeken het uit"

    @pytest.mark.parametrize("fault", ["error_500", "rate_limited"])
    def test_failed_look_does_not_hold_the_reply_up(self, bench: Bench, fault: str) -> None:
        _, reply_id = answered(bench)
        bench.sandbox.faults.add("x", TIMELINE, fault, retry_after=300)
        bench.settle(seconds=UNDO)
        assert bench.team.reply(reply_id).state is ReplyState.SENT

    def test_agent_who_types_is_shown_the_answer(self, bench: Bench) -> None:
        number = bench.mention()
        seen = reply.draft(bench.ctx, ANNA, number).seen
        answer_on_x(bench)
        read(bench)
        with pytest.raises(Refused, match="changed") as refused:
            reply.submit(bench.ctx, ANNA, number, "Ik kijk", seen=seen, idempotency_key="r")
        (change,) = refused.value.details["changes"]
        assert change.text == "Dat zoeken we uit"
