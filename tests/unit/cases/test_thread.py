"""What can happen to a thread, and what it then is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.cases import thread as rules
from bot.domain.cases.thread import Action, State, Thread
from bot.domain.clock.ladder import Step, written
from bot.domain.clock.targets import NagLevel
from bot.domain.common.errors import Refused
from tests.support.threads import HOUR, START, in_state, thread

ANNA, LARS = "U0ANNA", "U0LARS"
LATER = START + timedelta(minutes=10)
GRACE = timedelta(minutes=1)

TABLE = {
    #                  waiting  answered closed
    Action.RECEIVE:   (True,    True,    True),
    Action.WITHDRAW:  (True,    True,    True),
    Action.CLAIM:     (True,    False,   False),
    Action.RELEASE:   (True,    True,    False),
    Action.HAND_OVER: (True,    True,    False),
    Action.TAKE_OVER: (True,    True,    False),
    Action.MOVE:      (True,    True,    False),
    Action.REPLY:     (True,    True,    False),
    Action.SENT:      (True,    True,    True),
    Action.ESCALATE:  (True,    True,    False),
    Action.CLOSE:     (True,    False,   False),
    Action.REOPEN:    (False,   False,   True),
    Action.HEAR:      (False,   True,    True),
    Action.SNOOZE:    (True,    True,    False),
    Action.LABEL:     (True,    True,    True),
    Action.JOIN:      (True,    True,    True),
    Action.RESOLVE:   (False,   True,    True),
}  # fmt: skip

ACTS: dict[Action, Callable[[Thread], object]] = {
    Action.RECEIVE: lambda it: rules.receive(it, LATER),
    Action.WITHDRAW: lambda it: rules.withdraw(it, None),
    Action.CLAIM: lambda it: rules.claim(replace(it, owner=None), LARS, LATER),
    Action.RELEASE: lambda it: rules.release(replace(it, owner=ANNA), ANNA),
    Action.HAND_OVER: lambda it: rules.hand_over(replace(it, owner=ANNA), ANNA, LARS, LATER),
    Action.TAKE_OVER: lambda it: rules.take_over(it, LARS, LATER),
    Action.MOVE: lambda it: rules.move(it, "Sales", ""),
    Action.REPLY: lambda it: rules.reply(replace(it, owner=LARS), 7, LARS, LATER, LATER + GRACE),
    Action.SENT: lambda it: rules.sent(it, LATER, None),
    Action.ESCALATE: rules.escalate,
    Action.CLOSE: lambda it: rules.close(it, "spam"),
    Action.REOPEN: lambda it: rules.reopen(it, START),
    Action.HEAR: lambda it: rules.hear(it, START),
    Action.SNOOZE: lambda it: rules.snooze(it, ANNA, LATER, LATER + HOUR, "waits for the depot"),
    Action.LABEL: lambda it: rules.require(it, Action.LABEL),
    Action.JOIN: lambda it: rules.require(it, Action.JOIN),
    Action.RESOLVE: lambda it: rules.resolve(it, "Solved", LATER),
}

CELLS = [(action, state, row[at]) for action, row in TABLE.items() for at, state in enumerate(State)]


def test_table_of_transitions_is_complete() -> None:
    assert set(TABLE) == set(ACTS) == set(Action)


@pytest.mark.parametrize(("action", "state", "allowed"), CELLS)
def test_each_action_is_allowed_or_refused_by_state(action: Action, state: State, allowed: bool) -> None:
    before = in_state(state)
    assert before.allows(action) is allowed
    if allowed:
        ACTS[action](before)
    else:
        with pytest.raises(Refused) as refused:
            ACTS[action](before)
        assert refused.value.code == state.value
        assert refused.value.details["thread"] == before.id
        assert refused.value.details["action"] == action.value


class TestClock:
    def test_follow_up_leaves_the_clock_at_the_oldest_post(self) -> None:
        after = rules.receive(thread(), LATER)
        assert (after.waiting_since, after.due_at) == (START, START + HOUR)

    def test_late_post_moves_the_clock_back(self) -> None:
        earlier = START - timedelta(minutes=5)
        after = rules.receive(thread(), earlier)
        assert (after.waiting_since, after.due_at) == (earlier, earlier + HOUR)
        assert after.next_nag_at == earlier + 0.75 * HOUR

    def test_question_after_an_answer_awaits_a_next_response(self) -> None:
        after = rules.receive(in_state(State.ANSWERED), LATER)
        assert (after.state, after.waiting_since, after.due_at) == (State.WAITING, LATER, LATER + 2 * HOUR)

    def test_reopened_thread_keeps_owner_and_drops_reason(self) -> None:
        after = rules.receive(in_state(State.CLOSED), LATER)
        assert (after.state, after.owner, after.close_reason) == (State.WAITING, ANNA, None)

    @pytest.mark.parametrize(
        ("first_response_at", "state"),
        [(None, State.CLOSED), (START, State.ANSWERED)],
        ids=["never answered", "answered"],
    )
    def test_withdrawing_the_last_post_stops_the_clock(self, first_response_at: datetime | None, state: State) -> None:
        after = rules.withdraw(thread(first_response_at=first_response_at, escalated=True), None)
        assert (after.state, after.waiting_since, after.due_at, after.next_nag_at) == (state, None, None, None)
        assert not after.escalated

    def test_withdrawing_the_oldest_post_leaves_remaining_time(self) -> None:
        after = rules.withdraw(thread(), LATER)
        assert (after.waiting_since, after.due_at, after.next_nag_at) == (LATER, LATER + HOUR, LATER + 0.75 * HOUR)

    @pytest.mark.parametrize("nagged", [NagLevel.WARNING, NagLevel.BREACH])
    def test_deadline_that_moved_on_is_reminded_of_anew(self, nagged: NagLevel) -> None:
        after = rules.withdraw(thread(nag_level=nagged, nag_step=2, nag_to=""), LATER)
        assert after.next_nag_at == LATER + 0.75 * HOUR

    def test_withdrawing_another_post_repeats_no_reminder(self) -> None:
        before = thread(nag_level=NagLevel.WARNING, nag_step=1, next_nag_at=START + HOUR)
        assert rules.withdraw(before, START) == before


class TestOwner:
    def test_first_to_claim_owns_the_thread(self) -> None:
        after = rules.claim(thread(), ANNA, LATER)
        assert (after.owner, after.owner_since) == (ANNA, LATER)
        with pytest.raises(Refused, match="taken") as refused:
            rules.claim(after, LARS, LATER)
        assert (refused.value.details["owner"], refused.value.details["since"]) == (ANNA, LATER)
        with pytest.raises(Refused, match="yours"):
            rules.claim(after, ANNA, LATER)

    def test_only_the_owner_releases_or_hands_over(self) -> None:
        owned = rules.claim(thread(), ANNA, LATER)
        assert (rules.release(owned, ANNA).owner, rules.release(owned, ANNA).owner_since) == (None, None)
        assert rules.hand_over(owned, ANNA, LARS, LATER).owner == LARS
        with pytest.raises(Refused, match="not_yours"):
            rules.release(owned, LARS)
        with pytest.raises(Refused, match="not_yours"):
            rules.hand_over(owned, LARS, LARS, LATER)
        with pytest.raises(Refused, match="unowned"):
            rules.release(thread(), ANNA)
        with pytest.raises(Refused, match="yours"):
            rules.hand_over(owned, ANNA, ANNA, LATER)

    def test_anybody_but_the_owner_takes_over(self) -> None:
        owned = rules.claim(thread(), ANNA, START)
        assert (rules.take_over(owned, LARS, LATER).owner, rules.take_over(owned, LARS, LATER).owner_since) == (
            LARS,
            LATER,
        )
        assert rules.take_over(thread(), LARS, LATER).owner == LARS
        with pytest.raises(Refused, match="yours"):
            rules.take_over(owned, ANNA, LATER)


class TestReply:
    def test_reply_on_its_way_rests_reminders_for_a_while_and_no_deadline(self) -> None:
        late = START + timedelta(minutes=50)
        after = rules.reply(thread(), 7, ANNA, late, late + GRACE)
        assert (after.owner, after.owner_since, after.pending_reply_id) == (ANNA, late, 7)
        assert (after.next_nag_at, after.due_at) == (late + GRACE, START + HOUR)
        failed = rules.reply_failed(after)
        assert (failed.pending_reply_id, failed.nags_rest_until) == (None, None)
        assert failed.next_nag_at == START + 0.75 * HOUR

    def test_reply_that_never_arrives_does_not_rest_the_breach(self) -> None:
        after = rules.reply(thread(), 7, ANNA, LATER, LATER + GRACE)
        assert after.next_nag_at == START + 0.75 * HOUR
        assert rules.record_nag(after, 1, after.moments[0], late=False).next_nag_at == START + HOUR

    def test_follow_up_during_a_reply_wakes_no_reminder(self) -> None:
        late = START + timedelta(minutes=50)
        assert rules.receive(rules.reply(thread(), 7, ANNA, late, late + GRACE), late).next_nag_at == late + GRACE

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"reply_blocked_reason": "not_mentioned"}, "network_refuses"),
            ({"pending_reply_id": 6}, "reply_on_its_way"),
            ({"owner": LARS}, "taken"),
        ],
    )
    def test_refused_replier_is_told_why(self, changes: dict[str, object], code: str) -> None:
        with pytest.raises(Refused, match=code):
            rules.reply(thread(**changes), 7, ANNA, LATER, LATER + GRACE)

    def test_answer_ends_the_wait(self) -> None:
        after = rules.sent(rules.escalate(rules.reply(thread(), 7, ANNA, LATER, LATER + GRACE)), LATER, None)
        assert (after.state, after.pending_reply_id, after.waiting_since, after.due_at) == (
            State.ANSWERED,
            None,
            None,
            None,
        )
        assert (after.first_response_at, after.escalated, after.owner) == (LATER, False, ANNA)

    def test_post_after_the_answer_awaits_a_next_response(self) -> None:
        newer = START + timedelta(minutes=5)
        after = rules.sent(
            replace(rules.reply(thread(), 7, ANNA, LATER, LATER + GRACE), nag_level=NagLevel.BREACH), LATER, newer
        )
        assert (after.state, after.waiting_since, after.due_at) == (State.WAITING, newer, newer + 2 * HOUR)
        assert after.nag_level is NagLevel.NOT_YET

    def test_first_response_stays_the_first(self) -> None:
        assert rules.sent(in_state(State.ANSWERED), LATER, None).first_response_at == START

    def test_late_reply_leaves_a_closed_thread_closed(self) -> None:
        after = rules.sent(in_state(State.CLOSED), LATER, None)
        assert (after.state, after.close_reason, after.first_response_at) == (State.CLOSED, "spam", LATER)


def test_escalation_is_a_flag_that_leaves_the_owner() -> None:
    after = rules.escalate(rules.claim(thread(), ANNA, LATER))
    assert (after.escalated, after.owner, after.state) == (True, ANNA, State.WAITING)


class TestClose:
    def test_close_needs_a_reason_and_no_pending_reply(self) -> None:
        after = rules.close(thread(), "  spam \n")
        assert (after.state, after.close_reason, after.waiting_since, after.due_at) == (
            State.CLOSED,
            "spam",
            None,
            None,
        )
        with pytest.raises(Refused, match="reason_missing"):
            rules.close(thread(), " \n ")
        with pytest.raises(Refused, match="reply_on_its_way"):
            rules.close(thread(pending_reply_id=7), "spam")

    def test_reopening_resumes_the_wait_where_it_was(self) -> None:
        after = rules.reopen(rules.close(thread(nag_level=NagLevel.BREACH), "spam"), START)
        assert (after.state, after.waiting_since, after.due_at, after.close_reason) == (
            State.WAITING, START, START + HOUR, None,
        )  # fmt: skip
        assert after.nag_level is NagLevel.NOT_YET
        assert rules.reopen(in_state(State.CLOSED), None).state is State.ANSWERED


class TestReminders:
    def test_each_step_is_followed_by_the_next(self) -> None:
        waiting, times = thread(), []
        while waiting.next_nag_at is not None:
            times.append((waiting.next_nag_at - START) / HOUR)
            step = waiting.reached(waiting.next_nag_at)
            waiting = rules.record_nag(waiting, step, waiting.moments[step - 1], late=True)
        assert times == [0.75, 1, 1.5, 2, 2.5, 3, 3.5]

    def test_missed_steps_are_behind_us_and_a_clock_that_goes_back_returns_none(self) -> None:
        waiting = thread()
        assert (waiting.reached(START), waiting.reached(START + 2 * HOUR)) == (0, 4)
        recorded = rules.record_nag(waiting, 4, waiting.moments[3], late=True)
        assert recorded.next_nag_at == START + 2.5 * HOUR
        assert recorded.reached(START) == 4

    @pytest.mark.parametrize(
        ("change", "anew"),
        [
            (lambda owned: rules.hand_over(owned, ANNA, LARS, LATER), True),
            (lambda owned: rules.take_over(owned, LARS, LATER), True),
            (lambda owned: rules.release(owned, ANNA), True),
            (lambda owned: rules.claim(rules.release(owned, ANNA), ANNA, LATER), False),
            (lambda owned: rules.claim(replace(owned, owner=None, nag_to=""), LARS, LATER), False),
            (lambda owned: rules.take_over(replace(owned, owner=None, nag_to=""), LARS, LATER), False),
            (lambda owned: rules.hand_over(replace(owned, nag_to=None), ANNA, LARS, LATER), False),
            (rules.escalate, False),
        ],
    )
    def test_reminder_that_is_up_is_said_anew_to_a_new_owner(
        self, change: Callable[[Thread], Thread], anew: bool
    ) -> None:
        owned = rules.claim(thread(), ANNA, START)
        warned = rules.record_nag(owned, 1, owned.moments[0], late=False)
        after = rules.receive(change(warned), LATER)
        assert after.next_nag_at == START + (0.75 if anew else 1) * HOUR
        told = rules.record_nag(after, 1, after.moments[0], late=False)
        assert told.next_nag_at == START + HOUR

    def test_nobody_is_told_anew_before_the_first_reminder(self) -> None:
        owned = rules.claim(thread(), ANNA, START)
        assert rules.hand_over(owned, ANNA, LARS, LATER).next_nag_at == START + 0.75 * HOUR

    def test_leads_know_of_what_is_late_at_a_step_of_theirs(self) -> None:
        waiting = thread()
        warned = rules.record_nag(waiting, 1, waiting.moments[0], late=False)
        late = rules.record_nag(warned, 2, waiting.moments[1], late=True)
        assert (warned.leads_told, late.leads_told) == (False, True)
        only_owners = thread(ladder=written([Step(1, timedelta(0), 0, ("owner",))]))
        assert not rules.record_nag(only_owners, 1, only_owners.moments[0], late=True).leads_told
