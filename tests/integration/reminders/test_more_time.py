"""An owner puts a reminder off: they are told again ten minutes later, unless they have answered by then."""

from __future__ import annotations

import pytest

from bot.domain.cases.conversation import EventKind
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases.claim import claim
from bot.usecases.cases.release import release
from bot.usecases.reminders import late_list, nag
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS


@pytest.fixture
def reminded(bench: Bench) -> Bench:
    """Anna owns thread 1 and was just warned."""
    number = bench.mention()
    bench.settle()
    claim(bench.ctx, ANNA, number)
    bench.settle(minutes=45)
    nag.tick(bench.ctx)
    bench.settle()
    assert len(bench.under_the_card()) == 1
    return bench


def test_owner_is_reminded_again_after_ten_minutes(reminded: Bench) -> None:
    nag.more_time(reminded.ctx, ANNA, 1)
    reminded.settle(minutes=9)
    (first,) = reminded.under_the_card()
    assert "asked for 10 more minutes" in str(first.blocks)
    reminded.settle(minutes=1)
    again = reminded.under_the_card()[-1]
    assert f"<@{ANNA.id}>" in again.text
    assert "Your 10 more minutes are over" in again.text
    assert [event.kind for event in reminded.team.events(1)].count(EventKind.MORE_TIME) == 1


def test_twice_is_the_most(reminded: Bench) -> None:
    for _ in range(2):
        nag.more_time(reminded.ctx, ANNA, 1)
        reminded.settle(minutes=10)
    assert len(reminded.under_the_card()) == 3
    with pytest.raises(Refused) as refused:
        nag.more_time(reminded.ctx, ANNA, 1)
    assert refused.value.code is RefusalCode.NO_MORE_TIME


def test_change_of_the_thread_brings_nothing_forward(reminded: Bench) -> None:
    nag.more_time(reminded.ctx, ANNA, 1)
    reminded.settle(minutes=5)
    release(reminded.ctx, ANNA, 1)
    claim(reminded.ctx, ANNA, 1)
    reminded.settle()
    assert len(reminded.under_the_card()) == 1


def test_answer_ends_what_was_put_off(reminded: Bench) -> None:
    nag.more_time(reminded.ctx, ANNA, 1)
    reminded.team.arrive(reminded.team.answer(1, "Wij zoeken het uit"))
    reminded.settle(minutes=10)
    assert len(reminded.under_the_card()) == 1


def test_only_the_owner_puts_it_off(reminded: Bench) -> None:
    with pytest.raises(Refused) as refused:
        nag.more_time(reminded.ctx, LARS, 1)
    assert refused.value.code is RefusalCode.NOT_YOURS


def test_deadline_and_the_leads_word_do_not_wait(reminded: Bench) -> None:
    due = reminded.team.thread(1).due_at
    nag.more_time(reminded.ctx, ANNA, 1)
    assert reminded.team.thread(1).due_at == due
    reminded.settle(minutes=15)
    nag.tick(reminded.ctx)
    late_list.tick(reminded.ctx)
    reminded.settle()
    assert reminded.told()
