"""Replies to X: at most one automatic send each, whatever fails."""

from __future__ import annotations

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.thread import State
from bot.networks.base import Outgoing
from bot.usecases.replies import reply, reply_outcome
from tests.support.bench import Bench
from tests.support.cast import ANNA
from tests.support.lost import RECHECK, SEND, UNDO, answered


class TestSending:
    def test_reply_goes_out_after_the_time_to_undo(self, bench: Bench) -> None:
        number, reply_id = answered(bench)
        bench.settle(seconds=UNDO - 1)
        assert bench.answers() == []
        bench.settle(seconds=1)
        (post,) = bench.answers()
        assert post.text.endswith("Wij zoeken het uit ^AB")
        assert bench.team.reply(reply_id).state is ReplyState.SENT
        assert bench.team.thread(number).state is State.ANSWERED
        bench.settle(seconds=1)
        assert len(bench.ephemerals("U0ANNA")) == 1
        assert "U0ANNA" in str(bench.channel()[0].blocks)

    def test_undone_reply_never_goes_out(self, bench: Bench) -> None:
        _, reply_id = answered(bench)
        reply.undo(bench.ctx, ANNA, reply_id)
        bench.settle(seconds=UNDO)
        bench.settle(hours=1)
        assert bench.answers() == []

    def test_refused_reply_is_told_with_its_text(self, bench: Bench) -> None:
        number, reply_id = answered(bench)
        bench.sandbox.x.delete(bench.sandbox.x.posts[0].id)
        bench.settle(seconds=UNDO)
        bench.settle(seconds=1)
        assert (bench.team.reply(reply_id).state, bench.team.reply(reply_id).error) == (ReplyState.REJECTED, "gone")
        assert bench.team.thread(number).reply_blocked_reason == "gone"
        (message,) = bench.sandbox.slack.ephemerals("U0ANNA")
        assert "Wij zoeken het uit" in str(message.blocks)

    def test_author_outside_the_channel_is_told_directly(self, bench: Bench) -> None:
        answered(bench)
        bench.sandbox.slack.leave("U0ANNA", "webcare")
        bench.sandbox.x.delete(bench.sandbox.x.posts[0].id)
        bench.settle(seconds=UNDO)
        bench.settle(seconds=1)
        (told,) = bench.direct("U0ANNA")
        assert "Wij zoeken het uit" in str(told.blocks)

    def test_duplicate_is_refused_and_the_customer_still_waits(self, bench: Bench) -> None:
        first = bench.mention()
        second = bench.mention("@acme En nog iets")
        bench.settle()
        bench.team.answer(first, "Momentje")
        bench.settle(seconds=UNDO)
        again = bench.team.answer(second, "Momentje")
        bench.settle(seconds=UNDO)
        assert (bench.team.reply(again.id).state, bench.team.reply(again.id).error) == (
            ReplyState.REJECTED,
            "duplicate",
        )
        assert bench.team.thread(second).state is State.WAITING


class TestLostAnswer:
    @pytest.mark.parametrize("fault", ["drop_after", "timeout_after"])
    def test_lost_reply_is_found_and_not_sent_again(self, bench: Bench, fault: str) -> None:
        bench.sandbox.faults.add("x", SEND, fault, seconds=0.1)
        number, reply_id = answered(bench)
        bench.settle(seconds=UNDO)
        assert bench.team.reply(reply_id).state is ReplyState.VERIFYING
        bench.settle(seconds=RECHECK - 1)
        assert bench.team.reply(reply_id).state is ReplyState.VERIFYING
        bench.settle(seconds=1)
        assert bench.team.reply(reply_id).state is ReplyState.SENT
        assert bench.team.thread(number).state is State.ANSWERED
        assert len(bench.answers()) == 1

    @pytest.mark.parametrize("fault", ["drop_before", "error_500", "html_503"])
    def test_reply_that_is_not_found_is_left_to_a_person(self, bench: Bench, fault: str) -> None:
        bench.sandbox.faults.add("x", SEND, fault)
        number, reply_id = answered(bench)
        bench.settle(seconds=UNDO)
        bench.settle(seconds=RECHECK)
        assert bench.team.reply(reply_id).state is ReplyState.UNKNOWN
        bench.settle(hours=1)
        assert bench.answers() == []
        reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
        bench.settle()
        assert len(bench.answers()) == 1
        assert bench.team.thread(number).state is State.ANSWERED

    @pytest.mark.postgres_once
    @pytest.mark.parametrize("fault", ["error_500", "rate_limited", "drop_before"])
    def test_failed_look_up_is_repeated_and_nothing_is_sent(self, bench: Bench, fault: str) -> None:
        bench.sandbox.faults.add("x", SEND, "drop_after")
        _, reply_id = answered(bench)
        bench.settle(seconds=UNDO)
        bench.sandbox.faults.add("x", "*", fault, retry_after=30)
        bench.settle(seconds=RECHECK)
        assert bench.team.reply(reply_id).state is ReplyState.VERIFYING
        bench.settle(seconds=60)
        assert bench.team.reply(reply_id).state is ReplyState.SENT
        assert len(bench.answers()) == 1

    @pytest.mark.parametrize("arrived", [True, False], ids=["after X had it", "before X had it"])
    def test_crash_in_the_middle_of_a_send_never_sends_twice(self, bench: Bench, arrived: bool) -> None:
        _, reply_id = answered(bench)
        bench.clock.turn(seconds=UNDO)
        assert bench.sends.lease() is not None
        begun = reply_outcome.begin(bench.ctx, reply_id)
        assert begun is not None
        if arrived:
            bench.ctx.accounts["x:acme"].send(Outgoing(begun.text, begun.in_reply_to))
        bench.settle(seconds=29)
        assert bench.team.reply(reply_id).state is ReplyState.SENDING
        bench.settle(seconds=1)  # the lease ends
        assert bench.team.reply(reply_id).state is ReplyState.VERIFYING
        assert "Checking" in str(bench.channel()[0].blocks)
        bench.settle(seconds=RECHECK - 30)
        assert bench.team.reply(reply_id).state is (ReplyState.SENT if arrived else ReplyState.UNKNOWN)
        assert len(bench.answers()) == int(arrived)

    def test_crash_after_the_stored_success_sends_nothing(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        _, reply_id = answered(bench)

        def die(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(bench.sends, "_done", die)
            with pytest.raises(KeyboardInterrupt):
                bench.settle(seconds=UNDO)
        bench.settle(seconds=120)
        assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.SENT, 1)
        assert bench.team.wanted("reply") == []


class TestRateLimit:
    def test_rate_limited_reply_waits_and_can_be_undone(self, bench: Bench) -> None:
        bench.sandbox.faults.add("x", SEND, "rate_limited", retry_after=300)
        number, reply_id = answered(bench)
        bench.settle(seconds=UNDO)
        assert bench.team.reply(reply_id).state is ReplyState.QUEUED
        assert bench.team.thread(number).pending_reply_id == reply_id
        reply.undo(bench.ctx, ANNA, reply_id)
        bench.settle(hours=1)
        assert bench.answers() == []

    def test_rate_limited_reply_goes_out_later(self, bench: Bench) -> None:
        bench.sandbox.faults.add("x", SEND, "rate_limited", retry_after=60)
        _, reply_id = answered(bench)
        bench.settle(seconds=UNDO)
        bench.settle(hours=1)
        assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.SENT, 1)

    def test_rate_limit_holds_up_every_reply(self, bench: Bench) -> None:
        first, second = bench.mention(by="klant"), bench.mention(by="ander")
        bench.sandbox.faults.add("x", SEND, "rate_limited", retry_after=60)
        replies = [bench.team.answer(number, f"Antwoord {number}").id for number in (first, second)]
        bench.settle(seconds=UNDO)
        assert bench.answers() == []
        bench.settle(hours=1)
        assert [bench.team.reply(each).state for each in replies] == [ReplyState.SENT] * 2
