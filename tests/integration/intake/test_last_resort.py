"""Signals of a last resort come in with the post, may hurry us, and can be declined."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.platform.i18n import translator
from bot.settings.config import LastResort, TargetsFor
from bot.usecases.cases import queries, why
from bot.usecases.cases.not_urgent import decline
from bot.usecases.desk.context import Context
from bot.usecases.reports import export
from bot.views.cases.why import message
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.samples import fine
from tests.support.team import Team

MINUTE = timedelta(minutes=1)
AGAIN = "Dit is al de derde keer dat ik dit vraag!"


def with_desk(ctx: Context, **changes: Any) -> Context:
    desk = ctx.settings.desks[0].model_copy(update=changes)
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,)))


def rule(**changes: str) -> tuple[TargetsFor, ...]:
    return (TargetsFor.model_validate({"signal": "last_resort"} | changes),)


@pytest.fixture
def hurried(ctx: Context) -> Team:
    return Team(with_desk(ctx, targets_for=rule(first_response="10m", next_response="15m")))


def signals(team: Team, number: int) -> list[str]:
    return sorted(queries.card(team.ctx, number).signals)


class TestTarget:
    def test_wait_that_begins_with_a_signal_has_the_shorter_target(self, hurried: Team, clock: TurnedClock) -> None:
        number = hurried.write(AGAIN)
        assert hurried.thread(number).due_at == clock.at + 10 * MINUTE
        clock.turn(minutes=5)
        said = fine(message(why.why(hurried.ctx, ANNA, number), translator("en")))
        assert "target for whom this is the last resort" in said

    def test_who_waits_already_is_hurried_by_what_they_add(self, hurried: Team, clock: TurnedClock) -> None:
        number = hurried.write("Mijn pakket is weg")
        usual = hurried.thread(number).due_at
        since = clock.at
        clock.turn(minutes=4)
        hurried.write("Hallo?")
        assert hurried.thread(number).due_at == usual
        hurried.write(AGAIN)
        assert hurried.thread(number).due_at == since + 10 * MINUTE
        (wait,) = hurried.rows("SELECT due_at, target_rule FROM wait")
        assert wait["target_rule"] == "signal=last_resort"

    def test_nobody_is_late_before_it_was_said(self, hurried: Team, clock: TurnedClock) -> None:
        number = hurried.write("Mijn pakket is weg")
        clock.turn(minutes=20)
        hurried.write(AGAIN)
        assert hurried.thread(number).due_at == clock.at

    @pytest.mark.parametrize("length", ["60m", "3h"])
    def test_rule_never_lengthens_a_target(self, ctx: Context, clock: TurnedClock, length: str) -> None:
        plain = Team(ctx)
        usual = plain.thread(plain.write("Mijn pakket is weg")).due_at
        assert usual is not None
        plain.ctx = with_desk(ctx, targets_for=rule(first_response=length, next_response=length))
        number = plain.write(AGAIN, conversation="c2")
        assert plain.thread(number).due_at == usual
        plain.write(AGAIN, conversation="c2")
        assert plain.thread(number).due_at == usual

    def test_wait_that_has_a_shorter_target_already_keeps_it(self, ctx: Context, clock: TurnedClock) -> None:
        short = ctx.settings.desks[0].targets.model_copy(update={"first_response": 5 * MINUTE})
        team = Team(with_desk(ctx, targets=short))
        number = team.write("Mijn pakket is weg")
        team.ctx = with_desk(ctx, targets_for=rule(first_response="10m"))
        team.write(AGAIN)
        assert team.thread(number).due_at == clock.at + 5 * MINUTE

    def test_other_posts_keep_the_usual_target(self, hurried: Team, ctx: Context) -> None:
        number = hurried.write("Mijn pakket is weg")
        assert hurried.thread(number).first_target == ctx.settings.desks[0].targets.first_response.total_seconds()


class TestSignals:
    def test_signals_of_all_that_waits_stand_on_the_card_until_it_is_answered(self, team: Team) -> None:
        number = team.write(AGAIN)
        team.write("Anders stap ik naar de pers")
        assert signals(team, number) == ["audience", "repeated"]
        team.arrive(team.answer(number))
        assert signals(team, number) == []

    def test_edit_and_deletion_take_them_along(self, team: Team, clock: TurnedClock) -> None:
        mention = team.mention(AGAIN)
        team.receive(mention)
        (number,) = [row["id"] for row in team.rows("SELECT id FROM thread")]
        edited = team.edited(mention, "Ik wacht al drie weken op antwoord", "1b")
        team.receive(edited)
        assert signals(team, number) == ["waiting"]
        clock.turn(minutes=16)
        assert team.delete("1b") == 1
        assert signals(team, number) == []

    def test_words_of_the_desk_are_heard(self, ctx: Context) -> None:
        team = Team(with_desk(ctx, last_resort=LastResort(audience=("kassa",))))
        assert signals(team, team.write("Leuk voor KASSA, dit")) == ["audience"]


class TestNotUrgent:
    def test_declined_signals_go_and_later_ones_are_shown(self, team: Team) -> None:
        number = team.write(AGAIN)
        decline(team.ctx, ANNA, number)
        decline(team.ctx, ANNA, number)
        assert signals(team, number) == []
        assert team.kinds(number).count("not_urgent") == 1
        assert team.events(number)[-1].data == {"signals": "repeated"}
        team.write("Ik wacht al drie weken op antwoord")
        assert signals(team, number) == ["waiting"]

    def test_target_stays_as_it_was(self, hurried: Team) -> None:
        number = hurried.write(AGAIN)
        due_at = hurried.thread(number).due_at
        decline(hurried.ctx, ANNA, number)
        assert hurried.thread(number).due_at == due_at

    def test_export_has_what_was_right_and_what_was_not(self, team: Team) -> None:
        decline(team.ctx, ANNA, team.write(AGAIN))
        team.write("Ik wacht al drie weken, nu bel ik de pers en mijn advocaat", conversation="c2")
        to = io.StringIO()
        assert export.export_signals(team.ctx, to, "jsonl", since=None, until=None) == 3
        rows = [json.loads(line) for line in to.getvalue().splitlines()]
        assert [(row["signal"], row["not_urgent"]) for row in rows] == [
            ("repeated", True),
            ("waiting", False),
            ("audience", False),
        ]
