"""Pauses: the clock stands still, its time is given back, and nothing that is left gets less."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cases import thread as rules
from bot.domain.clock.calendar import AROUND_THE_CLOCK, Calendar, after
from bot.domain.clock.pauses import Pause, given_back
from bot.domain.clock.targets import NagLevel, ResponseKind
from bot.domain.clock.waits import Wait
from bot.domain.clock.why import Rule, explain
from bot.domain.common.errors import RefusalCode, Refused
from tests.support.threads import HOUR, START, in_state, thread

OFFICE = Calendar("Mo-Fr 09:00-17:00", "Europe/Amsterdam")
HALVES = Calendar("Mo-Su 22:30-02:30; Mo-Fr 09:00-12:15,13:00-17:00; 2026 Nov 24 off", "Asia/Kolkata")
MINUTE = timedelta(minutes=1)
LONG = 14 * 24 * 60
calendars = st.sampled_from([AROUND_THE_CLOCK, OFFICE, HALVES])
minutes = st.integers(min_value=0, max_value=LONG)


def waiting(calendar: Calendar = AROUND_THE_CLOCK, target: int = 3600) -> rules.Thread:
    started = rules.receive(thread(calendar=calendar, first_target=target), START)
    return replace(started, owner="U0ANNA")


def snoozed(it: rules.Thread, at: datetime, until: datetime) -> rules.Thread:
    return rules.snooze(it, "U0ANNA", at, until, "depot")


def test_deadline_moves_by_what_the_pause_would_have_counted() -> None:
    rests = snoozed(waiting(), START + 20 * MINUTE, START + 3 * HOUR)
    assert (rests.due_at, rests.next_nag_at) == (START + 3 * HOUR + 40 * MINUTE, None)
    awake = rules.wake(rests, START + 3 * HOUR)
    assert (awake.due_at, awake.next_nag_at) == (START + 3 * HOUR + 40 * MINUTE, START + 3 * HOUR + 25 * MINUTE)


def test_pause_that_ends_early_gives_back_only_what_it_took() -> None:
    rests = snoozed(waiting(), START + 20 * MINUTE, START + 30 * HOUR)
    assert rules.wake(rests, START + HOUR).due_at == START + 100 * MINUTE


def test_night_in_a_pause_gives_nothing_back() -> None:
    friday = waiting(OFFICE)  # 16:40
    rests = snoozed(friday, START + 10 * MINUTE, START + timedelta(days=2, hours=16, minutes=40))
    assert friday.due_at is not None
    assert rests.due_at == friday.due_at + 30 * MINUTE  # 10 on Friday, 20 on Monday


def test_what_was_late_stays_late() -> None:
    at, until = START + 70 * MINUTE, START + 5 * HOUR
    late = replace(waiting(), nag_level=NagLevel.BREACH)
    for end in (at, at + MINUTE, until):
        awake = rules.wake(snoozed(late, at, until), end)
        assert awake.left(end) == -10 * MINUTE


def test_second_snooze_takes_the_place_of_the_first() -> None:
    rests = snoozed(waiting(), START + 10 * MINUTE, START + 8 * HOUR)
    again = snoozed(rests, START + 20 * MINUTE, START + 2 * HOUR)
    assert again.due_at == START + 2 * HOUR + 50 * MINUTE
    assert rules.wake(again, START + HOUR).left(START + HOUR) == 50 * MINUTE


def test_several_pauses_add_up() -> None:
    one = rules.wake(snoozed(waiting(), START + 10 * MINUTE, START + HOUR), START + HOUR)
    two = rules.wake(snoozed(one, START + 70 * MINUTE, START + 2 * HOUR), START + 2 * HOUR)
    assert two.due_at == START + 60 * MINUTE + 50 * MINUTE + 50 * MINUTE


@given(calendars, minutes, minutes, minutes, st.integers(min_value=1, max_value=600))
def test_pause_never_shortens_what_is_left(
    calendar: Calendar, begins: int, length: int, ends: int, target: int
) -> None:
    it = waiting(calendar, target * 60)
    at = START + begins * MINUTE
    end = at + min(ends, length + 1) * MINUTE
    left = it.left(at)
    awake = rules.wake(snoozed(it, at, at + (length + 1) * MINUTE), end)
    assert awake.left(end) == left
    assert awake.due_at is not None
    assert it.due_at is not None
    assert awake.due_at >= it.due_at


@given(calendars, st.lists(st.integers(min_value=1, max_value=LONG), min_size=2, max_size=9, unique=True), minutes)
def test_counted_and_not_counted_are_all_the_time_and_the_rest_is_what_is_left(
    calendar: Calendar, cuts: list[int], until: int
) -> None:
    edges = [START + cut * MINUTE for cut in sorted(cuts)]
    pauses = tuple(
        Pause(number, start, end, end, "depot", "U0ANNA")
        for number, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=False))
    )
    target = 10 * HOUR
    paused = given_back(pauses, calendar, START)
    due_at = after(calendar, START, target + paused)
    wait = Wait(ResponseKind.FIRST, START, due_at, None, None, None, target, calendar, paused=paused, pauses=pauses)
    now = max(START + until * MINUTE, *edges)
    (part,) = explain([wait], now)
    assert part.counted + part.not_counted == now - START
    assert {span.rule for span in part.spans if span.pause} <= {Rule.SNOOZED}
    left = replace(waiting(calendar), first_target=36000, paused=paused.total_seconds(), due_at=due_at).left(now)
    assert left == target - part.counted


@pytest.mark.parametrize(
    ("it", "agent", "why", "code"),
    [
        (in_state(rules.State.CLOSED), "U0ANNA", "depot", RefusalCode.CLOSED),
        (thread(erased_at=START), "U0ANNA", "depot", RefusalCode.ERASED),
        (thread(merged_into=7), "U0ANNA", "depot", RefusalCode.MERGED),
        (thread(owner="U0LARS"), "U0ANNA", "depot", RefusalCode.TAKEN),
        (thread(owner="U0ANNA", pending_reply_id=7), "U0ANNA", "depot", RefusalCode.REPLY_ON_ITS_WAY),
        (thread(owner="U0ANNA"), "U0ANNA", "  ", RefusalCode.REASON_MISSING),
    ],
)
def test_snooze_is_refused_with_its_reason(it: rules.Thread, agent: str, why: str, code: RefusalCode) -> None:
    with pytest.raises(Refused) as refused:
        rules.snooze(it, agent, START, START + HOUR, why)
    assert refused.value.code is code


def test_lead_snoozes_what_is_a_colleagues() -> None:
    assert rules.snooze(thread(owner="U0LARS"), "U0LEAD", START, START + HOUR, "depot", leads=True).snoozed_until
