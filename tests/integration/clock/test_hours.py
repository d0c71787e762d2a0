"""Opening hours, through the whole desk: what counts, who is reminded when, and what a changed config leaves alone."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.clock.targets import NagLevel
from bot.domain.clock.why import Rule
from bot.usecases.cases import ageing, escalate, escalation_nag, hear, merge, queries, why
from bot.usecases.desk.context import Context
from bot.usecases.reminders import late_list, nag
from bot.usecases.reports import export, standup
from storage.clock import waits
from storage.engine import reading
from tests.support.bench import Bench
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.team import Team

OFFICE = "Mo-Fr 09:00-17:00"
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 9:00 in Amsterdam; the tests begin on Friday at 16:40


def with_hours(ctx: Context, hours: str | None = OFFICE, **changes: Any) -> Context:
    desk = ctx.settings.desks[0].model_copy(update={"hours": hours, **changes})
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,)))


@pytest.fixture
def office(ctx: Context) -> Team:
    """A desk that is open on weekdays from 9 to 17."""
    return Team(with_hours(ctx))


def wait_of(team: Team, number: int) -> Any:
    with reading(team.ctx.engine) as connection:
        return waits.get(connection, waits.going_on(connection, [number])[number])


def test_friday_afternoon_goes_on_on_monday(office: Team, clock: TurnedClock) -> None:
    number = office.write()
    thread = office.thread(number)
    assert thread.due_at == MONDAY + timedelta(minutes=40)
    assert thread.left(clock.at) == timedelta(minutes=60)
    wait = wait_of(office, number)
    assert (wait.target, wait.calendar.hours, wait.calendar.zone) == (timedelta(minutes=60), OFFICE, "Europe/Amsterdam")


def test_nobody_is_reminded_while_the_desk_is_closed(office: Team, clock: TurnedClock) -> None:
    number = office.write()
    clock.turn(hours=14)  # Saturday morning: around the clock this would be long late
    assert nag.tick(office.ctx) == 0
    clock.at = MONDAY + timedelta(minutes=25)
    assert nag.tick(office.ctx) == 1
    assert office.thread(number).nag_level is NagLevel.WARNING
    clock.turn(minutes=15)
    assert nag.tick(office.ctx) == 1
    assert office.thread(number).nag_level is NagLevel.BREACH


def test_reminder_that_was_missed_before_closing_waits_for_the_morning(office: Team, clock: TurnedClock) -> None:
    clock.at = MONDAY + timedelta(hours=7)
    office.write()
    clock.at = MONDAY + timedelta(hours=10)  # warned at 16:45, had anything run
    assert nag.tick(office.ctx) == 0
    clock.at = MONDAY + timedelta(days=1)
    assert nag.tick(office.ctx) == 1


def test_what_is_due_at_closing_time_says_so_once_before_the_night(office: Team, clock: TurnedClock) -> None:
    clock.at = MONDAY + timedelta(hours=7)
    number = office.write()
    clock.turn(minutes=60, seconds=4)
    assert nag.tick(office.ctx) == 1
    assert office.thread(number).nag_level is NagLevel.BREACH


def test_request_for_help_waits_in_open_hours_too(office: Team, clock: TurnedClock) -> None:
    number = office.write()
    escalate.escalate(office.ctx, ANNA, number, None, "Persvraag")
    (request,) = office.rows("SELECT due_at FROM escalation")
    due_at = request["due_at"]
    shown = due_at if isinstance(due_at, str) else due_at.astimezone(UTC).isoformat(" ")
    assert shown.startswith("2026-11-23 08:40")
    clock.turn(hours=3)
    assert escalation_nag.tick(office.ctx) == 0
    clock.at = MONDAY + timedelta(minutes=25)
    assert escalation_nag.tick(office.ctx) == 1


def test_reminder_of_a_request_that_was_missed_waits_for_the_morning(office: Team, clock: TurnedClock) -> None:
    clock.at = MONDAY + timedelta(hours=7)
    escalate.escalate(office.ctx, ANNA, office.write(), None, "Persvraag")
    clock.at = MONDAY + timedelta(hours=10)
    assert escalation_nag.tick(office.ctx) == 0
    clock.at = MONDAY + timedelta(days=1)
    assert escalation_nag.tick(office.ctx) == 1


def test_changed_config_leaves_the_past_alone(office: Team, clock: TurnedClock) -> None:
    old = office.write(conversation="c1")
    before = office.thread(old)
    office.ctx = with_hours(office.ctx, None)
    new = office.write(conversation="c2")
    assert office.thread(new).due_at == clock.at + timedelta(minutes=60)
    office.write("Nog iets", conversation="c1")
    assert office.thread(old) == before


def test_new_wait_in_an_old_thread_takes_the_hours_of_its_day(office: Team, clock: TurnedClock) -> None:
    number = office.write()
    office.arrive(office.answer(number))
    first = office.thread(number).calendar
    office.ctx = with_hours(office.ctx, "24/7")
    clock.turn(minutes=5)
    office.write("En nu?")
    thread = office.thread(number)
    assert (first.hours, thread.calendar.hours) == (OFFICE, "24/7")
    assert thread.due_at == clock.at + timedelta(hours=2)


def test_thanks_that_become_a_complaint_take_the_hours_of_that_day(office: Team, clock: TurnedClock) -> None:
    number = office.write()
    office.arrive(office.answer(number))
    mention = office.mention("Bedankt!")
    office.receive(mention)
    office.ctx = with_hours(office.ctx, "24/7")
    office.receive(office.edited(mention, "Bedankt voor niets", "e2"))
    assert office.thread(number).calendar.hours == "24/7"


def test_merge_and_split_keep_the_calendar_of_the_wait(office: Team, clock: TurnedClock) -> None:
    late = office.write(conversation="c1")
    office.ctx = with_hours(office.ctx, None)
    soon = office.write(conversation="c2")
    merge.merge(office.ctx, ANNA, soon, late)
    merged = office.thread(late)
    assert (merged.calendar.hours, merged.due_at) == ("", clock.at + timedelta(minutes=60))
    merge.split(office.ctx, ANNA, soon)
    assert office.thread(soon).due_at == clock.at + timedelta(minutes=60)
    assert office.thread(late).due_at == MONDAY + timedelta(minutes=40)


def test_standup_counts_open_time_and_says_what_customers_felt(office: Team, clock: TurnedClock) -> None:
    number = office.write()
    clock.at = MONDAY + timedelta(minutes=10)
    office.arrive(office.answer(number))
    clock.turn(minutes=1)
    figures = standup.standup_of(office.ctx, office.ctx.settings.desks[0], date(2026, 11, 23)).figures
    assert (figures.met, figures.breached) == (1, 0)
    assert figures.first_response.median == timedelta(minutes=30)
    assert figures.first_response.felt == timedelta(days=2, hours=16, minutes=30)


def test_card_counts_open_hours(bench: Bench, clock: TurnedClock) -> None:
    office = Bench(with_hours(bench.ctx), bench.sandbox, clock)
    office.mention()
    office.deliver()
    assert "*59 min left*" in str(office.channel()[0].blocks)
    clock.at = MONDAY - timedelta(days=2, hours=16)  # Friday at closing time
    assert ageing.tick(office.ctx) == 1
    for day in (21, 22):
        clock.at = datetime(2026, 11, day, 12, tzinfo=UTC)
        assert ageing.tick(office.ctx) == 0
    clock.at = MONDAY + timedelta(minutes=55)
    assert ageing.tick(office.ctx) == 1
    office.deliver()
    assert "*15 min late*" in str(office.channel()[0].blocks)


def test_why_tells_each_span_and_adds_up(office: Team, clock: TurnedClock) -> None:
    number = office.write()
    clock.at = MONDAY + timedelta(minutes=10)
    office.arrive(office.answer(number))
    clock.turn(hours=1)
    first, rest = why.why(office.ctx, ANNA, number).parts
    assert [(span.rule, span.length) for span in (*first.spans, *rest.spans)] == [
        (Rule.OPEN, timedelta(minutes=20)),
        (Rule.CLOSED, timedelta(hours=64)),
        (Rule.OPEN, timedelta(minutes=10)),
        (Rule.LAST_WORD, timedelta(hours=1)),
    ]
    assert first.wait is not None
    assert (first.wait.ended_by, first.wait.target) == (ANNA.id, timedelta(minutes=60))


def test_waits_are_exported_with_what_counted(office: Team, clock: TurnedClock) -> None:
    number = office.write()
    clock.at = MONDAY + timedelta(minutes=10)
    office.arrive(office.answer(number))
    office.write("En nu?")
    clock.turn(minutes=5)
    to = io.StringIO()
    assert export.export_waits(office.ctx, to, "jsonl", since=None, until=None) == 2
    over, open_ = (json.loads(line) for line in to.getvalue().splitlines())
    assert list(over) == list(export.WAIT_COLUMNS)
    assert (over["target_seconds"], over["counted_seconds"], over["waited_seconds"]) == (3600, 1800, 1800 + 64 * 3600)
    assert (over["hours"], over["zone"], over["outcome"]) == (OFFICE, "Europe/Amsterdam", "answered")
    assert (open_["counted_seconds"], open_["ended_at"], open_["response_kind"]) == (300, None, "next")
    assert export.export_waits(office.ctx, io.StringIO(), "csv", since=MONDAY, until=None) == 1


def test_soon_means_soon_by_open_hours(office: Team, clock: TurnedClock) -> None:
    clock.at = MONDAY + timedelta(hours=7, minutes=5)  # due at 9:05 on Tuesday
    office.write()
    clock.at = MONDAY + timedelta(hours=7, minutes=55)
    (cockpit,) = queries.home(office.ctx, ANNA.id)
    assert (cockpit.soon, cockpit.late) == (1, 0)


def test_lead_is_told_of_what_is_late_when_the_desk_opens(office: Team, clock: TurnedClock) -> None:
    clock.at = MONDAY + timedelta(hours=6)
    office.write()
    clock.turn(hours=1, minutes=30)
    nag.tick(office.ctx)
    clock.at = MONDAY + timedelta(hours=11)  # nothing ran since, and the desk is closed
    late_list.tick(office.ctx)
    assert office.wanted("late_list") == []
    clock.at = MONDAY + timedelta(days=1)
    late_list.tick(office.ctx)
    assert len(office.wanted("late_list")) == 1


def test_thanks_that_need_an_answer_take_the_hours_of_the_day_they_are_heard(office: Team, clock: TurnedClock) -> None:
    number = office.write()
    office.arrive(office.answer(number))
    clock.turn(minutes=5)
    office.write("Bedankt!")
    office.ctx = with_hours(office.ctx, None)
    hear.hear(office.ctx, ANNA, number)
    thread = office.thread(number)
    assert (thread.waiting_since, thread.due_at) == (clock.at, clock.at + timedelta(hours=2))
