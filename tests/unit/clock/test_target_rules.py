"""Targets for some mentions: which rule wins, and what it is called."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain.clock.calendar import AROUND_THE_CLOCK
from bot.domain.clock.target_rules import About, TargetRule, criteria, targets_for
from bot.domain.clock.targets import ResponseKind, ResponseTargets

MINUTE = timedelta(minutes=1)
USUAL = ResponseTargets(60 * MINUTE, 120 * MINUTE, 0.75, AROUND_THE_CLOCK)
DUTCH = TargetRule(None, "nl", 30 * MINUTE, None)
ON_X = TargetRule("x", None, 20 * MINUTE, 40 * MINUTE)
DUTCH_ON_X = TargetRule("x", "nl", 45 * MINUTE, None)
PORTUGUESE = TargetRule(None, "pt", 10 * MINUTE, None)
BRAZILIAN = TargetRule(None, "pt-br", 5 * MINUTE, None)


def first(*rules: TargetRule, network: str = "x", language: str | None = "nl") -> tuple[int, str | None]:
    found = targets_for(USUAL, rules, About(network, language))
    return found.first_response // MINUTE, found.rule_of(ResponseKind.FIRST)


@pytest.mark.parametrize("rules", list(permutations((DUTCH, ON_X, DUTCH_ON_X))))
def test_rule_that_names_most_wins_in_whatever_order_also_if_it_is_the_slower_one(rules: list[TargetRule]) -> None:
    assert first(*rules) == (45, "language=nl network=x")


@pytest.mark.parametrize("rules", [(DUTCH, ON_X), (ON_X, DUTCH)])
def test_of_equally_specific_rules_the_shorter_target_counts(rules: tuple[TargetRule, ...]) -> None:
    assert first(*rules) == (20, "network=x")


def test_rule_changes_only_the_target_that_it_names() -> None:
    found = targets_for(USUAL, [DUTCH_ON_X, ON_X], About("x", "nl"))
    assert (found.next_response, found.rule_of(ResponseKind.NEXT)) == (40 * MINUTE, "network=x")
    found = targets_for(USUAL, [DUTCH], About("x", "nl"))
    assert (found.next_response, found.rule_of(ResponseKind.NEXT)) == (120 * MINUTE, None)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", (30, "language=nl")),
        ("nl-BE", (30, "language=nl")),
        ("nld", (60, None)),
        ("und", (60, None)),
        (None, (60, None)),
        ("pt", (10, "language=pt")),
        ("pt-BR", (5, "language=pt-br")),
        ("pt-PT", (10, "language=pt")),
    ],
)
def test_language_is_the_networks_and_its_varieties_are_included(
    language: str | None, expected: tuple[int, str | None]
) -> None:
    assert first(DUTCH, PORTUGUESE, BRAZILIAN, language=language) == expected


def test_other_networks_keep_the_usual_target() -> None:
    assert first(ON_X, DUTCH_ON_X, network="mastodon") == (60, None)


@pytest.mark.parametrize("rule", [DUTCH, ON_X, DUTCH_ON_X])
def test_name_tells_what_a_rule_is_about(rule: TargetRule) -> None:
    said = {"language": rule.language, "network": rule.network}
    assert criteria(rule.name) == {key: value for key, value in said.items() if value}


LABELLED = TargetRule(None, None, 15 * MINUTE, None, "Lost parcel")
DUTCH_LABELLED = TargetRule(None, "nl", 50 * MINUTE, None, "Lost parcel")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ((), (20, "network=x")),
        (("Compliment",), (20, "network=x")),
        (("Compliment", "lost PARCEL"), (15, "label=Lost parcel")),
    ],
)
def test_rule_with_a_label_holds_for_what_has_it(labels: tuple[str, ...], expected: tuple[int, str]) -> None:
    found = targets_for(USUAL, [LABELLED, ON_X, DUTCH], About("x", "nl", labels))
    assert (found.first_response // MINUTE, found.first_rule) == expected


@pytest.mark.parametrize("rules", list(permutations((LABELLED, DUTCH_LABELLED, ON_X))))
def test_rule_with_a_label_and_a_language_names_most(rules: list[TargetRule]) -> None:
    found = targets_for(USUAL, rules, About("x", "nl", ("Lost parcel",)))
    assert found.first_rule == "language=nl label=Lost parcel"
    assert criteria(found.first_rule or "") == {"language": "nl", "label": "Lost parcel"}


@pytest.mark.parametrize("label", ["a=b", "network=x", "two  words", "label=twice"])
def test_name_of_a_rule_gives_back_any_label(label: str) -> None:
    assert criteria(TargetRule("x", "nl", MINUTE, None, label).name) == {
        "language": "nl",
        "network": "x",
        "label": label,
    }


HURRIED = TargetRule(None, None, 25 * MINUTE, 150 * MINUTE, signal="last_resort")


@pytest.mark.parametrize("rules", list(permutations((HURRIED, DUTCH, ON_X))))
@pytest.mark.parametrize(("network", "expected"), [("x", (20, "network=x")), ("y", (25, "signal=last_resort"))])
def test_last_resort_may_only_shorten_what_holds_without_it(
    rules: list[TargetRule], network: str, expected: tuple[int, str]
) -> None:
    found = targets_for(USUAL, rules, About(network, "nl"), last_resort=True)
    assert (found.first_response // MINUTE, found.first_rule) == expected
    assert found.next_response <= 120 * MINUTE


def test_rule_for_a_last_resort_says_nothing_of_others() -> None:
    assert first(HURRIED) == (60, None)


def test_last_resort_with_a_label_needs_both_and_is_named_so() -> None:
    rule = TargetRule(None, None, 5 * MINUTE, None, "Lost parcel", "last_resort")
    assert targets_for(USUAL, [rule], About("x", "nl"), last_resort=True) == USUAL
    found = targets_for(USUAL, [rule], About("x", "nl", ("lost parcel",)), last_resort=True)
    assert found.first_response == 5 * MINUTE
    assert criteria(found.first_rule or "") == {"signal": "last_resort", "label": "Lost parcel"}
