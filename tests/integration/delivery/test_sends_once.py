"""Where a network makes sure that nothing is posted twice, nobody is asked about a reply whose answer was lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.delivery import posting
from bot.domain.cases.conversation import ReplyState
from bot.networks import SPECS
from bot.networks.base import Can, Outgoing
from bot.usecases.replies import reply
from bot.usecases.replies.outgoing import of_reply
from storage.engine import transaction
from storage.tables import post
from tests.support.bench import Bench
from tests.support.cast import ANNA, X
from tests.support.lost import RECHECK, SEND, wait

LetsUs = Callable[..., None]


@pytest.fixture
def lets_us(monkeypatch: pytest.MonkeyPatch) -> LetsUs:
    """Have X promise more than it does."""

    def promise(**more: object) -> None:
        spec = SPECS["x"]
        can: Can = replace(spec.can, **more)  # type: ignore[arg-type]
        monkeypatch.setattr(posting, "SPECS", {"x": replace(spec, can=can)})

    return promise


def lost(bench: Bench, times: int = 1) -> tuple[int, int]:
    """Answer a customer, and have X lose it on the way so many times."""
    number = bench.mention()
    bench.sandbox.faults.add("x", SEND, "drop_before", times=times)
    written = bench.team.answer(number)
    bench.settle(seconds=11)
    assert bench.team.reply(written.id).state is ReplyState.VERIFYING
    return number, written.id


@pytest.mark.postgres_once
@pytest.mark.parametrize(
    "promise", [{"certain": True}, {"sends_once": timedelta(hours=1)}], ids=lambda it: next(iter(it))
)
@pytest.mark.parametrize("times", [1, 3])
def test_lost_reply_is_sent_again_by_itself(
    bench: Bench, lets_us: LetsUs, promise: dict[str, object], times: int
) -> None:
    lets_us(**promise)
    number, reply_id = lost(bench, times)
    wait(bench, 6)
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.SENT, 1)
    assert "unknown" not in bench.team.kinds(number)


@pytest.mark.sqlite_alone
def test_nothing_is_sent_again_before_it_was_looked_for(bench: Bench, lets_us: LetsUs) -> None:
    lets_us(certain=True)
    _, reply_id = lost(bench)
    bench.settle(seconds=RECHECK / 2)
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.VERIFYING, 0)


@pytest.mark.sqlite_alone
def test_person_decides_once_the_network_forgets_the_key(bench: Bench, lets_us: LetsUs) -> None:
    lets_us(sends_once=timedelta(seconds=RECHECK / 2))
    number, reply_id = lost(bench)
    wait(bench, 3)
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.UNKNOWN, 0)
    assert "unknown" in bench.team.kinds(number)


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("tries", [3, 6])
def test_person_decides_once_the_key_is_forgotten_before_the_second_try(
    bench: Bench, lets_us: LetsUs, tries: int
) -> None:
    lets_us(sends_once=timedelta(minutes=10))
    _, reply_id = lost(bench)
    bench.sandbox.faults.add("x", SEND, "rate_limited", times=tries, retry_after=5 * RECHECK)
    wait(bench, 40)
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.UNKNOWN, 0)


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("promise", [{"certain": True}, {"sends_once": timedelta(hours=1)}], ids=["certain", "once"])
def test_lost_reply_whose_window_is_over_is_left_to_a_person_unless_it_is_certainly_not_there(
    bench: Bench, lets_us: LetsUs, promise: dict[str, object]
) -> None:
    lets_us(**promise)
    _, reply_id = lost(bench)
    with transaction(bench.ctx.engine) as connection:
        connection.execute(update(post).where(post.c.inbound).values(answer_until=bench.ctx.clock.now()))
    wait(bench, 3)
    state = ReplyState.REJECTED if "certain" in promise else ReplyState.UNKNOWN
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (state, 0)
    if state is ReplyState.UNKNOWN:  # a person looks, and so do we: it is not there
        reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
        wait(bench, 1)
        assert (bench.team.reply(reply_id).state, bench.team.reply(reply_id).error) == (ReplyState.REJECTED, "window")


@pytest.mark.sqlite_alone
def test_second_try_that_a_person_asks_for_goes_however_late(bench: Bench, lets_us: LetsUs) -> None:
    lets_us(sends_once=timedelta(seconds=RECHECK / 2))
    _, reply_id = lost(bench)
    wait(bench, 3)
    bench.sandbox.faults.add("x", SEND, "rate_limited", times=1, retry_after=5 * RECHECK)
    reply.decide(bench.ctx, ANNA, reply_id, was_sent=False)
    wait(bench, 10)
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.SENT, 1)


@pytest.mark.sqlite_alone
def test_person_decides_where_nothing_is_promised(bench: Bench) -> None:
    _, reply_id = lost(bench)
    wait(bench, 3)
    assert (bench.team.reply(reply_id).state, len(bench.answers())) == (ReplyState.UNKNOWN, 0)


def test_every_try_has_the_same_key(bench: Bench, lets_us: LetsUs, monkeypatch: pytest.MonkeyPatch) -> None:
    lets_us(certain=True)
    account = bench.ctx.accounts[X]
    send, tried = account.send, list[Outgoing]()
    monkeypatch.setattr(account, "send", lambda out: tried.append(out) or send(out))  # type: ignore[func-returns-value]
    number, reply_id = lost(bench)
    wait(bench, 6)
    wanted = of_reply(bench.team.thread(number), bench.team.reply(reply_id))
    assert (len(tried), {out.key for out in tried}) == (2, {wanted.key})
    assert {out.at for out in tried} == {bench.team.reply(reply_id).created_at}
    other = bench.team.answer(bench.mention("@acme en ik?", by="ander"))
    assert of_reply(bench.team.thread(other.thread_id), other).key != wanted.key
