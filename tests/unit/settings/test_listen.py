"""What a desk can listen for, and what is said of a rule that would hear nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.listening.rule import Rule
from tests.support.config import MINIMAL
from tests.support.settings import problems, read

DESK = MINIMAL.partition("[[desk.escalate_to]]")[0]
INBOUND = '[[desk.inbound]]\nname = "coosto"\n[desk.inbound.map]\ntext = "text"\n'


def listen(*lines: str) -> str:
    return "[[desk.listen]]\n" + "\n".join(lines) + "\n"


def test_rule_is_read_as_it_is_written(config: Path) -> None:
    rule = listen(
        'account = "x:acme"',
        'words = ["acme", "#acmestoring"]',
        'not_words = ["vacature"]',
        'not_from = ["@acme_ads"]',
        'languages = ["nl"]',
        "ask_before_card = true",
        "budget = 30",
    )
    settings = read(config, f"{DESK}{rule}")
    assert settings.listening == (
        Rule("Support", "x:acme", ("acme", "#acmestoring"), ("vacature",), ("acme_ads",), ("nl",), True, 30),
    )


def test_rule_needs_an_account_and_words_alone(config: Path) -> None:
    (rule,) = read(config, DESK + listen('account = "acme"', 'words = ["acme"]')).listening
    assert (rule.account, rule.asks, rule.budget) == ("x:acme", False, 60)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['account = "x:acme"'], "listen[1].words: is needed"),
        (['account = "x:acme"', "words = []"], "listen[1].words: is empty"),
        (['account = "x:acme"', 'words = "acme"'], 'listen[1].words: "acme" is not a list of words'),
        (['account = "x:acme"', 'words = ["a"]'], '"a" is not a word'),
        (['account = "x:acme"', 'words = ["##"]'], '"##" is not a word'),
        (['account = "x:acme"', 'words = ["#acme storing"]'], '"#acme storing" is not a hashtag'),
        (['account = "x:acme"', 'words = ["acme\\u0000"]'], "is not a word"),
        (['account = "x:acme"', f'words = ["{"a" * 81}"]'], "is not a word"),
        (['words = ["acme"]'], "listen[1].account: is needed"),
        (
            ['account = "x:acm"', 'words = ["acme"]'],
            'listen[1].account: "x:acm" is no account of this file; did you mean "x:acme"?',
        ),
        (['account = "coosto"', 'words = ["acme"]'], "all that it posts is heard"),
        (['account = "acme"', 'words = ["acme"]', 'languages = ["dutch"]'], 'did you mean "nl" (Dutch)?'),
        (['account = "acme"', 'words = ["acme"]', "budget = 0"], "budget: 0 is not a whole number"),
        (['account = "acme"', 'words = ["acme"]', "ask_befor_card = true"], 'did you mean "ask_before_card"?'),
        (
            ['account = "acme"', f"words = {[f'merk{number:04}' for number in range(60)]}"],
            "X takes 512: spread the words over several rules",
        ),
    ],
)
def test_rule_that_would_hear_nothing_says_so(config: Path, lines: list[str], said: str) -> None:
    (problem,) = problems(config, f"{DESK}{INBOUND}{listen(*lines)}", INBOUND_COOSTO_SECRET="whsec_" + "YWJj" * 8)
    assert said in problem


def test_rule_that_listens_for_the_same_as_another_says_so(config: Path) -> None:
    twice = listen('account = "acme"', 'words = ["acme"]') + listen('account = "x:acme"', 'words = ["ACME"]')
    (problem,) = problems(config, f"{DESK}{twice}")
    assert "desk[1].listen[1] listens for the same on the same account" in problem
