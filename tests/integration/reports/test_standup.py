"""The daily standup: once, at its local time, with figures that can be worked out by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.usecases.cases import close
from bot.usecases.reports import standup
from tests.support.cast import ANNA, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team

MINUTE = timedelta(minutes=1)


def test_standup_is_wanted_once_by_any_processes(team: Team, clock: TurnedClock) -> None:
    standup.begin(team.ctx)
    clock.at = datetime(2026, 11, 21, 7, 59, 59, tzinfo=UTC)
    assert standup.tick(team.ctx) == 0
    clock.turn(seconds=1)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: standup.tick(team.ctx), range(4))) == 1
    standup.begin(team.ctx)
    clock.turn(minutes=5)
    assert standup.tick(team.ctx) == 0
    assert team.wanted("standup") == ["standup:Support:2026-11-21"]
    assert team.rows("SELECT destination FROM outbox WHERE kind = 'standup'")[0]["destination"] == "C0SUPPORT"


def test_desk_started_after_its_time_begins_tomorrow(team: Team, clock: TurnedClock) -> None:
    standup.begin(team.ctx)
    assert standup.tick(team.ctx) == 0
    clock.turn(days=1)
    assert standup.tick(team.ctx) == 1


def test_outage_is_followed_by_todays_standup_alone(team: Team, clock: TurnedClock) -> None:
    standup.begin(team.ctx)
    clock.turn(days=4)
    assert [standup.tick(team.ctx), standup.tick(team.ctx)] == [1, 0]
    assert team.wanted("standup") == ["standup:Support:2026-11-24"]


@pytest.mark.parametrize(
    ("day", "nine"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 8, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 7, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 8, tzinfo=UTC)),
    ],
)
def test_nine_is_nine_whatever_the_clocks_do(team: Team, clock: TurnedClock, day: date, nine: datetime) -> None:
    clock.at = nine - timedelta(days=1)
    standup.begin(team.ctx)
    standup.tick(team.ctx)
    clock.at = nine - timedelta(microseconds=1)
    assert standup.tick(team.ctx) == 0
    clock.at = nine
    assert standup.tick(team.ctx) == 1
    assert f"standup:Support:{day.isoformat()}" in team.wanted("standup")


def test_figures_are_those_of_the_day(team: Team, clock: TurnedClock) -> None:
    start = clock.at
    for minutes, (by, conversation) in enumerate([(ANNA, "a"), (ANNA, "b"), (LARS, "c")], 1):
        number = team.write(conversation=conversation, posted_at=start)
        answer = team.answer(number, f"Antwoord {minutes}", by)
        team.arrive(answer, at=start + 20 * minutes * MINUTE)
    late = team.write(conversation="d")
    closed = team.write(conversation="e")
    close.close(team.ctx, ANNA, closed, "spam")
    clock.turn(days=1)
    desk = team.ctx.settings.desks[0]
    day = standup.standup_of(team.ctx, desk, standup.yesterday(team.ctx, desk)).figures
    # Answered after 20, 40 and exactly 60 minutes: the last one is late, and so is the one that still waits.
    assert (day.received, day.answered, day.met, day.breached) == (5, 3, 2, 2)
    assert (day.first_response.n, day.first_response.median, day.first_response.p90) == (3, 40 * MINUTE, 56 * MINUTE)
    assert [(agent.agent, agent.answered) for agent in day.agents] == [("U0ANNA", 2), ("U0LARS", 1)]
    assert (day.now.open, day.now.unowned, day.now.late, day.now.oldest_waiting) == (1, 1, 1, late)
    assert day.now.oldest_since == start
