"""Snooze, through the whole desk: the clock stands still, nobody is reminded, and the thread comes back once."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.cases.thread import State
from bot.domain.clock.targets import NagLevel
from bot.domain.clock.waits import Wait
from bot.domain.clock.why import Rule
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.usecases.cases import ageing, escalate, escalation_nag, merge, queries, snooze, why
from bot.usecases.cases.claim import claim, claim_next
from bot.usecases.cases.close import close, reopen
from bot.usecases.cases.handover import take_over
from bot.usecases.privacy import erase
from bot.usecases.reminders import late_list, nag
from bot.usecases.replies import reply
from bot.usecases.reports import export, standup
from bot.views.cases.case_row import row
from bot.views.cases.state import headline
from storage.clock import waits
from storage.engine import reading
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS, LEAD
from tests.support.clock import TurnedClock
from tests.support.team import Team

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
T = translator("en")


@pytest.fixture
def owned(team: Team, clock: TurnedClock) -> int:
    """A thread of Anna's that has waited for 20 of its 60 minutes."""
    number = team.write()
    claim(team.ctx, ANNA, number)
    clock.turn(minutes=20)
    return number


def rest(team: Team, number: int, length: timedelta = 3 * HOUR, why: str = "wacht op depot") -> datetime:
    until = team.ctx.clock.now() + length
    snooze.snooze(team.ctx, ANNA, number, until, why)
    return until


def the_wait(team: Team, number: int) -> Any:
    with reading(team.ctx.engine) as connection:
        return waits.of_thread(connection, number)[-1]


class TestWhileItLasts:
    def test_nobody_is_reminded_or_rung_of_what_was_late(self, team: Team, owned: int, clock: TurnedClock) -> None:
        clock.turn(minutes=45)
        nag.tick(team.ctx)
        assert team.thread(owned).nag_level is NagLevel.BREACH
        rest(team, owned)
        clock.turn(minutes=150)
        assert (nag.tick(team.ctx), late_list.tick(team.ctx), ageing.tick(team.ctx)) == (0, 0, 0)

    @pytest.mark.parametrize(("waited", "late"), [(59, 0), (60, 1), (61, 1), (400, 1)])
    def test_what_was_late_stays_late_for_the_figures(
        self, team: Team, owned: int, clock: TurnedClock, waited: int, late: int
    ) -> None:
        clock.turn(minutes=waited - 20)
        rest(team, owned)
        for _ in range(3):
            home = queries.home(team.ctx, LEAD.id)[0]
            now = standup.standup_of(team.ctx, team.ctx.settings.desks[0], clock.at.date()).figures.now
            assert (home.late, home.soon, home.unclaimed, now.late, now.snoozed) == (late, 0, 0, late, 1)
            assert home.workloads is not None
            assert [load.late for load in home.workloads] == [late]
            clock.turn(minutes=59)

    def test_card_and_lists_say_how_late_it_was(self, team: Team, owned: int, clock: TurnedClock) -> None:
        clock.turn(minutes=52)
        rest(team, owned)
        for _ in range(2):
            case = queries.card(team.ctx, owned)
            assert headline(case, T).startswith("🔴 *12 min late* · 💤")
            assert row(case, T).startswith("🔴 *12 min late* · 💤")
            clock.turn(minutes=30)

    def test_warning_that_no_tick_has_given_yet_rests_too(self, team: Team, owned: int, clock: TurnedClock) -> None:
        clock.turn(minutes=30)  # 5 minutes after the warning was due
        until = rest(team, owned)
        clock.at = until - MINUTE
        assert nag.tick(team.ctx) == 0
        clock.at = until
        snooze.tick(team.ctx)
        assert nag.tick(team.ctx) == 1

    def test_request_for_help_is_not_reminded_of(self, team: Team, owned: int, clock: TurnedClock) -> None:
        escalate.escalate(team.ctx, ANNA, owned, None, "Persvraag")
        rest(team, owned)
        clock.turn(hours=2)
        assert escalation_nag.tick(team.ctx) == 0
        clock.turn(hours=1)
        snooze.tick(team.ctx)
        assert escalation_nag.tick(team.ctx) == 1

    def test_lists_show_snoozed_ones_in_the_order_in_which_they_come_back(self, team: Team, clock: TurnedClock) -> None:
        numbers = [team.write(conversation=f"c{place}") for place in range(3)]
        for number, hours in zip(numbers, (9, 3, 6), strict=True):
            claim(team.ctx, ANNA, number)
            rest(team, number, hours * HOUR)
        team.arrive(team.answer(numbers[2]))
        rest(team, numbers[2], 6 * HOUR)
        first, second, third = numbers[1], numbers[2], numbers[0]
        mine = queries.waiting(team.ctx, "Support", owner=ANNA.id).threads
        assert [case.thread.id for case in mine] == [first, second, third]
        assert [case.thread.id for case in queries.waiting(team.ctx, "Support").threads] == [first, third]

    def test_lists_show_it_last_and_say_so(self, team: Team, owned: int) -> None:
        later = team.write(conversation="c2")
        rest(team, owned, 5 * MINUTE)
        assert [case.thread.id for case in queries.waiting(team.ctx, "Support").threads] == [later, owned]
        (mine,) = queries.waiting(team.ctx, "Support", owner=ANNA.id).threads
        assert mine.pause is not None
        assert (mine.pause.by, mine.pause.why) == (ANNA.id, "wacht op depot")

    def test_unclaimed_one_is_not_claimed_with_the_next(self, team: Team) -> None:
        number = team.write()
        rest(team, number)
        with pytest.raises(Refused) as refused:
            claim_next(team.ctx, LARS, team.ctx.settings.desks[0])
        assert refused.value.code is RefusalCode.NOTHING_UNCLAIMED
        assert queries.home(team.ctx, ANNA.id)[0].unclaimed == 0

    def test_standup_counts_it_and_says_that_it_is_late(self, team: Team, owned: int, clock: TurnedClock) -> None:
        clock.turn(hours=1)
        rest(team, owned)
        desk = team.ctx.settings.desks[0]
        now = standup.standup_of(team.ctx, desk, clock.at.date()).figures.now
        assert (now.open, now.late, now.snoozed) == (1, 1, 1)

    def test_other_owner_keeps_it_snoozed(self, team: Team, owned: int) -> None:
        until = rest(team, owned)
        take_over(team.ctx, LARS, owned, "Anna is off")
        assert team.thread(owned).snoozed_until == until


class TestEnds:
    def test_owner_hears_once_and_the_clock_goes_on(self, team: Team, owned: int, clock: TurnedClock) -> None:
        until = rest(team, owned)
        clock.turn(hours=3)
        assert [snooze.tick(team.ctx), snooze.tick(team.ctx)] == [1, 0]
        thread = team.thread(owned)
        assert (thread.snoozed_until, thread.due_at) == (None, until + 40 * MINUTE)
        assert the_wait(team, owned).due_at == until + 40 * MINUTE
        assert team.wanted("snooze_over") == ["snooze_over:1"]
        assert team.kinds(owned)[-2:] == ["snoozed", "woken"]

    def test_clock_that_is_set_back_wakes_it_once(self, team: Team, owned: int, clock: TurnedClock) -> None:
        rest(team, owned)
        clock.turn(hours=3)
        snooze.tick(team.ctx)
        clock.turn(hours=-2)
        snooze.tick(team.ctx)
        clock.turn(hours=2)
        assert snooze.tick(team.ctx) == 0
        assert team.wanted("snooze_over") == ["snooze_over:1"]

    def test_customer_who_writes_ends_it(self, team: Team, owned: int, clock: TurnedClock) -> None:
        rest(team, owned)
        clock.turn(minutes=30)
        team.write("Hallo?")
        thread = team.thread(owned)
        assert (thread.snoozed_until, thread.left(clock.at)) == (None, 40 * MINUTE)
        assert team.wanted("follow_up") != []
        clock.turn(hours=5)
        assert snooze.tick(team.ctx) == 0

    def test_customer_who_writes_rings_also_where_nobody_claimed_it(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        rest(team, number)
        clock.turn(minutes=5)
        team.write("Hallo?")
        assert team.thread(number).snoozed_until is None
        assert team.wanted("follow_up") != []

    def test_thanks_leave_an_answered_thread_snoozed(self, team: Team, owned: int, clock: TurnedClock) -> None:
        team.arrive(team.answer(owned))
        until = rest(team, owned)
        team.write("Dank je wel!")
        assert team.thread(owned).snoozed_until == until

    def test_reply_ends_it_and_is_judged_by_what_was_left(self, team: Team, owned: int, clock: TurnedClock) -> None:
        rest(team, owned, timedelta(days=2))
        clock.turn(hours=1)
        team.arrive(team.answer(owned))
        wait = the_wait(team, owned)
        assert (wait.met, wait.counted) == (True, 20 * MINUTE)
        assert wait.due_at == clock.at + 40 * MINUTE
        assert team.rows("SELECT count(*) AS n FROM pause WHERE ended_at IS NULL")[0]["n"] == 0

    def test_reply_that_is_undone_leaves_it_snoozed(self, team: Team, owned: int) -> None:
        until = rest(team, owned)
        reply.undo(team.ctx, ANNA, team.answer(owned).id)
        assert team.thread(owned).snoozed_until == until

    def test_close_ends_it_and_reopening_keeps_what_it_gave_back(
        self, team: Team, owned: int, clock: TurnedClock
    ) -> None:
        rest(team, owned)
        clock.turn(minutes=30)
        close(team.ctx, ANNA, owned, "Gebeld")
        clock.turn(minutes=1)
        reopen(team.ctx, ANNA, owned)
        thread = team.thread(owned)
        assert (thread.snoozed_until, thread.left(clock.at)) == (None, 39 * MINUTE)
        assert the_wait(team, owned).due_at == thread.due_at

    def test_wake_now_ends_it(self, team: Team, owned: int, clock: TurnedClock) -> None:
        rest(team, owned)
        clock.turn(minutes=30)
        snooze.wake(team.ctx, LARS, owned)
        assert team.thread(owned).left(clock.at) == 40 * MINUTE
        with pytest.raises(Refused) as refused:
            snooze.wake(team.ctx, LARS, owned)
        assert refused.value.code is RefusalCode.NOT_SNOOZED

    def test_answered_thread_comes_back_to_its_owner(self, team: Team, owned: int, clock: TurnedClock) -> None:
        team.arrive(team.answer(owned))
        rest(team, owned)
        clock.turn(hours=3)
        assert snooze.tick(team.ctx) == 1
        assert team.thread(owned).state is State.ANSWERED

    def test_outside_hours_it_waits_for_the_opening(self, team: Team, owned: int, clock: TurnedClock) -> None:
        desk = team.ctx.settings.desks[0].model_copy(update={"hours": "Mo-Fr 09:00-17:00"})
        team.ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=(desk,)))
        until = rest(team, owned)  # Friday 20:00
        clock.at = until + HOUR
        assert snooze.tick(team.ctx) == 0
        clock.at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
        assert snooze.tick(team.ctx) == 1
        assert team.rows("SELECT ended_at FROM pause")[0]["ended_at"] is not None
        assert team.thread(owned).due_at == until + 40 * MINUTE


class TestClock:
    def test_what_was_late_stays_late_and_is_judged_once(self, team: Team, owned: int, clock: TurnedClock) -> None:
        clock.turn(minutes=50)
        missed = team.thread(owned).due_at
        rest(team, owned, timedelta(days=1))
        clock.turn(hours=1)
        team.arrive(team.answer(owned))
        wait = the_wait(team, owned)
        assert (wait.met, wait.missed_at) == (False, missed)
        desk = team.ctx.settings.desks[0]
        clock.turn(days=2)
        days = [missed.date() + timedelta(days=ahead) for ahead in range(3)] if missed else []
        assert [standup.standup_of(team.ctx, desk, day).figures.breached for day in days] == [1, 0, 0]

    def test_why_names_who_snoozed_it_and_adds_up(self, team: Team, owned: int, clock: TurnedClock) -> None:
        rest(team, owned)
        clock.turn(hours=3)
        snooze.tick(team.ctx)
        clock.turn(minutes=10)
        (part,) = why.why(team.ctx, ANNA, owned).parts
        assert [(span.rule, span.length) for span in part.spans] == [
            (Rule.OPEN, 20 * MINUTE),
            (Rule.SNOOZED, 3 * HOUR),
            (Rule.OPEN, 10 * MINUTE),
        ]
        assert part.spans[1].pause is not None
        assert (part.spans[1].pause.by, part.spans[1].pause.why) == (ANNA.id, "wacht op depot")
        thread = team.thread(owned)
        assert part.counted == 60 * MINUTE - (thread.left(clock.at) or timedelta(0))

    def test_export_says_what_counted_and_what_was_paused(self, team: Team, owned: int, clock: TurnedClock) -> None:
        rest(team, owned)
        clock.turn(hours=1)
        out = io.StringIO()
        export.export_waits(team.ctx, out, "jsonl", since=None, until=None)
        row = json.loads(out.getvalue())
        assert (row["counted_seconds"], row["paused_seconds"], row["waited_seconds"]) == (1200, 3600, 4800)

    def test_deleted_post_leaves_the_pauses_of_what_is_left(self, team: Team, clock: TurnedClock) -> None:
        first = team.mention("Hallo")
        team.receive(first)
        clock.turn(minutes=10)
        number = team.write("Nog iets")
        rest(team, number, HOUR)
        clock.turn(hours=1)
        snooze.tick(team.ctx)
        team.delete(first.id)
        thread = team.thread(number)
        assert thread.left(clock.at) == 60 * MINUTE
        assert the_wait(team, number).due_at == thread.due_at

    def test_merge_wakes_both_and_split_keeps_each_ones_pauses(self, team: Team, clock: TurnedClock) -> None:
        one, other = team.write(conversation="c1"), team.write(conversation="c2")
        clock.turn(minutes=10)
        rest(team, one, 2 * HOUR)
        clock.turn(minutes=30)
        merge.merge(team.ctx, ANNA, one, other)
        merged = team.thread(other)
        assert (merged.snoozed_until, merged.left(clock.at)) == (None, 20 * MINUTE)
        rest(team, other, HOUR)
        clock.turn(minutes=30)
        snooze.wake(team.ctx, ANNA, other)
        assert team.thread(other).left(clock.at) == 20 * MINUTE
        merge.split(team.ctx, ANNA, one)
        assert [team.thread(number).left(clock.at) for number in (one, other)] == [50 * MINUTE, 20 * MINUTE]


class TestRefusals:
    @pytest.mark.parametrize("length", [-MINUTE, timedelta(0), timedelta(days=367)])
    def test_time_that_is_past_or_too_far_is_refused_from_the_modal_too(
        self, team: Team, owned: int, length: timedelta
    ) -> None:
        with pytest.raises(Refused) as refused:
            rest(team, owned, length)
        expected = RefusalCode.TIME_TOO_FAR if length > HOUR else RefusalCode.TIME_PAST
        assert refused.value.code is expected

    def test_colleague_cannot_snooze_it_and_a_lead_can(self, team: Team, owned: int, clock: TurnedClock) -> None:
        with pytest.raises(Refused) as refused:
            snooze.snooze(team.ctx, LARS, owned, clock.at + HOUR, "depot")
        assert refused.value.code is RefusalCode.TAKEN
        snooze.snooze(team.ctx, LEAD, owned, clock.at + HOUR, "depot")
        assert team.thread(owned).snoozed_until == clock.at + HOUR


def test_erasure_forgets_the_reason(team: Team, owned: int) -> None:
    rest(team, owned, why="klant Jansen is op vakantie")
    erase.erase(team.ctx, "klant")
    assert team.rows("SELECT why, ended_at IS NULL AS going_on FROM pause") == [{"why": None, "going_on": False}]
    assert "Jansen" not in str(team.rows("SELECT * FROM event"))


def test_end_of_a_snooze_is_said_under_the_card(bench: Bench) -> None:
    number = bench.mention()
    claim(bench.ctx, ANNA, number)
    bench.settle()
    snooze.snooze(bench.ctx, ANNA, number, bench.clock.at + HOUR, "wacht op *depot*")
    bench.settle()
    card = bench.channel()[0]
    assert "💤" in str(card.blocks)
    assert "Wake now" in str(card.blocks)
    bench.clock.turn(hours=1)
    snooze.tick(bench.ctx)
    bench.settle()
    (told,) = bench.under_the_card()
    assert f"<@{ANNA.id}>" in told.text
    assert "wacht op" in told.text
    assert "*depot*" not in told.text
    assert "💤" not in str(bench.channel()[0].blocks)
    bench.team.answer(number)
    bench.settle()
    assert "actions" not in str(bench.under_the_card()[0].blocks)


class TestWaitThatAPauseChanged:
    def test_pause_after_an_answer_that_is_found_late_takes_nothing_off(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        answered_at = clock.at + 2 * MINUTE
        clock.turn(minutes=2)
        answer = team.answer(number)
        clock.turn(minutes=1)
        team.lose(answer)
        snooze.snooze(team.ctx, LEAD, number, clock.at + 30 * MINUTE, "depot")
        clock.turn(minutes=30)
        snooze.tick(team.ctx)
        team.arrive(answer, at=answered_at)
        (wait,) = all_waits(team, number)
        assert (wait.counted, wait.paused) == (2 * MINUTE, timedelta(0))

    @pytest.mark.parametrize(("after", "missed"), [(100, None), (20, 80)])
    def test_wait_that_begins_later_is_judged_anew(
        self, team: Team, clock: TurnedClock, after: int, missed: int | None
    ) -> None:
        number = team.write()
        started = clock.at
        clock.turn(minutes=20)
        if after == 20:
            team.write("En?")
        clock.turn(minutes=70)
        snooze.snooze(team.ctx, ANNA, number, clock.at + 10 * MINUTE, "depot")
        clock.turn(minutes=10)
        snooze.tick(team.ctx)
        if after != 20:
            team.write("En?")
        clock.turn(minutes=1)
        team.delete("1")
        (wait,) = all_waits(team, number)
        assert wait.started_at == started + after * MINUTE
        assert wait.missed_at == (None if missed is None else started + missed * MINUTE)


def all_waits(team: Team, number: int) -> list[Wait]:
    with reading(team.ctx.engine) as connection:
        return waits.of_thread(connection, number)
