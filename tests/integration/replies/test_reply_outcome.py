"""What becomes of a reply at the network, and of its thread."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.thread import State
from bot.domain.common.errors import Refused
from bot.networks.base import Sent
from bot.usecases.cases import close
from bot.usecases.replies import reply, reply_outcome
from tests.support.cast import ANNA, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team
from tests.support.together import refusals


def test_arrived_answer_ends_the_wait_and_tells_its_author(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number)
    at = clock.turn(minutes=20)
    team.arrive(answer)
    thread = team.thread(number)
    assert (thread.state, thread.first_response_at, thread.pending_reply_id) == (State.ANSWERED, at, None)
    assert [(message.inbound, message.author, message.text) for message in team.messages(number)][-1] == (
        False, "U0ANNA", "Wij zoeken het uit ^AB",
    )  # fmt: skip
    (wait,) = team.rows("SELECT outcome, ended_by, response_kind FROM wait")
    assert dict(wait) == {"outcome": "answered", "ended_by": "U0ANNA", "response_kind": "first"}
    assert len(team.wanted("tell")) == 1
    reply_outcome.arrived(team.ctx, answer.id, Sent("r2", "https://x.com/acme/status/10"))
    assert team.kinds(number).count("sent") == 1


def test_post_written_meanwhile_waits_for_a_next_response(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number)
    later = clock.turn(seconds=5)
    team.write("En nog iets")
    clock.turn(seconds=10)
    team.arrive(answer)
    thread = team.thread(number)
    assert (thread.state, thread.waiting_since, thread.due_at) == (State.WAITING, later, later + timedelta(hours=2))
    waits = team.rows("SELECT outcome, response_kind FROM wait ORDER BY id")
    assert [tuple(wait.values()) for wait in waits] == [("answered", "first"), (None, "next")]


@pytest.mark.parametrize(
    ("code", "blocked"),
    [
        ("not_mentioned", "not_mentioned"),
        ("gone", "gone"),
        ("duplicate", None),
        ("too_long", None),
        ("forbidden", None),
        ("credentials", None),
        ("credits", None),
        ("invalid", None),
    ],
)
def test_refused_reply_keeps_its_text_and_the_clock_goes_on(team: Team, code: str, blocked: str | None) -> None:
    number = team.write()
    answer = team.answer(number)
    team.refuse(answer, code)
    kept, thread = team.reply(answer.id), team.thread(number)
    assert (kept.state, kept.error, kept.text) == (ReplyState.REJECTED, code, answer.text)
    assert (thread.pending_reply_id, thread.reply_blocked_reason) == (None, blocked)
    assert thread.next_nag_at is not None
    assert len(team.wanted("tell")) == 1


def test_unknown_reply_blocks_a_second_answer(team: Team) -> None:
    number = team.write()
    answer = team.answer(number)
    reply_outcome.begin(team.ctx, answer.id)
    reply_outcome.checking(team.ctx, answer.id)
    with pytest.raises(Refused, match="reply_on_its_way"):
        team.answer(number)
    reply_outcome.unknown(team.ctx, answer.id)
    with pytest.raises(Refused, match="unknown_reply"):
        team.answer(number)
    assert team.thread(number).next_nag_at is not None


def test_person_says_that_it_was_sent(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number)
    tried = clock.turn(seconds=10)
    team.lose(answer)
    clock.turn(minutes=5)
    reply.decide(team.ctx, ANNA, answer.id, was_sent=True)
    assert (team.reply(answer.id).state, team.reply(answer.id).sent_at) == (ReplyState.SENT, tried)
    assert (team.thread(number).state, team.thread(number).first_response_at) == (State.ANSWERED, tried)
    with pytest.raises(Refused, match="decided"):
        reply.decide(team.ctx, LARS, answer.id, was_sent=False)


def test_person_has_it_sent_again(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number)
    team.lose(answer)
    reply.decide(team.ctx, ANNA, answer.id, was_sent=False)
    assert (team.reply(answer.id).state, team.thread(number).pending_reply_id) == (
        ReplyState.RETRY_REQUESTED,
        answer.id,
    )
    assert team.wanted("reply") == [f"reply:{answer.id}"]
    with pytest.raises(Refused, match="reply_on_its_way"):
        reply.decide(team.ctx, LARS, answer.id, was_sent=True)


def test_decision_race_has_one_winner(team: Team) -> None:
    number = team.write()
    answer = team.answer(number)
    team.lose(answer)
    outcomes = refusals(
        [
            lambda: reply.decide(team.ctx, ANNA, answer.id, was_sent=True),
            lambda: reply.decide(team.ctx, ANNA, answer.id, was_sent=False),
        ]
    )
    assert outcomes.count(None) == 1
    assert team.reply(answer.id).state in (ReplyState.SENT, ReplyState.RETRY_REQUESTED)


def test_late_success_beats_a_vain_search(team: Team) -> None:
    number = team.write()
    answer = team.answer(number)
    team.lose(answer)
    reply_outcome.arrived(team.ctx, answer.id, Sent("r1", "https://x.com/acme/status/9"))
    assert (team.reply(answer.id).state, team.thread(number).state) == (ReplyState.SENT, State.ANSWERED)


def test_reply_sent_after_a_close_leaves_it_closed(team: Team) -> None:
    number = team.write()
    answer = team.answer(number)
    team.lose(answer)
    close.close(team.ctx, LARS, number, "phoned them")
    reply.decide(team.ctx, LARS, answer.id, was_sent=True)
    assert (team.thread(number).state, team.thread(number).close_reason) == (State.CLOSED, "phoned them")


def test_reply_that_never_reached_x_can_be_undone_again(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    answer = team.answer(number)
    reply_outcome.begin(team.ctx, answer.id)
    reply_outcome.not_begun(team.ctx, answer, clock.at + timedelta(minutes=1), "rate_limited")
    assert (team.reply(answer.id).state, team.reply(answer.id).tried_at) == (ReplyState.QUEUED, None)
    reply.undo(team.ctx, ANNA, answer.id)
    assert reply_outcome.begin(team.ctx, answer.id) is None
