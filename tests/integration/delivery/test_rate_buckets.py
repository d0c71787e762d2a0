"""Posting to an account and reading from it are limited separately: neither waits for the other."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.networks.base import Outgoing
from bot.usecases.replies import reply, reply_outcome
from tests.support.bench import Bench
from tests.support.cast import ANNA, X
from tests.support.lost import LOOK, RECHECK, SEND, UNDO, unknown, wait


@pytest.fixture
def two(bench: Bench) -> tuple[int, int]:
    """Two threads, the first of them the more urgent."""
    urgent, relaxed = bench.mention(by="klant"), bench.mention(by="ander")
    bench.settle()
    return urgent, relaxed


def no_posts(bench: Bench) -> None:
    """Have X refuse posts from now on, for a minute each time."""
    bench.sandbox.faults.add("x", SEND, "rate_limited", times=100, retry_after=RECHECK)


def not_found(bench: Bench, thread: int, fault: str) -> int:
    """Send a reply, lose the answer, and hide it on X; return its number."""
    bench.sandbox.faults.add("x", SEND, fault)
    lost = bench.team.answer(thread, "Het is gevonden").id
    bench.settle(seconds=UNDO)
    bench.settle(seconds=RECHECK)
    assert bench.team.reply(lost).state is ReplyState.UNKNOWN
    return lost


@pytest.fixture
def asked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often X was asked to post ("send") or to show our own timeline ("find_sent"), refusals counted."""
    counted: Counter[str] = Counter()
    account = bench.ctx.accounts[X]

    def count(name: str) -> None:
        ask = getattr(account, name)

        def counting(*arguments: Any) -> Any:
            counted[name] += 1
            return ask(*arguments)

        monkeypatch.setattr(account, name, counting)

    count("send")
    count("find_sent")
    return counted


def test_look_up_passes_a_reply_that_cannot_go_out(bench: Bench, two: tuple[int, int]) -> None:
    bench.sandbox.faults.add("x", SEND, "drop_after")
    checked = bench.team.answer(two[1], "Het is gevonden").id
    bench.settle(seconds=UNDO)
    no_posts(bench)
    stuck = bench.team.answer(two[0], "Momentje").id
    wait(bench, 3)
    assert bench.team.reply(checked).state is ReplyState.SENT
    assert bench.team.reply(stuck).state is ReplyState.QUEUED


def test_look_up_after_a_dead_sender_passes_it_too(bench: Bench, two: tuple[int, int]) -> None:
    checked = bench.team.answer(two[1], "Het is gevonden").id
    bench.clock.turn(seconds=UNDO)
    assert bench.sends.lease() is not None
    begun = reply_outcome.begin(bench.ctx, checked)
    assert begun is not None
    bench.ctx.accounts[X].send(Outgoing(begun.text, begun.in_reply_to))
    no_posts(bench)
    bench.team.answer(two[0], "Momentje")
    wait(bench, 3)
    assert bench.team.reply(checked).state is ReplyState.SENT


def test_look_up_of_an_undecided_reply_passes_it_too(bench: Bench) -> None:
    _, lost = unknown(bench, shown_after=2 * RECHECK)
    no_posts(bench)
    bench.team.answer(bench.mention(by="ander"), "Momentje")
    wait(bench, 4)
    assert bench.team.reply(lost).state is ReplyState.SENT


def test_resend_is_looked_for_until_x_takes_posts(bench: Bench, asked: Counter[str]) -> None:
    _, lost = unknown(bench, shown_after=6 * RECHECK)
    no_posts(bench)
    bench.team.answer(bench.mention(by="ander"), "Momentje")
    bench.settle(seconds=UNDO)
    before = asked["send"]
    reply.decide(bench.ctx, ANNA, lost, was_sent=False)
    bench.settle()
    assert (bench.team.reply(lost).state, asked["send"]) == (ReplyState.RETRY_REQUESTED, before), "X had asked to wait"
    wait(bench, 6)
    assert (bench.team.reply(lost).state, len(bench.answers())) == (ReplyState.SENT, 1)


def test_resend_goes_out_when_x_takes_posts(bench: Bench, two: tuple[int, int]) -> None:
    lost = not_found(bench, two[1], "drop_before")
    bench.sandbox.faults.add("x", SEND, "rate_limited", retry_after=RECHECK)
    bench.team.answer(two[0], "Momentje")
    bench.settle(seconds=UNDO)
    reply.decide(bench.ctx, ANNA, lost, was_sent=False)
    wait(bench, 2)
    assert (bench.team.reply(lost).state, len(bench.answers())) == (ReplyState.SENT, 2)


def test_rate_limited_resend_holds_up_replies_and_is_looked_for(
    bench: Bench, two: tuple[int, int], asked: Counter[str]
) -> None:
    bench.sandbox.x.timeline_lag = timedelta(seconds=6 * RECHECK)
    lost = not_found(bench, two[1], "drop_after")
    no_posts(bench)
    reply.decide(bench.ctx, ANNA, lost, was_sent=False)
    bench.settle()
    before = asked["send"]
    bench.team.answer(two[0], "Momentje")
    bench.settle(seconds=UNDO)
    assert asked["send"] == before
    wait(bench, 6)
    assert (bench.team.reply(lost).state, len(bench.answers())) == (ReplyState.SENT, 1)


def test_rate_limited_reply_waits_with_the_others(bench: Bench, two: tuple[int, int], asked: Counter[str]) -> None:
    no_posts(bench)
    bench.team.answer(two[1], "Het is gevonden")
    bench.settle(seconds=UNDO)
    bench.team.answer(two[0], "Momentje")
    before = asked["send"]
    bench.settle(seconds=RECHECK)
    assert asked["send"] == before + 1


@pytest.mark.postgres_once
def test_unreadable_x_is_asked_once_and_still_posted_to(
    bench: Bench, two: tuple[int, int], asked: Counter[str]
) -> None:
    bench.sandbox.faults.add("x", SEND, "drop_after", times=2)
    lost = [bench.team.answer(each, f"Antwoord {each}").id for each in two]
    bench.settle(seconds=UNDO)
    bench.sandbox.faults.add("x", LOOK, "rate_limited", retry_after=5 * RECHECK)
    bench.settle(seconds=RECHECK)
    third = bench.team.answer(bench.mention(by="derde"), "Momentje").id
    bench.settle(seconds=UNDO)
    assert asked["find_sent"] == 1
    assert bench.team.reply(third).state is ReplyState.SENT
    wait(bench, 5)
    assert [bench.team.reply(each).state for each in lost] == [ReplyState.SENT] * 2
