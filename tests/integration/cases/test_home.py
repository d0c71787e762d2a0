"""The App Home of who has it open is shown anew when something changed, and only then."""

from __future__ import annotations

import pytest

from bot.domain.cases.conversation import Agent
from bot.usecases.cases import home, queries
from bot.usecases.cases.claim import claim
from storage.desk import agents
from storage.engine import transaction
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS


@pytest.fixture
def open_home(bench: Bench) -> Bench:
    """Anna has her home open; one customer waits."""
    bench.mention()
    bench.settle()
    with transaction(bench.ctx.engine) as connection:
        agents.keep(connection, Agent(ANNA.id, "Anna", "en-GB"), bench.clock.now())
    home.opened(bench.ctx, ANNA)
    bench.settle(seconds=home.EVERY_SECONDS)
    assert bench.calls("views.publish") == 1
    return bench


def look(bench: Bench, **turn: float) -> int:
    bench.clock.turn(**turn)
    home.tick(bench.ctx)
    bench.settle()
    return bench.calls("views.publish")


def test_open_home_is_published_when_something_changed(open_home: Bench) -> None:
    assert look(open_home, seconds=11) == 1
    claim(open_home.ctx, LARS, 1)
    assert look(open_home, seconds=11) == 2
    assert look(open_home, seconds=11) == 2


def test_many_changes_are_published_once(open_home: Bench) -> None:
    for _ in range(3):
        open_home.mention()
    assert look(open_home) == 2


def test_home_that_was_opened_long_ago_is_left_alone(open_home: Bench) -> None:
    claim(open_home.ctx, LARS, 1)
    assert look(open_home, minutes=16) == 1


def test_figures_count_who_is_late_soon_late_and_unclaimed(bench: Bench) -> None:
    for number, minutes in enumerate((15, 30, 17)):
        last = bench.team.write(conversation=f"c{number}")
        bench.clock.turn(minutes=minutes)
    claim(bench.ctx, ANNA, last)
    (desk,) = queries.home(bench.ctx, ANNA.id)
    assert (desk.late, desk.soon, desk.unclaimed) == (1, 1, 2)
