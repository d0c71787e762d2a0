"""The daily standup: once, at its local time, with figures that can be worked out by hand."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.clock.hours import OpeningTimes
from bot.domain.reports import standup as rules
from bot.usecases.cases import close
from bot.usecases.reports import standup
from tests.support.bench import Bench
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


def told_days(team: Team) -> list[date]:
    """Every day that a standup tells, in the order of the standups."""
    found = []
    for row in team.rows("SELECT payload FROM outbox WHERE kind = 'standup' ORDER BY id"):
        payload = json.loads(row["payload"])
        last = date.fromisoformat(payload["day"])
        first = date.fromisoformat(payload.get("first_day", payload["day"]))
        found += [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return found


OFFICE_HOURS = "Mo-Fr 09:00-17:00"


def working(team: Team, hours: str | None = OFFICE_HOURS, **changes: Any) -> Team:
    """The same desk with these hours, in Amsterdam, from Friday 20 November 2026, noon, on."""
    (desk,) = team.ctx.settings.desks
    desk = desk.model_copy(update={"hours": hours, "timezone": ZoneInfo("Europe/Amsterdam"), **changes})
    team.ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=(desk,)))
    return team


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestClosedDays:
    """A day on which the desk never opens has no standup; the next one tells it too."""

    @pytest.mark.parametrize(
        ("changes", "wanted"),
        [
            ({}, {20: 19, 23: 20, 24: 23}),
            ({"hours": None}, {20: 19, 21: 20, 22: 21, 23: 22, 24: 23}),
            ({"hours": "24/7"}, {20: 19, 21: 20, 22: 21, 23: 22, 24: 23}),
            ({"closed": (date(2026, 11, 23),)}, {20: 19, 24: 20}),
            ({"hours": "Mo-Fr 14:00-17:00"}, {20: 19, 23: 20, 24: 23}),
            ({"hours": "Fr 22:00-02:00; Tu 09:00-17:00"}, {20: 17, 21: 20, 24: 21}),
            ({"hours": "2026 Mo-Fr 09:00-17:00; 2026 Nov 21 10:00-10:01"}, {20: 19, 21: 20, 23: 21, 24: 23}),
        ],
        ids=["weekend", "always", "24/7", "holiday", "afternoons", "night", "one minute"],
    )
    def test_standup_comes_on_working_days_and_tells_those_between(
        self, team: Team, clock: TurnedClock, changes: dict[str, Any], wanted: dict[int, int]
    ) -> None:
        desk = working(team, **changes)
        clock.at = datetime(2026, 11, 19, 12, tzinfo=UTC)
        standup.begin(desk.ctx)
        while clock.at < datetime(2026, 11, 24, 23, tzinfo=UTC):
            clock.turn(hours=1)
            for _ in range(2):
                standup.tick(desk.ctx)
        payloads = [
            json.loads(row["payload"]) for row in team.rows("SELECT payload FROM outbox WHERE kind = 'standup'")
        ]
        told = {int(each["day"][-2:]) + 1: int(each.get("first_day", each["day"])[-2:]) for each in payloads}
        assert told == wanted

    @pytest.mark.parametrize(
        ("day", "changes"),
        [
            (22, {"hours": None}),
            (24, {"closed": (date(2026, 11, 24),)}),
            (24, {"hours": "Mo,We,Fr 09:00-17:00"}),
            (21, {"hours": "Mo-Su 09:00-17:00"}),
            (23, {"hours": "Sa,Su 09:00-17:00"}),
        ],
        ids=["always from Sunday on", "today closed", "today no more", "Saturday opened", "weekends alone"],
    )
    def test_changed_calendar_neither_loses_a_day_nor_tells_one_twice(
        self, team: Team, clock: TurnedClock, day: int, changes: dict[str, Any]
    ) -> None:
        desk = working(team)
        clock.at = datetime(2026, 11, 18, 12, tzinfo=UTC)
        standup.begin(desk.ctx)
        while clock.at < datetime(2026, 11, 30, 12, tzinfo=UTC):
            clock.turn(hours=1)
            if clock.at == datetime(2026, 11, day, 11, tzinfo=UTC):
                desk = working(team, **changes)
            standup.tick(desk.ctx)
        told = told_days(team)
        assert told == [date(2026, 11, 18) + timedelta(days=number) for number in range(len(told))]
        assert told[-1] >= date(2026, 11, 28)

    @pytest.mark.parametrize(("days", "first"), [(4, 19), (13, 19), (15, None)])
    def test_standup_after_an_outage_goes_on_from_the_last_one(
        self, team: Team, clock: TurnedClock, days: int, first: int | None
    ) -> None:
        clock.at = datetime(2026, 11, 18, 12, tzinfo=UTC)
        standup.begin(team.ctx)
        clock.turn(days=1)
        assert standup.tick(team.ctx) == 1
        clock.turn(days=days)
        by_hand = standup.told_today(team.ctx, team.ctx.settings.desks[0]).figures
        assert by_hand.first_day == (date(2026, 11, first) if first else None)
        assert standup.tick(team.ctx) == 1
        told = [date(2026, 11, 18), *(date(2026, 11, 19) + timedelta(days=number) for number in range(days))]
        assert told_days(team) == (told if first else [told[0], told[-1]])

    def test_weekend_is_in_mondays_figures_and_message(self, bench: Bench, clock: TurnedClock) -> None:
        desk = Bench(working(bench.team).ctx, bench.sandbox, clock)
        standup.begin(desk.ctx)
        for days in (0, 1, 2):
            desk.team.write(conversation=f"c{days}", posted_at=clock.at + timedelta(days=days))
        clock.at = datetime(2026, 11, 22, 12, tzinfo=UTC)
        assert standup.tick(desk.ctx) == 0
        clock.at = datetime(2026, 11, 23, 8, tzinfo=UTC)
        assert [standup.tick(desk.ctx), standup.tick(desk.ctx)] == [1, 0]
        desk.deliver(turns=5)
        (told,) = [message for message in desk.channel() if "received" in message.text]
        assert told.text.startswith("Support, Friday, 20 November 2026 to Sunday, 22 November 2026: 3 received")

    def test_by_hand_it_answers_every_day(self, team: Team, clock: TurnedClock) -> None:
        desk = working(team)
        for day, first in ((21, None), (22, None), (23, date(2026, 11, 20)), (24, None)):
            clock.at = datetime(2026, 11, day, 8, tzinfo=UTC)
            figures = standup.told_today(desk.ctx, desk.ctx.settings.desks[0]).figures
            assert (figures.day, figures.first_day) == (date(2026, 11, day - 1), first)

    def test_new_years_standup_looks_back_over_the_holidays(self, database_url: str) -> None:
        times = OpeningTimes(OFFICE_HOURS, ("NL",), (), (), "Europe/Amsterdam", "nl")
        calendar = times.calendar(datetime(2027, 1, 4, 8, tzinfo=UTC))
        assert rules.first_told(calendar, date(2027, 1, 4), ZoneInfo("Europe/Amsterdam")) == date(2026, 12, 31)
