"""Numbers that customers give stay with their words: at the first post, edits, deletions, merges and erasure."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, event

from bot.domain.common.errors import Refused
from bot.domain.replies.second_look import AskedAgain
from bot.networks.base import LookedUp
from bot.settings.config import ReferenceConfig
from bot.usecases.cases import queries
from bot.usecases.cases.merge import merge, split
from bot.usecases.desk.context import Context
from bot.usecases.privacy import erase, retention
from tests.support.cast import ANNA, X
from tests.support.clock import TurnedClock
from tests.support.team import Served, Team

ORDERS = ReferenceConfig.model_validate({"pattern": r"A-\d{6}", "url": "https://crm.example.com/orders/{0}"})


def with_references(ctx: Context, *references: ReferenceConfig) -> Context:
    desk = ctx.settings.desks[0].model_copy(update={"references": references})
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,)))


@pytest.fixture
def desk(ctx: Context) -> Team:
    return Team(with_references(ctx, ORDERS))


def given(team: Team, number: int) -> list[str]:
    return [each.value for each in queries.card(team.ctx, number).numbers]


def stored(team: Team) -> list[str]:
    return [row["value"] for row in team.rows("SELECT value FROM reference_number ORDER BY post_id, value")]


def test_numbers_of_all_posts_stand_in_the_order_in_which_they_came(desk: Team) -> None:
    number = desk.write("Waar blijft A-104857? Ook A-200001 is er niet.")
    desk.write("Hallo? Het gaat om A-104857 en A-000009.")
    assert given(desk, number) == ["A-104857", "A-200001", "A-000009"]
    assert queries.card(desk.ctx, number).numbers[0].url == "https://crm.example.com/orders/A-104857"


def test_edit_takes_old_numbers_away_and_brings_new_ones(desk: Team) -> None:
    first = desk.mention("Waar blijft A-104857?")
    desk.receive(first)
    desk.receive(desk.edited(first, "Waar blijft A-104858?", "p1b"))
    assert stored(desk) == ["A-104858"]


def test_deleted_post_takes_its_numbers_along_and_brings_them_back(desk: Team, clock: TurnedClock) -> None:
    mention = desk.mention("Waar blijft A-104857?")
    desk.receive(mention)
    clock.turn(minutes=16)
    assert desk.delete(mention.id) == 1
    assert stored(desk) == []
    network = Served(desk.ctx.accounts[X])
    network.looked_up = LookedUp(frozenset(), (mention,))
    clock.turn(days=1)
    assert desk.recheck(network) == 1
    assert stored(desk) == ["A-104857"]


def test_merged_thread_has_the_numbers_of_both_and_a_split_parts_them(desk: Team, clock: TurnedClock) -> None:
    first = desk.write("Waar blijft A-104857?")
    clock.turn(minutes=1)
    second = desk.write("En A-200001?", conversation="c2")
    merge(desk.ctx, ANNA, second, first)
    assert given(desk, first) == ["A-104857", "A-200001"]
    split(desk.ctx, ANNA, second)
    assert (given(desk, first), given(desk, second)) == (["A-104857"], ["A-200001"])


def test_erasure_and_retention_leave_no_number(desk: Team, clock: TurnedClock) -> None:
    desk.write("Waar blijft A-104857?")
    erase.erase(desk.ctx, "klant")
    assert stored(desk) == []
    number = desk.write("Waar blijft A-200001?", conversation="c2")
    desk.arrive(desk.answer(number))
    clock.turn(days=401)
    assert retention.tick(desk.ctx) == 2
    assert stored(desk) == []


def test_changed_pattern_holds_for_new_posts(desk: Team) -> None:
    number = desk.write("Waar blijft A-104857?")
    changed = ReferenceConfig.model_validate({"pattern": r"B-\d{6}", "url": "https://crm.example.com/b/{0}"})
    desk.ctx = with_references(desk.ctx, changed)
    desk.write("Of bedoelen jullie B-200001?", conversation="c2")
    assert stored(desk) == ["A-104857", "B-200001"]
    (old,) = queries.card(desk.ctx, number).numbers
    assert old.url is None


def test_asking_for_a_number_that_was_given_is_pointed_out_once(desk: Team) -> None:
    number = desk.write("Waar blijft A-104857? Ik wacht al een week.")
    text = "Wat vervelend! Wat is je bestelnummer?"
    with pytest.raises(Refused, match="unconfirmed") as refused:
        desk.answer(number, text)
    (found,) = refused.value.details["findings"]
    assert found == AskedAgain(("A-104857",))
    sent = desk.answer(number, text, confirmed=found.keys)
    assert desk.events(number)[-1].data == {"reply": sent.id, "despite": "asked_again"}


def test_posts_without_numbers_cost_no_statement(desk: Team, engine: Engine) -> None:
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    desk.write("Waar blijft mijn pakket?")
    assert not [statement for statement in said if "reference_number" in statement]
    desk.receive(*(desk.mention(f"En A-{n:06}?", conversation=f"n{n}") for n in range(5)))
    assert len([statement for statement in said if "INSERT INTO reference_number" in statement]) == 1
