"""A reply of which nobody knows whether it arrived: it is looked for late, and once more before it is sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.thread import State
from bot.domain.common.errors import Refused
from bot.networks.base import Ambiguous, NotDone, Rejected
from bot.usecases.cases import close
from bot.usecases.privacy import erase
from bot.usecases.replies import reply
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS, X
from tests.support.lost import LOOK, NEVER, RECHECK, SEND, unknown, wait


def test_late_reply_is_found_while_nobody_has_decided(bench: Bench) -> None:
    number, reply_id = unknown(bench, shown_after=4 * RECHECK)
    wait(bench, 2)
    assert bench.team.reply(reply_id).state is ReplyState.UNKNOWN
    wait(bench, 1)
    assert bench.team.reply(reply_id).state is ReplyState.SENT
    assert bench.team.thread(number).state is State.ANSWERED
    assert bench.team.kinds(number)[-2:] == ["unknown", "sent"]
    assert len(bench.answers()) == 1


@pytest.mark.sqlite_alone
def test_missing_reply_is_looked_for_four_times(bench: Bench) -> None:
    unknown(bench, shown_after=NEVER)
    wait(bench, 60)
    assert bench.look_ups() == 1 + 4, "once before it was sent, for an answer given on X itself"
    assert bench.team.wanted("look_up") == []


@pytest.mark.sqlite_alone
def test_failed_look_ups_are_made_later(bench: Bench) -> None:
    _, reply_id = unknown(bench, shown_after=10 * RECHECK)
    bench.sandbox.faults.add("x", LOOK, "rate_limited", times=1, retry_after=20 * RECHECK)
    wait(bench, 30)
    assert bench.team.reply(reply_id).state is ReplyState.SENT


@pytest.mark.sqlite_alone
def test_late_look_up_lets_replies_go_first(bench: Bench) -> None:
    unknown(bench, shown_after=NEVER)
    bench.team.answer(bench.mention("@acme en ik?", by="ander"))
    bench.clock.turn(seconds=RECHECK)
    first = bench.sends.lease()
    assert first is not None
    assert first.kind == "reply"


def test_found_reply_is_not_sent_again(bench: Bench) -> None:
    number, reply_id = unknown(bench, shown_after=1.5 * RECHECK)
    bench.clock.turn(seconds=RECHECK / 2)
    reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
    bench.settle()
    assert bench.team.reply(reply_id).state is ReplyState.SENT
    assert bench.team.thread(number).state is State.ANSWERED
    assert len(bench.answers()) == 1


@pytest.mark.sqlite_alone
def test_resend_waits_until_it_could_be_looked_for(bench: Bench) -> None:
    _, reply_id = unknown(bench, shown_after=NEVER)
    bench.sandbox.faults.add("x", LOOK, "error_500")
    reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
    bench.settle()
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.RETRY_REQUESTED, 1)
    assert "cannot be reached" in str(bench.channel()[0].blocks)


@pytest.mark.sqlite_alone
def test_tried_reply_cannot_be_undone(bench: Bench) -> None:
    _, reply_id = unknown(bench, shown_after=3 * RECHECK)
    bench.sandbox.faults.add("x", LOOK, "error_500")
    reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
    bench.settle()
    with pytest.raises(Refused, match="too_late"):
        reply.undo(bench.ctx, ANNA, reply_id)
    bench.sandbox.x.timeline_lag = timedelta()
    wait(bench, 5)
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.SENT, 1)


@pytest.mark.sqlite_alone
def test_unreached_second_try_leaves_the_first_in_doubt(bench: Bench) -> None:
    _, reply_id = unknown(bench, shown_after=3 * RECHECK)
    bench.sandbox.faults.add("x", SEND, "rate_limited", retry_after=5 * RECHECK)
    reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
    bench.settle()
    assert bench.team.reply(reply_id).state is ReplyState.RETRY_REQUESTED
    wait(bench, 6)
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.SENT, 1)


@pytest.mark.sqlite_alone
def test_duplicate_may_be_the_first_try(bench: Bench) -> None:
    number, reply_id = unknown(bench, shown_after=3 * RECHECK)
    reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
    bench.settle()
    assert bench.team.reply(reply_id).state is ReplyState.VERIFYING
    wait(bench, 2)
    assert bench.team.reply(reply_id).state is ReplyState.SENT
    assert bench.team.thread(number).state is State.ANSWERED


@pytest.mark.sqlite_alone
def test_first_try_is_found_after_the_second_was_lost(bench: Bench) -> None:
    _, reply_id = unknown(bench, shown_after=6 * RECHECK)
    wait(bench, 2)
    bench.sandbox.faults.add("x", SEND, "drop_before")
    reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
    wait(bench, 10)
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.SENT, 1)


@pytest.mark.sqlite_alone
def test_person_decides_again_where_x_cannot_be_read(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise Rejected("credits", "402")

    number, reply_id = unknown(bench, shown_after=NEVER)
    monkeypatch.setattr(bench.ctx.accounts[X], "find_sent", refuse)
    reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
    wait(bench, 3)
    assert bench.team.reply(reply_id).state is ReplyState.UNKNOWN
    assert bench.team.thread(number).next_nag_at is not None
    assert bench.team.wanted("look_up") == []


@pytest.mark.postgres_once
@pytest.mark.parametrize("failure", [Ambiguous("lost"), NotDone("429", 30.0)], ids=["lost", "not reached"])
def test_overtaken_look_up_leaves_nothing_behind(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    _, reply_id = unknown(bench, shown_after=NEVER)
    wait(bench, 10)
    reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
    slow = bench.sends.lease()
    assert slow is not None
    bench.clock.turn(seconds=bench.sends.lease_seconds + 1)
    account = bench.ctx.accounts[X]

    def overtaken(*_: Any) -> None:
        monkeypatch.setattr(account, "find_sent", lambda *_: None)
        with monkeypatch.context() as patched:
            patched.setattr(account, "send", fails)
            bench.sends.deliver(slow)

    def fails(*_: Any) -> None:
        raise failure

    monkeypatch.setattr(account, "find_sent", overtaken)
    wait(bench, 60)
    assert bench.team.reply(reply_id).state not in (
        ReplyState.VERIFYING,
        ReplyState.SENDING,
        ReplyState.RETRY_REQUESTED,
    )


@pytest.mark.postgres_once
@pytest.mark.parametrize("shown_after", [1.5 * RECHECK, NEVER], ids=["found", "not found"])
def test_erased_reply_stays_erased(bench: Bench, monkeypatch: pytest.MonkeyPatch, shown_after: float) -> None:
    number, reply_id = unknown(bench, shown_after)
    account = bench.ctx.accounts[X]
    look = account.find_sent
    looks: list[object] = []

    def meanwhile(*arguments: Any) -> Any:
        looks.append(look(*arguments))
        erase.erase(bench.ctx, "klant")
        return looks[-1]

    monkeypatch.setattr(account, "find_sent", meanwhile)
    wait(bench, 20)
    assert len(looks) == 1
    assert bench.team.reply(reply_id).external_id is None
    assert all(message.url == "" for message in bench.team.messages(number))


def test_late_find_does_not_end_a_newer_wait(bench: Bench) -> None:
    number, reply_id = unknown(bench, shown_after=4 * RECHECK)
    close.close(bench.ctx, LARS, number, "spam")
    bench.sandbox.x.post("klant", "@acme hallo?", in_reply_to=bench.sandbox.x.posts[-1].id)
    bench.fetch()
    wait(bench, 10)
    assert bench.team.reply(reply_id).state is ReplyState.SENT
    first, second = bench.team.rows(
        "SELECT wait.outcome, ended_at, wait.due_at, thread.due_at AS told"
        " FROM wait JOIN thread ON thread.id = thread_id ORDER BY wait.id"
    )
    assert (first["outcome"], second["outcome"], second["ended_at"]) == ("closed", None, None)
    assert second["due_at"] == second["told"]
    assert bench.team.thread(number).state is State.WAITING
