"""Promises, through the whole desk: made when the reply is sent, reminded of, kept or broken, and counted."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.cases.conversation import Agent, EventKind
from bot.domain.clock.promises import PromiseOutcome
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.usecases.cases import merge, promises, queries, snooze
from bot.usecases.cases import why as clock_of
from bot.usecases.cases.close import close
from bot.usecases.cases.release import release
from bot.usecases.desk import agents
from bot.usecases.privacy import erase, retention
from bot.usecases.reminders import late_list
from bot.usecases.replies import reply
from bot.usecases.reports import export, standup
from bot.views.cases.home import listing
from bot.views.cases.why import message
from bot.views.replies.reply import confirmation
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS, LEAD
from tests.support.clock import TurnedClock
from tests.support.office import words
from tests.support.team import Team

HOUR = timedelta(hours=1)


def promise(team: Team, number: int, length: timedelta = 2 * HOUR) -> datetime:
    """Answer with a promise, and have it sent."""
    due_at = team.ctx.clock.now() + length
    team.arrive(team.answer(number, promised_for=due_at))
    return due_at


def opened(team: Team, hours: str) -> None:
    """Let the desk have these opening hours."""
    desk = team.ctx.settings.desks[0].model_copy(update={"hours": hours})
    team.ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=(desk,)))


def mine(team: Team) -> str:
    """What `/webcare mine` shows to Anna."""
    overview = queries.waiting(team.ctx, "Support", owner=ANNA.id)
    return words(listing(overview, ANNA.id, translator("en"), "Mine").blocks)


def outcomes(team: Team) -> list[Any]:
    return [row["outcome"] for row in team.rows("SELECT outcome FROM promise ORDER BY id")]


class TestMade:
    def test_reply_that_is_sent_makes_it(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        due_at = clock.at + 2 * HOUR
        answer = team.answer(number, promised_for=due_at)
        assert team.thread(number).promised_for is None
        team.arrive(answer)
        assert team.thread(number).promised_for == due_at
        assert team.kinds(number)[-1] == EventKind.PROMISED

    def test_reply_that_is_undone_or_refused_promises_nothing(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        reply.undo(team.ctx, ANNA, team.answer(number, promised_for=clock.at + HOUR).id)
        team.refuse(team.answer(number, promised_for=clock.at + HOUR))
        assert (team.thread(number).promised_for, outcomes(team)) == (None, [])

    def test_unknown_reply_promises_once_somebody_says_that_it_was_sent(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        lost = team.answer(number, promised_for=clock.at + HOUR)
        team.lose(lost)
        assert team.thread(number).promised_for is None
        reply.decide(team.ctx, LARS, lost.id, was_sent=True)
        assert team.thread(number).promised_for == lost.promised_for
        assert team.rows("SELECT by FROM promise")[0]["by"] == ANNA.id

    def test_repeat_of_the_submission_promises_once(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        answer = team.answer(number, promised_for=clock.at + HOUR, idempotency_key="one")
        assert team.answer(number, promised_for=clock.at + HOUR, idempotency_key="one") == answer
        team.arrive(answer)
        team.arrive(answer)
        assert outcomes(team) == [None]

    @pytest.mark.parametrize("length", [-HOUR, timedelta(0), timedelta(days=400)])
    def test_time_that_is_past_or_too_far_is_refused(self, team: Team, clock: TurnedClock, length: timedelta) -> None:
        number = team.write()
        with pytest.raises(Refused) as refused:
            team.answer(number, promised_for=clock.at + length)
        assert refused.value.code is (RefusalCode.TIME_TOO_FAR if length > HOUR else RefusalCode.TIME_PAST)
        assert team.thread(number).pending_reply_id is None


class TestEnds:
    def test_reply_in_time_keeps_it(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        promise(team, number)
        clock.turn(hours=1)
        team.arrive(team.answer(number))
        assert (outcomes(team), team.thread(number).promised_for) == ([PromiseOutcome.KEPT], None)
        assert EventKind.PROMISE_KEPT in team.kinds(number)

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=1)])
    def test_reply_too_late_breaks_it(self, team: Team, clock: TurnedClock, late: timedelta) -> None:
        number = team.write()
        due_at = promise(team, number)
        clock.at = due_at + late
        team.arrive(team.answer(number))
        assert outcomes(team) == [PromiseOutcome.BROKEN]
        assert team.kinds(number).count(EventKind.PROMISE_BROKEN) == 1

    def test_next_promise_takes_its_place_when_it_is_sent(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        first = promise(team, number)
        clock.turn(hours=1)
        second = team.answer(number, promised_for=clock.at + 5 * HOUR)
        assert team.thread(number).promised_for == first
        team.arrive(second)
        assert (outcomes(team), team.thread(number).promised_for) == ([PromiseOutcome.KEPT, None], second.promised_for)

    def test_reply_from_before_it_does_not_keep_it(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        lost = team.answer(number)
        team.lose(lost)
        before = clock.at
        clock.turn(hours=1)
        reply.decide(team.ctx, ANNA, lost.id, was_sent=True)
        promise(team, number)
        other = team.answer(number)
        clock.turn(minutes=1)
        team.arrive(other, at=before)
        assert outcomes(team) == [None]

    def test_reply_in_time_of_which_the_desk_hears_too_late_keeps_it(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        due_at = promise(team, number)
        clock.at = due_at - timedelta(seconds=40)
        team.lose(kept := team.answer(number))
        sent_at = clock.at
        clock.at = due_at + timedelta(minutes=1)
        assert promises.tick(team.ctx) == 0
        team.arrive(kept, at=sent_at)
        assert outcomes(team) == [PromiseOutcome.KEPT]
        assert (EventKind.PROMISE_BROKEN in team.kinds(number), EventKind.PROMISE_KEPT in team.kinds(number)) == (0, 1)

    def test_reply_that_never_arrived_breaks_it_once_that_is_known(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        due_at = promise(team, number)
        clock.at = due_at - timedelta(seconds=40)
        late = team.answer(number)
        clock.at = due_at + timedelta(minutes=1)
        assert promises.tick(team.ctx) == 0
        team.refuse(late)
        assert promises.tick(team.ctx) == 1
        assert team.kinds(number)[-1] == EventKind.PROMISE_BROKEN

    def test_closing_cancels_it(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        promise(team, number)
        team.write("Laat maar zitten hoor")
        close(team.ctx, ANNA, number, "Zelf opgelost")
        assert outcomes(team) == [PromiseOutcome.CANCELLED]
        assert EventKind.PROMISE_CANCELLED in team.kinds(number)

    def test_no_longer_needed_cancels_it_with_a_reason(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        promise(team, number)
        for why, code in ((" ", RefusalCode.REASON_MISSING),):
            with pytest.raises(Refused) as refused:
                promises.cancel(team.ctx, ANNA, number, why)
            assert refused.value.code is code
        promises.cancel(team.ctx, ANNA, number, "Gebeld")
        assert (outcomes(team), team.thread(number).promised_for) == ([PromiseOutcome.CANCELLED], None)
        with pytest.raises(Refused) as refused:
            promises.cancel(team.ctx, ANNA, number, "Gebeld")
        assert refused.value.code is RefusalCode.NOTHING_PROMISED

    def test_what_is_broken_cannot_be_cancelled_away(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        clock.at = promise(team, number) + HOUR
        promises.cancel(team.ctx, ANNA, number, "Gebeld")
        assert outcomes(team) == [PromiseOutcome.BROKEN]

    @pytest.mark.parametrize("told", [False, True])
    @pytest.mark.parametrize("end", [promises.cancel, close])
    def test_that_it_is_broken_is_said_once_however_it_ends(
        self, team: Team, clock: TurnedClock, end: Callable[..., object], told: bool
    ) -> None:
        number = team.write()
        clock.at = promise(team, number)
        team.write("Hallo?")
        if told:
            promises.tick(team.ctx)
        end(team.ctx, ANNA, number, "Gebeld")
        assert team.kinds(number).count(EventKind.PROMISE_BROKEN) == 1

    def test_merge_takes_it_along_and_split_back(self, team: Team, clock: TurnedClock) -> None:
        one, other = team.write(conversation="c1"), team.write(conversation="c2")
        due_at = promise(team, one)
        merge.merge(team.ctx, ANNA, one, other)
        assert [team.thread(number).promised_for for number in (one, other)] == [None, due_at]
        merge.split(team.ctx, ANNA, one)
        assert [team.thread(number).promised_for for number in (one, other)] == [due_at, None]

    def test_reply_in_the_merged_thread_keeps_it(self, team: Team, clock: TurnedClock) -> None:
        one, other = team.write(conversation="c1"), team.write(conversation="c2")
        promise(team, one)
        merge.merge(team.ctx, ANNA, one, other)
        clock.turn(hours=1)
        team.arrive(team.answer(other))
        assert (outcomes(team), team.thread(other).promised_for) == ([PromiseOutcome.KEPT], None)

    def test_erasure_ends_it(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        promise(team, number)
        erase.erase(team.ctx, "klant")
        assert (outcomes(team), team.thread(number).promised_for) == ([PromiseOutcome.CANCELLED], None)

    def test_thread_with_an_open_promise_is_kept(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        promise(team, number, timedelta(days=360))
        clock.turn(days=450)
        assert retention.tick(team.ctx) == 0
        promises.cancel(team.ctx, ANNA, number, "Gebeld")
        clock.turn(days=450)
        assert retention.tick(team.ctx) == 1


class TestReminders:
    def test_owner_hears_before_it_and_the_leads_once_it_is_broken(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        due_at = promise(team, number)
        clock.turn(minutes=80)
        assert promises.tick(team.ctx) == 0
        clock.turn(minutes=10)
        assert [promises.tick(team.ctx), promises.tick(team.ctx)] == [1, 0]
        clock.at = due_at
        assert [promises.tick(team.ctx), promises.tick(team.ctx)] == [1, 0]
        assert team.wanted("promise_nag") == ["promise_nag:1:soon", "promise_nag:1:broken"]
        assert team.kinds(number).count(EventKind.PROMISE_BROKEN) == 1
        team.arrive(team.answer(number))
        assert team.kinds(number).count(EventKind.PROMISE_BROKEN) == 1

    def test_outside_hours_nothing_rings(self, team: Team, clock: TurnedClock) -> None:
        opened(team, "Mo-Fr 09:00-17:00")
        number = team.write()
        promise(team, number, 4 * HOUR)  # Friday 20:40
        clock.turn(hours=5)
        assert promises.tick(team.ctx) == 0
        clock.turn(hours=60)
        assert promises.tick(team.ctx) == 1

    @pytest.mark.parametrize(
        ("hours", "minutes", "opens_in"),
        [
            ("Mo-Fr 09:00-17:00", 20, timedelta(days=2, hours=16)),  # it is Friday 16:40
            ("Mo-Fr 09:00-17:00", 21, timedelta(days=2, hours=15, minutes=59)),  # while the desk closes
            ("Mo-Su 09:00-17:00,18:00-21:00", 20, timedelta(hours=1)),  # until the break at supper
            ("Mo-Fr 09:00-17:00", 24 * 60, timedelta(days=1, hours=16, minutes=20)),  # on a day that is closed
        ],
    )
    def test_broken_while_closed_is_said_at_the_next_opening(
        self, team: Team, clock: TurnedClock, hours: str, minutes: int, opens_in: timedelta
    ) -> None:
        opened(team, hours)
        number = team.write()
        due_at = promise(team, number, timedelta(minutes=minutes))
        clock.at = due_at - timedelta(seconds=1)
        promises.tick(team.ctx)  # that it is due soon
        for later in (0, 1, 4, 6):
            clock.at = due_at + timedelta(minutes=later)
            assert promises.tick(team.ctx) == 0
        clock.at = due_at + opens_in
        assert promises.tick(team.ctx) == 1
        assert team.kinds(number)[-1] == EventKind.PROMISE_BROKEN

    def test_due_while_open_is_said_to_be_broken_before_the_desk_closes(self, team: Team, clock: TurnedClock) -> None:
        opened(team, "Mo-Fr 09:00-17:00")
        clock.at = promise(team, team.write(), timedelta(minutes=19))
        assert promises.tick(team.ctx) == 1
        assert team.wanted("promise_nag") == ["promise_nag:1:broken"]

    def test_snooze_does_not_rest_it(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        due_at = promise(team, number)
        snooze.snooze(team.ctx, ANNA, number, due_at + HOUR, "wacht op depot")
        clock.at = due_at
        assert promises.tick(team.ctx) == 1

    def test_it_is_said_under_the_card_to_who_must_know(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        bench.team.answer(number, promised_for=bench.clock.at + 2 * HOUR)
        bench.finish()
        (card,) = bench.channel()
        assert "🤝 *Promised*" in str(card.blocks)
        bench.clock.turn(hours=2, minutes=1)
        promises.tick(bench.ctx)
        bench.settle()
        told = bench.said("Promise *broken*")[0]
        assert f"<@{ANNA.id}>" in told.text
        assert "Promise broken" in str(bench.channel()[0].blocks)

    def test_leads_are_named_there_and_rung_by_their_one_list(self, bench: Bench) -> None:
        agents.keep(bench.ctx, Agent(LEAD.id, "Joost de Vries", "en-GB"))
        number = bench.mention()
        bench.settle()
        bench.team.answer(number, promised_for=bench.clock.at + 2 * HOUR)
        bench.finish()
        bench.clock.turn(hours=1, minutes=59)
        assert late_list.tick(bench.ctx) == 0
        bench.clock.turn(minutes=2)
        for _ in range(3):
            promises.tick(bench.ctx)
            late_list.tick(bench.ctx)
            bench.settle(seconds=31)
        told = bench.said("Promise *broken*")[0]
        assert f"<@{LEAD.id}>" not in told.text
        assert told.text.endswith("For the attention of *Joost de Vries*.")
        (listed,) = bench.told()
        assert listed.text == "🔴 1 thread is late at Support"
        assert "🤝 🔴 *Promise broken:*" in str(listed.blocks)
        promises.cancel(bench.ctx, ANNA, number, "Gebeld")
        late_list.tick(bench.ctx)
        bench.settle(seconds=1)
        assert bench.told()[0].text.startswith("✅ Nothing is late")

    def test_channel_hears_where_nobody_owns_it_any_more(self, bench: Bench) -> None:
        number = bench.mention()
        bench.settle()
        bench.team.answer(number, promised_for=bench.clock.at + 2 * HOUR)
        bench.finish()
        release(bench.ctx, ANNA, number)
        bench.clock.turn(hours=1, minutes=45)
        promises.tick(bench.ctx)
        bench.settle()
        (told,) = bench.said("🤝")
        assert told.broadcast


class TestLists:
    def test_mine_goes_by_the_nearer_deadline(self, team: Team, clock: TurnedClock) -> None:
        waiting, promised, soon = (team.write(conversation=f"c{n}") for n in range(3))
        for number in (waiting, promised, soon):
            promise(team, number, 10 * HOUR)
            promises.cancel(team.ctx, ANNA, number, "Anders")
        team.write("Nog een vraag", conversation="c0")
        promise(team, promised, 3 * HOUR)
        promise(team, soon, HOUR)
        mine = queries.waiting(team.ctx, "Support", owner=ANNA.id)
        assert [case.thread.id for case in mine.threads] == [soon, waiting, promised]
        assert (mine.total, mine.resting) == (3, 2)
        assert [case.thread.id for case in queries.waiting(team.ctx, "Support").threads] == [waiting]

    @pytest.mark.parametrize("later", ["Dank je wel!", "🙏", "Top, bedankt"])
    def test_mine_quotes_what_was_answered_with_the_promise(self, team: Team, clock: TurnedClock, later: str) -> None:
        number = team.write("Waar blijft mijn pakket?")
        promise(team, number)
        clock.turn(minutes=1)
        team.write(later)
        assert "“Waar blijft mijn pakket?”" in mine(team)
        clock.turn(minutes=1)
        team.write("En waar is mijn bon?")
        assert "“En waar is mijn bon?”" in mine(team)

    def test_mine_quotes_the_merged_thread_s_own_post(self, team: Team, clock: TurnedClock) -> None:
        one = team.write("Mijn pakket is weg", conversation="c1")
        other = team.write("En mijn bon", conversation="c2", posted_at=clock.at - HOUR)
        promise(team, other)
        team.arrive(team.answer(one))
        merge.merge(team.ctx, ANNA, other, one)
        assert "“En mijn bon”" in mine(team)

    def test_mine_quotes_no_deleted_post(self, team: Team, clock: TurnedClock) -> None:
        first = team.mention("Waar blijft mijn pakket?")
        team.receive(first)
        promise(team, 1)
        clock.turn(minutes=1)
        team.write("Dank je wel!")
        clock.turn(hours=1)
        team.delete(first.id)
        assert "deleted by the customer" in mine(team)

    def test_standup_names_what_is_due_and_counts_kept_and_broken(self, team: Team, clock: TurnedClock) -> None:
        kept, broken, due = (team.write(conversation=f"c{n}") for n in range(3))
        promise(team, kept)
        promise(team, broken)
        clock.turn(hours=1)
        team.arrive(team.answer(kept))
        promise(team, due, timedelta(hours=20))
        clock.turn(hours=17)
        desk = team.ctx.settings.desks[0]
        figures = standup.standup_of(team.ctx, desk, standup.yesterday(team.ctx, desk)).figures
        assert (figures.kept, figures.broken) == (1, 1)
        assert (figures.now.promised_before, figures.now.promised_today, figures.now.promised) == ((broken,), (due,), 2)


class TestWhy:
    def test_every_promise_is_told_with_what_became_of_it(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        promise(team, number)
        assert told(team, number) == [("still open", "open")]
        clock.turn(hours=1)
        promise(team, number)
        clock.turn(hours=3)
        assert told(team, number) == [("kept at", "kept"), ("🔴 broken, and still not answered", "broken")]
        team.arrive(team.answer(number))
        promise(team, number)
        promises.cancel(team.ctx, ANNA, number, "Gebeld")
        assert told(team, number) == [
            ("kept at", "kept"),
            ("🔴 broken", "broken"),
            ("no longer needed", "cancelled"),
        ]


def told(team: Team, number: int) -> list[tuple[str, str]]:
    """What `why` says of the thread's promises, beside what the export says of them."""
    said = words(message(clock_of.why(team.ctx, ANNA, number), translator("en")).blocks)
    lines = [line for line in said.splitlines() if line.startswith("🤝") and "promised to come back by" in line]
    assert all(f"<@{ANNA.id}> promised to come back by <!date^" in line for line in lines)
    written = io.StringIO()
    export.export_promises(team.ctx, written, "jsonl", since=None, until=None)
    rows = [json.loads(line) for line in written.getvalue().splitlines()]
    assert all((row["by"], row["thread"]) == (ANNA.id, number) for row in rows)
    became = [line.rpartition(" · ")[2].partition(" <!date")[0] for line in lines]
    return [(say, row["outcome"]) for say, row in zip(became, rows, strict=True)]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("--by 23:00 Wij zoeken het uit", "Wij zoeken het uit"),
        ('--by "23:00" 17 pakketten', "17 pakketten"),
        ('--by "23:00" maandag\nkomt hij', "maandag\nkomt hij"),
        ("Wij zoeken het uit --by 23:00", "Wij zoeken het uit"),
    ],
)
def test_command_takes_the_promise_out_of_what_the_customer_reads(team: Team, typed: str, text: str) -> None:
    said, rest = reply.promise_in(team.ctx, ANNA, team.write(), typed)
    assert rest == text
    assert said is not None
    assert (said.at.hour, said.remark) == (22, None)


@pytest.mark.parametrize(
    ("typed", "moved"),
    [
        ("--by tomorrow Wij bellen", True),  # a Saturday
        ("Wij bellen --by sunday", True),
        ('--by "25 dec" Wij bellen', True),
        ("--by monday Wij bellen", False),
    ],
)
def test_command_says_why_a_promise_moved_to_another_day(team: Team, typed: str, moved: bool) -> None:
    opened(team, "Mo-Fr 09:00-17:00; 2026 Dec 25 off")
    number = team.write()
    said, rest = reply.promise_in(team.ctx, ANNA, number, typed)
    assert said is not None
    shown = confirmation(team.answer(number, rest, promised_for=said.at), translator("en"), said.remark)
    assert ("The desk is closed on that day" in words(shown.blocks)) is moved


@pytest.mark.parametrize(
    "typed",
    [
        "--by yesterday 9:00 Hoi",
        "--by tomorow Hoi",
        '--by "23:00 of zo" Hoi',
        "--by 23:00 maandag komt hij",
        "--by tomorrow 25:00 Wij bellen",
    ],
)
def test_promise_that_cannot_be_is_never_sent_as_words(team: Team, typed: str) -> None:
    with pytest.raises(Refused):
        reply.promise_in(team.ctx, ANNA, team.write(), typed)
