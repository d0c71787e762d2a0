"""The time that a card shows ages by steps, with an edit that rings nobody."""

from __future__ import annotations

import pytest

from bot.usecases.cases import ageing
from bot.usecases.cases.claim import claim
from tests.support.bench import Bench
from tests.support.cast import ANNA
from tests.support.statements import plan, statements
from tests.support.team import Team


def shown(bench: Bench) -> str:
    return str(bench.channel()[-1].blocks)


def test_card_is_edited_at_each_step_and_not_between(bench: Bench) -> None:
    bench.mention()
    ageing.tick(bench.ctx)
    bench.settle()
    card = bench.channel()[-1]
    for minutes, words in ((8, "59 min left"), (1, "50 min left"), (9, "50 min left"), (1, "40 min left")):
        bench.clock.turn(minutes=minutes)
        ageing.tick(bench.ctx)
        bench.settle()
        assert words in shown(bench)
    assert bench.updates(card.ts) == 2


def test_late_card_says_how_late_it_is(bench: Bench) -> None:
    bench.mention()
    bench.settle()
    for minutes in (60, 5, 5, 5):
        bench.clock.turn(minutes=minutes)
        ageing.tick(bench.ctx)
    bench.settle()
    assert "🔴 *16 min late*" in shown(bench)


def test_step_that_was_slept_through_is_made_up_for(bench: Bench) -> None:
    bench.mention()
    ageing.tick(bench.ctx)
    bench.settle()
    bench.clock.turn(hours=3)
    assert ageing.tick(bench.ctx) == 1
    bench.settle()
    assert "late*" in shown(bench)


def test_two_processes_age_a_card_once(bench: Bench) -> None:
    bench.mention()
    ageing.tick(bench.ctx)
    bench.settle(minutes=9)
    assert [ageing.tick(bench.ctx), ageing.tick(bench.ctx)] == [1, 0]


def test_ageing_leaves_what_is_to_be_shown_at_its_place(bench: Bench) -> None:
    number = bench.mention()
    ageing.tick(bench.ctx)
    bench.settle(minutes=9)
    claim(bench.ctx, ANNA, number)
    (before,) = bench.team.rows("SELECT generation, order_by FROM outbox WHERE kind = 'card'")
    assert ageing.tick(bench.ctx) == 1
    (after,) = bench.team.rows("SELECT generation, order_by FROM outbox WHERE kind = 'card'")
    assert before == after


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_steps_are_found_by_an_index(team: Team) -> None:
    team.write()
    with statements(team.ctx.engine) as ran:
        ageing.tick(team.ctx)
    steps = [step for step in plan(team.ctx.engine, ran) if " thread " in f"{step}"]
    assert steps
    found = (
        "INDEX ix_thread_due_at (desk=? AND due_at>? AND due_at<?)",
        "INDEX ix_thread_merged_into (merged_into>?)",
    )
    assert [step for step in steps if not any(index in f"{step}" for index in found)] == []
