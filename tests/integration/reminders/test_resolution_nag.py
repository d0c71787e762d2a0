"""Cases that take too long: who is told, when, and what the card and the clock say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.clock.targets import NagLevel
from bot.platform.i18n import translator
from bot.usecases.cases import claim, close, merge, queries, snooze, why
from bot.usecases.desk.context import Context
from bot.usecases.privacy import retention
from bot.usecases.reminders import resolution_nag
from bot.views.cases.card import card as card_view
from bot.views.cases.why import message
from bot.views.reminders.resolution_nag import resolution_nag as view
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.samples import fine
from tests.support.team import Team

EN = translator("en")


def with_target(ctx: Context, length: float | None, **changes: Any) -> Context:
    desk = ctx.settings.desks[0]
    target = None if length is None else timedelta(hours=length)
    desk = desk.model_copy(update={"targets": desk.targets.model_copy(update={"resolution": target}), **changes})
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,)))


@pytest.fixture
def desk(ctx: Context) -> Team:
    """A desk on which a case is to take 4 hours at most."""
    return Team(with_target(ctx, 4))


def told(team: Team) -> list[str]:
    return [row.key for row in team.rows("SELECT key FROM outbox WHERE kind = 'resolution_nag' ORDER BY id")]


def test_each_of_two_reminders_comes_once(desk: Team, clock: TurnedClock) -> None:
    number = desk.write()
    claim.claim(desk.ctx, ANNA, number)
    clock.turn(hours=2, minutes=59)
    assert resolution_nag.tick(desk.ctx) == 0
    clock.turn(minutes=1)
    assert (resolution_nag.tick(desk.ctx), resolution_nag.tick(desk.ctx)) == (1, 0)
    shown = fine(view(resolution_nag.reminder(desk.ctx, number, 1), EN, late=False))
    assert "<@U0ANNA>, please settle" in shown
    assert "To be settled by" in fine(card_view(queries.card(desk.ctx, number), EN))
    clock.turn(hours=1)
    assert (resolution_nag.tick(desk.ctx), resolution_nag.tick(desk.ctx)) == (1, 0)
    assert "is not settled" in fine(view(resolution_nag.reminder(desk.ctx, number, 1), EN, late=True))
    assert told(desk) == ["resolution_nag:1:soon", "resolution_nag:1:late"]


def test_after_an_outage_only_the_reminder_that_applies_is_sent(desk: Team, clock: TurnedClock) -> None:
    desk.write()
    clock.turn(hours=5)
    assert (resolution_nag.tick(desk.ctx), resolution_nag.tick(desk.ctx)) == (1, 0)
    assert told(desk) == ["resolution_nag:1:late"]


def test_clock_stands_while_we_had_the_last_word(desk: Team, clock: TurnedClock) -> None:
    number = desk.write()
    clock.turn(hours=2)
    desk.arrive(desk.answer(number))
    clock.turn(hours=3)
    assert resolution_nag.tick(desk.ctx) == 0
    desk.write("And now?")
    clock.turn(minutes=59)
    assert resolution_nag.tick(desk.ctx) == 0
    clock.turn(minutes=1)
    assert resolution_nag.tick(desk.ctx) == 1
    case = queries.card(desk.ctx, number).resolution
    assert case is not None
    assert (case.nag_level, case.due_at) == (NagLevel.WARNING, clock.at + timedelta(hours=1))
    assert "*To be settled* by" in fine(message(why.why(desk.ctx, ANNA, number), EN))


def test_reopened_thread_that_rested_for_long_is_not_late_at_once(desk: Team, clock: TurnedClock) -> None:
    number = desk.write()
    clock.turn(hours=5)
    resolution_nag.tick(desk.ctx)
    close.close(desk.ctx, ANNA, number, "solved by phone")
    clock.turn(days=3)
    desk.write("It broke again")
    assert resolution_nag.tick(desk.ctx) == 0
    case = queries.card(desk.ctx, number).resolution
    assert case is not None
    assert (case.started_at, case.due_at) == (clock.at, clock.at + timedelta(hours=4))


def test_snooze_gives_its_time_back_to_the_case(desk: Team, clock: TurnedClock) -> None:
    number = desk.write()
    clock.turn(hours=1)
    snooze.snooze(desk.ctx, ANNA, number, clock.at + timedelta(hours=10), "waiting for the depot")
    case = queries.card(desk.ctx, number).resolution
    assert case is not None
    assert case.due_at == clock.at + timedelta(hours=13)
    clock.turn(hours=4)
    snooze.wake(desk.ctx, ANNA, number)
    assert resolution_nag.tick(desk.ctx) == 0
    case = queries.card(desk.ctx, number).resolution
    assert case is not None
    assert case.due_at == clock.at + timedelta(hours=3)


def test_closing_ends_a_case_and_nobody_is_told_any_more(desk: Team, clock: TurnedClock) -> None:
    number = desk.write()
    clock.turn(hours=1)
    close.close(desk.ctx, ANNA, number, "solved by phone")
    clock.turn(hours=9)
    assert resolution_nag.tick(desk.ctx) == 0
    assert "*Settled:* 1 hr of the 4 hr agreed in all" in fine(message(why.why(desk.ctx, ANNA, number), EN))


def test_nobody_is_told_while_the_desk_is_closed(ctx: Context, clock: TurnedClock) -> None:
    team = Team(with_target(ctx, 1 / 3, hours="Mo-Fr 09:00-17:00"))
    team.write()  # on Friday at 16:40: due as the desk closes, when nothing ran
    clock.turn(hours=20)
    assert resolution_nag.tick(team.ctx) == 0
    clock.turn(days=2)
    assert resolution_nag.tick(team.ctx) == 1


def test_desk_without_the_target_has_no_cases(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    assert queries.card(team.ctx, number).resolution is None
    assert team.rows("SELECT id FROM resolution") == []


def test_later_config_leaves_the_present_case_alone(desk: Team, clock: TurnedClock) -> None:
    number = desk.write()
    desk.ctx = with_target(desk.ctx, 1)
    desk.write("hello?")
    case = queries.card(desk.ctx, number).resolution
    assert case is not None
    assert case.target == timedelta(hours=4)


def test_merged_case_goes_on_from_the_older_one(desk: Team, clock: TurnedClock) -> None:
    older = desk.write()
    clock.turn(hours=1)
    newer = desk.write(conversation="c2")
    merge.merge(desk.ctx, ANNA, older, newer)
    case = queries.card(desk.ctx, newer).resolution
    assert case is not None
    assert case.due_at == clock.at + timedelta(hours=3)
    clock.turn(hours=2)
    assert resolution_nag.tick(desk.ctx) == 1


def test_case_that_gave_way_in_a_merge_is_reminded_of_no_more(desk: Team, clock: TurnedClock) -> None:
    older = desk.write()
    clock.turn(hours=1)
    newer = desk.write(conversation="c2")
    merge.merge(desk.ctx, ANNA, older, newer)
    clock.turn(hours=3)
    assert resolution_nag.tick(desk.ctx) == 1
    clock.turn(hours=4)
    assert resolution_nag.tick(desk.ctx) == 0


@pytest.mark.parametrize("merged_at", [1, 3.5])
@pytest.mark.parametrize("other", [0, 1])
def test_case_is_reminded_of_once_whatever_is_merged_and_split(
    desk: Team, clock: TurnedClock, merged_at: float, other: int
) -> None:
    older = desk.write()
    clock.turn(hours=merged_at)
    assert resolution_nag.tick(desk.ctx) == (merged_at > 3)
    newer = desk.write(conversation="c2")
    both = (older, newer)
    merge.merge(desk.ctx, ANNA, both[other], both[1 - other])
    clock.turn(hours=3.6 - merged_at)
    assert resolution_nag.tick(desk.ctx) == (merged_at < 3)
    merge.split(desk.ctx, ANNA, both[other])
    assert resolution_nag.tick(desk.ctx) == 0
    clock.turn(hours=0.5)
    resolution_nag.tick(desk.ctx)
    merge.merge(desk.ctx, ANNA, both[other], both[1 - other])
    assert resolution_nag.tick(desk.ctx) == 0
    began = {str(row.id): row.started_at for row in desk.rows("SELECT id, started_at FROM resolution")}
    said = [(began[case], level) for _, case, level in (key.split(":") for key in told(desk))]
    assert len(said) == len(set(said))
    assert {level for _, level in said} == {"soon", "late"}


def test_reminder_of_an_earlier_case_says_nothing_of_a_later_one(desk: Team, clock: TurnedClock) -> None:
    number = desk.write()
    clock.turn(hours=3)
    resolution_nag.tick(desk.ctx)
    close.close(desk.ctx, ANNA, number, "solved by phone")
    clock.turn(days=3)
    desk.write("It broke again")
    shown = fine(view(resolution_nag.reminder(desk.ctx, number, 1), EN, late=False))
    assert "Nobody is waiting here any more" in shown


def test_channel_hears_when_the_owner_answers_for_this_desk_no_longer(bench: Bench) -> None:
    roles = bench.ctx.settings.desks[0].roles.model_copy(update={"reply": ("U0LARS",)})
    bench = Bench(with_target(bench.ctx, 4), bench.sandbox, bench.clock)
    claim.claim(bench.ctx, ANNA, bench.mention())
    bench.settle()
    later = restarted(bench, roles=roles)
    later.clock.turn(hours=3)
    resolution_nag.tick(later.ctx)
    later.deliver()
    (reminder,) = [message for message in later.under_the_card() if "should be settled" in message.text]
    assert reminder.broadcast


def test_cases_are_deleted_with_their_threads(desk: Team, clock: TurnedClock) -> None:
    close.close(desk.ctx, ANNA, desk.write(), "spam")
    clock.turn(days=401)
    assert retention.tick(desk.ctx) == 1
    assert desk.rows("SELECT id FROM resolution") == []
