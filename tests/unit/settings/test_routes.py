"""Which desk answers what, as webcare.toml says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.cases.routing import Route
from bot.domain.clock.calendar import Calendar
from tests.support.config import MINIMAL, desk_toml
from tests.support.settings import problems, read

SALES = desk_toml("Sales", "C0SALES")


def test_rules_are_read_in_the_order_of_the_file(config: Path) -> None:
    rules = """
[[route]]
desk = "Sales"
account = "ACME"
words = ["offerte", "prijs"]
[[route]]
desk = "Support"
hour = "Mo-Fr 17:00-22:00"
"""
    routes = read(config, MINIMAL + SALES + rules).routes
    assert routes == (
        Route("Sales", account="x:acme", words=("offerte", "prijs")),
        Route("Support", hour=Calendar("Mo-Fr 17:00-22:00", "UTC")),
    )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('desk = "Sale"\nwords = ["prijs"]', 'route[1].desk: "Sale" is no desk of this file; did you mean "Sales"?'),
        ('desk = "Sales"', "route[1]: says not which mentions"),
        (
            'desk = "Sales"\naccount = "x:acm"',
            'route[1].account: "x:acm" is no account of this file; did you mean "x:acme"?',
        ),
        ('desk = "Sales"\nhour = "always"', 'route[1].hour: "always" is not opening hours'),
        ('words = ["prijs"]', "route[1].desk: is needed"),
        ('desk = "Sales"\nlabel = "Vacature"', 'route[1].label: "Vacature" is no label of any desk'),
        ('desk = "Sales"\nlabel = "Prijs"\nwords = ["prijs"]', "route[1]: is about a label, which a colleague sets"),
    ],
)
def test_rule_that_leads_nowhere_says_so(config: Path, rule: str, said: str) -> None:
    (problem,) = problems(config, f"{MINIMAL}{SALES}[[route]]\n{rule}\n")
    assert said in problem
