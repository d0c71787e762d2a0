"""A mention goes to the desk that the operator's rules name, and is answered there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases.mention import Author
from bot.domain.cases.routing import Route
from bot.settings.config import ReferenceConfig
from bot.usecases.cases import claim, mute
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE
from tests.support.team import Team

PRICE = "Wat is de prijs van A-104857?"


@pytest.fixture
def routed(bench: Bench) -> Bench:
    """Support has the account; what is about prices goes to Sales, which has none."""
    (support,) = bench.ctx.settings.desks
    changes = {
        "name": "Sales",
        "key": None,
        "slack_channel": "C0PRESS",
        "networks": (),
        "targets": support.targets.model_copy(
            update={"first_response": timedelta(minutes=30), "next_response": timedelta(minutes=20)}
        ),
        "references": (ReferenceConfig.model_validate({"pattern": r"A-\d{6}", "url": "https://crm.example.com/{0}"}),),
    }
    desks = (support, support.model_copy(update=changes))
    settings = replace(bench.ctx.settings, desks=desks, routes=(Route("Sales", words=("prijs",)),))
    return Bench(replace(bench.ctx, settings=settings), bench.sandbox, bench.clock)


@pytest.fixture
def team(routed: Bench) -> Team:
    return routed.team


def test_card_targets_and_patterns_are_the_other_desks(routed: Bench, team: Team) -> None:
    support, sales = team.write(), team.write(PRICE, conversation="c2", author=Author("8", "ander", "Ander"))
    routed.settle()
    assert [team.thread(each).desk for each in (support, sales)] == ["Support", "Sales"]
    assert team.thread(sales).first_target * 2 == team.thread(support).first_target
    for place, number in ((HERE, support), ("C0PRESS", sales)):
        (card,) = routed.channel(place)
        assert f"#{number}" in card.text
    assert team.rows("SELECT value FROM reference_number") == [{"value": "A-104857"}]


def test_follow_up_stays_with_the_desk_that_has_the_thread(routed: Bench, team: Team) -> None:
    sales, support = team.write(PRICE), team.write("Waar blijft het?", conversation="c2")
    assert team.write("Hallo?") == sales
    assert team.write("Wat is nu de prijs?", conversation="c2") == support
    assert [team.thread(each).desk for each in (sales, support)] == ["Sales", "Support"]
    routed.settle()
    assert len(routed.channel("C0PRESS")) == 1
    team.arrive(team.answer(sales))
    assert team.write("En wat kost het met btw?") == sales
    assert team.thread(sales).due_at == routed.clock.at + timedelta(minutes=20)


def test_page_for_two_desks_is_stored_once(team: Team) -> None:
    mentions = [team.mention(words, conversation=f"c{number}") for number, words in enumerate((PRICE, "Hoi", PRICE))]
    assert team.receive(*mentions) == 3
    assert team.receive(*mentions) == 0
    assert [row["desk"] for row in team.rows("SELECT desk FROM thread ORDER BY conversation")] == [
        "Sales",
        "Support",
        "Sales",
    ]


def test_author_who_is_muted_at_one_desk_is_heard_at_the_other(team: Team) -> None:
    number = team.write(PRICE)
    claim.claim(team.ctx, ANNA, number)
    mute.mute(team.ctx, ANNA, number, timedelta(days=1), "spam")
    sales, support = team.write(PRICE, conversation="c2"), team.write("Waar blijft het?", conversation="c3")
    assert [team.thread(each).waiting_since is None for each in (sales, support)] == [True, False]
    mute.unmute(team.ctx, ANNA, number)
    assert team.thread(sales).waiting_since is not None


def test_edit_goes_by_the_desk_that_has_the_thread(team: Team) -> None:
    first = team.mention(PRICE)
    team.receive(first)
    team.receive(team.edited(first, "Wat kost A-200000?", "11"))
    assert {row["value"] for row in team.rows("SELECT value FROM reference_number")} >= {"A-200000"}
