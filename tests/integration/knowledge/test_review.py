"""Once a month, who keeps answers of the knowledge bank is asked what is still right, if there is anything to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.cases.conversation import Agent
from bot.domain.common.errors import Refused
from bot.domain.desk.standing import Standing
from bot.domain.knowledge.entry import REVIEW_AFTER
from bot.usecases.desk.context import Actor
from bot.usecases.knowledge import entries, review
from bot.usecases.knowledge.entries import written
from storage.desk import agents
from storage.engine import transaction
from storage.knowledge import entries as stored
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS, LEAD
from tests.support.clock import TurnedClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def added(bench: Bench, question: str, owner: Actor = ANNA, days: int | None = None) -> int:
    """An entry that is right for so many days."""
    at = bench.ctx.clock.now()
    until = at.date() + timedelta(days=days) if days is not None else None
    with transaction(bench.ctx.engine) as connection:
        text = written(question, "Morgen staat het voor je deur.", None, until, owner.id)
        return stored.add(connection, bench.ctx.settings.desks[0].stable_key, text, owner.id, at)


def asked(bench: Bench, who: Actor = ANNA) -> list[str]:
    """What somebody was asked in direct messages about the bank."""
    return [str(each.blocks) for each in bench.direct(who.id) if "knowledge bank" in each.text]


def noon(clock: TurnedClock) -> None:
    """Turn the clock to the next day at noon, when every standup is over."""
    now = clock.now()
    clock.turn(seconds=(now.replace(hour=12, minute=0, second=0) + timedelta(days=1) - now).total_seconds())


def run(bench: Bench) -> int:
    sent = review.tick(bench.ctx)
    bench.finish()
    return sent


class TestList:
    def test_owner_is_asked_once_a_month_about_what_ages(self, bench: Bench, clock: TurnedClock) -> None:
        bench.sandbox.slack.speak("en-GB")
        noon(clock)
        assert run(bench) == 0
        added(bench, "Wanneer sluit de winkel?", days=10)
        added(bench, "Wanneer opent de winkel?", days=100)
        assert [run(bench), run(bench)] == [1, 0]
        (message,) = asked(bench)
        assert "Wanneer sluit" in message
        assert "Wanneer opent" not in message
        noon(clock)
        assert run(bench) == 0
        clock.turn(days=31)
        noon(clock)
        assert run(bench) == 1

    def test_what_nobody_read_for_half_a_year_is_asked_about(self, bench: Bench, clock: TurnedClock) -> None:
        added(bench, "Wanneer sluit de winkel?")
        clock.turn(days=REVIEW_AFTER.days + 1)
        noon(clock)
        assert run(bench) == 1

    def test_nobody_is_asked_before_the_standup(self, bench: Bench, clock: TurnedClock) -> None:
        added(bench, "Wanneer sluit de winkel?", days=10)
        noon(clock)
        clock.turn(hours=12.5)
        assert run(bench) == 0

    def test_lead_is_asked_in_the_place_of_who_left(self, bench: Bench, clock: TurnedClock) -> None:
        added(bench, "Wanneer sluit de winkel?", owner=Actor("U0GONE", "button"), days=10)
        with transaction(bench.ctx.engine) as connection:
            agents.keep(connection, Agent("U0GONE", "Gone", "nl-NL", Standing.DEACTIVATED), clock.now())
        noon(clock)
        run(bench)
        assert asked(bench, LEAD)


class TestAnswer:
    def test_still_right_takes_it_off_the_list_and_moves_its_last_day(self, bench: Bench, clock: TurnedClock) -> None:
        noon(clock)
        number = added(bench, "Wanneer sluit de winkel?", days=1)
        run(bench)
        review.confirm(bench.ctx, ANNA, number)
        bench.finish()
        (message,) = asked(bench)
        assert "Wanneer sluit" not in message
        until = date.fromisoformat(str(bench.team.rows("SELECT valid_until FROM bank_entry")[0]["valid_until"]))
        assert until == clock.now().date() + REVIEW_AFTER

    def test_withdrawn_leaves_the_list(self, bench: Bench, clock: TurnedClock) -> None:
        noon(clock)
        number = added(bench, "Wanneer sluit de winkel?", days=1)
        run(bench)
        entries.withdraw(bench.ctx, ANNA, number)
        bench.finish()
        assert "Wanneer sluit" not in asked(bench)[0]
        with pytest.raises(Refused, match="unknown_entry"):
            review.confirm(bench.ctx, ANNA, number)

    def test_only_the_owner_and_who_configures_may_answer(self, bench: Bench) -> None:
        number = added(bench, "Wanneer sluit de winkel?", days=1)
        (desk,) = bench.ctx.settings.desks
        roles = desk.roles.model_copy(update={"configure": ("U0BOSS",)})
        bench.ctx.settings = replace(bench.ctx.settings, desks=(desk.model_copy(update={"roles": roles}),))
        for act in (review.confirm, entries.withdraw, entries.from_entry):
            with pytest.raises(Refused, match="not_allowed"):
                act(bench.ctx, LARS, number)
            act(bench.ctx, LEAD, number) if act is not entries.withdraw else None
        assert review.confirm(bench.ctx, ANNA, number).id == number
