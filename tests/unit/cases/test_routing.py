"""Which rule decides where a mention goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.cases.routing import Arrival, Route, first_that_holds
from bot.domain.clock.calendar import Calendar

ARRIVAL = Arrival("x:acme", "Ik wil een offerte", datetime(2026, 11, 20, 15, 40, tzinfo=UTC), "nl")
DAY = Calendar("Mo-Fr 09:00-17:00", "Europe/Amsterdam")
EVENING = Calendar("Mo-Fr 17:00-22:00", "Europe/Amsterdam")


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ({"network": "x"}, {"account": "mastodon:acme@example.social"}),
        ({"account": "x:acme"}, {"account": "x:acme_help"}),
        ({"kind": "public"}, {"private": True}),
        ({"language": "nl"}, {"language": "sv"}),
        ({"language": "nl"}, {"language": None}),
        ({"words": ("prijs", "offerte")}, {"text": "Waar blijft mijn pakket?"}),
        ({"words": ("wil een offerte",)}, {"text": "een offerte? wil ik niet"}),
        (
            {"hour": Calendar("Mo-Fr 09:00-17:00", "Europe/Amsterdam")},
            {"at": datetime(2026, 11, 20, 16, 0, tzinfo=UTC)},
        ),
    ],
)
def test_rule_holds_for_what_it_says_and_nothing_else(rule: dict[str, Any], changed: dict[str, Any]) -> None:
    route = Route("Sales", **rule)
    assert (route.holds(ARRIVAL), route.holds(replace(ARRIVAL, **changed))) == (True, False)


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ({"kind": "private"}, {"private": True}),
        ({"signal": "last_resort"}, {"hurried": True}),
        ({"language": "pt"}, {"language": "pt-BR"}),
        ({"words": ("offer",)}, {"text": "OFFERTES graag"}),
        ({"words": ("€",)}, {"text": "voor 5€?"}),
        ({"hour": EVENING}, {"at": datetime(2026, 11, 20, 18, 0, tzinfo=UTC)}),
    ],
)
def test_rule_holds_where_its_words_are_meant(rule: dict[str, Any], changed: dict[str, Any]) -> None:
    assert Route("Sales", **rule).holds(replace(ARRIVAL, **changed))


@pytest.mark.parametrize(("given", "holds"), [("vacatures", True), ("Storing", False), (None, False)])
def test_rule_about_a_label_is_about_nothing_that_comes_in(given: str | None, holds: bool) -> None:
    about = Route("HR", label="Vacatures", language="nl")
    assert about.holds(replace(ARRIVAL, label=given)) is holds
    assert Route("Rest", language="nl").holds(replace(ARRIVAL, label=given)) is (given is None)


def test_all_that_a_rule_says_must_hold_and_the_first_rule_decides() -> None:
    both = Route("Sales", language="nl", words=("prijs",))
    dutch, anything = Route("Nederland", language="nl"), Route("Rest", network="x")
    assert first_that_holds([both, dutch, anything], ARRIVAL) == (2, dutch)
    assert first_that_holds([both, anything, dutch], ARRIVAL) == (2, anything)
    assert first_that_holds([both], ARRIVAL) is None
