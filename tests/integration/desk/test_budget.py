"""What the networks may cost in a month: leads hear it in time, reading slows down, and replies never stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bot.domain.reports.spend import SLOWLY, Billed, Standing, budgeted
from bot.usecases.desk import budget
from bot.usecases.reports import spend
from storage.engine import transaction
from tests.support.bench import Bench
from tests.support.cast import LEAD, X

MONTH = 50.0


@pytest.fixture
def meant(bench: Bench) -> Bench:
    settings = replace(bench.ctx.settings, budget=MONTH)
    return Bench(replace(bench.ctx, settings=settings), bench.sandbox, bench.clock)


def cost(bench: Bench, dollars: float, account: str = X) -> None:
    day = bench.clock.now().astimezone(UTC).date()
    billed = [Billed("post_read", f"{account} {dollars} {day}", day, round(dollars * 1000))]
    spend._store(bench.ctx, account, billed)


def told(bench: Bench) -> list[str]:
    bench.finish()
    return [message.text for message in bench.direct(LEAD.id) if "💶" in message.text]


@pytest.mark.parametrize(
    ("so_far", "standing"),
    [(39_999, Standing.WITHIN), (40_000, Standing.NEAR), (49_999, Standing.NEAR), (50_000, Standing.SPENT)],
)
def test_budget_is_near_from_four_fifths_and_spent_at_all_of_it(so_far: int, standing: Standing) -> None:
    assert budgeted(so_far, 50_000).standing is standing


def test_lead_hears_each_standing_once_a_month(meant: Bench) -> None:
    assert budget.tick(meant.ctx) == 0
    cost(meant, 41)
    assert [budget.tick(meant.ctx), budget.tick(meant.ctx)] == [1, 0]
    cost(meant, 10, "y:other")
    assert [budget.tick(meant.ctx), budget.tick(meant.ctx)] == [1, 0]
    near, spent = told(meant)
    assert ("Most of" in near, "is spent" in spent, "51.00 of" in spent) == (True, True, True)
    meant.clock.turn(days=31)
    assert budget.tick(meant.ctx) == 0
    cost(meant, 45)
    assert budget.tick(meant.ctx) == 1


def test_what_bills_is_read_slowly_and_what_does_not_as_before(meant: Bench) -> None:
    usual = timedelta(seconds=15)
    cost(meant, 49)
    assert budget.wait(meant.ctx, X, usual) == usual
    cost(meant, 2)
    assert [budget.wait(meant.ctx, each, usual) for each in (X, "y:free")] == [SLOWLY, usual]
    assert budget.wait(meant.ctx, X, timedelta(hours=1)) == timedelta(hours=1)


def test_reading_slows_down_and_replies_go(meant: Bench) -> None:
    cost(meant, 60)
    number = meant.mention()
    meant.sandbox.x.post("ander", "@acme en ik?")
    for _ in range(14):
        meant.fetch()
    assert len(meant.team.rows("SELECT id FROM thread")) == 1
    meant.team.answer(number)
    meant.settle(seconds=11)
    assert len(meant.answers()) == 1
    meant.fetch()
    assert len(meant.team.rows("SELECT id FROM thread")) == 2


def test_no_budget_asks_nothing(bench: Bench) -> None:
    cost(bench, 1_000)
    assert (budget.tick(bench.ctx), budget.is_slowed(bench.ctx, X)) == (0, False)
    with transaction(bench.ctx.engine) as connection:
        assert budget.standing(connection, bench.ctx) is None
