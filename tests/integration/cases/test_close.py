"""Closing without a reply, and undoing that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from bot.domain.cases.thread import State
from bot.domain.common.errors import Refused
from bot.usecases.cases import close
from bot.usecases.reports import standup
from tests.support.cast import ANNA, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team


def test_close_stops_the_clock_and_keeps_its_reason(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    at = clock.turn(minutes=5)
    close.close(team.ctx, ANNA, number, " spam ")
    thread = team.thread(number)
    assert (thread.state, thread.close_reason, thread.due_at, thread.next_nag_at) == (State.CLOSED, "spam", None, None)
    assert team.events(number)[-1].data == {"reason": "spam"}
    (wait,) = team.rows("SELECT outcome, ended_by FROM wait")
    assert dict(wait) == {"outcome": "closed", "ended_by": "U0ANNA"}
    assert team.events(number)[-1].at == at


@pytest.mark.parametrize("reason", ["", " \n"])
def test_close_without_a_reason_is_refused(team: Team, reason: str) -> None:
    number = team.write()
    with pytest.raises(Refused, match="reason_missing"):
        close.close(team.ctx, ANNA, number, reason)
    assert team.kinds(number) == ["received"]


def test_close_is_refused_twice_or_during_a_reply(team: Team) -> None:
    number = team.write()
    team.answer(number)
    with pytest.raises(Refused, match="reply_on_its_way"):
        close.close(team.ctx, ANNA, number, "spam")
    other = team.write(conversation="c2")
    close.close(team.ctx, ANNA, other, "spam")
    with pytest.raises(Refused, match="closed"):
        close.close(team.ctx, LARS, other, "really spam")


def test_reopening_resumes_the_one_wait(team: Team, clock: TurnedClock) -> None:
    since = clock.at
    number = team.write()
    clock.turn(minutes=70)
    close.close(team.ctx, ANNA, number, "spam")
    clock.turn(minutes=5)
    close.reopen(team.ctx, LARS, number)
    thread = team.thread(number)
    assert (thread.state, thread.waiting_since, thread.due_at) == (State.WAITING, since, since + timedelta(hours=1))
    (wait,) = team.rows("SELECT ended_at, outcome, ended_by FROM wait")
    assert dict(wait) == {"ended_at": None, "outcome": None, "ended_by": None}
    desk = team.ctx.settings.desks[0]
    day = since.astimezone(desk.timezone).date()
    assert standup.standup_of(team.ctx, desk, day).figures.breached == 1


def test_reopening_a_deleted_post_begins_no_wait(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    close.close(team.ctx, ANNA, number, "spam")
    clock.turn(minutes=15)
    team.delete("1")
    close.reopen(team.ctx, ANNA, number)
    assert (team.thread(number).state, team.thread(number).waiting_since) == (State.ANSWERED, None)
    (wait,) = team.rows("SELECT outcome FROM wait")
    assert wait["outcome"] == "withdrawn"


def test_only_a_closed_thread_reopens(team: Team) -> None:
    number = team.write()
    with pytest.raises(Refused, match="waiting"):
        close.reopen(team.ctx, ANNA, number)


def test_change_and_its_timeline_line_stand_or_fall_together(team: Team, engine: Engine) -> None:
    number = team.write()

    def fail(*arguments: object) -> None:
        if "INSERT INTO event" in str(arguments[2]):
            raise RuntimeError("the database went away")

    event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(RuntimeError, match="went away"):
        close.close(team.ctx, ANNA, number, "spam")
    event.remove(engine, "before_cursor_execute", fail)
    assert (team.thread(number).state, team.kinds(number)) == (State.WAITING, ["received"])
    assert team.rows("SELECT outcome FROM wait")[0]["outcome"] is None
