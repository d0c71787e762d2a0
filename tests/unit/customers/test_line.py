"""The line that says who the customer is, on a card and in the reply form."""

from __future__ import annotations

import pytest

from bot.platform.i18n import translator
from bot.views.cases.card import card as card_view
from bot.views.cases.models import AlsoOpen
from bot.views.customers.line import contacts, line
from tests.support.samples import answered, card, fine

EN = translator("en")
LARS = AlsoOpen(5, "U0LARS", answering=False, permalink=None)


def test_facts_stand_one_after_another_and_nothing_makes_no_line() -> None:
    assert line(["3rd contact this month", None, "also open: #5 (Lars)", ""]) == (
        "💬 3rd contact this month · also open: #5 (Lars)"
    )
    assert line([None, ""]) is None


@pytest.mark.parametrize(
    ("this_month", "earlier", "said"),
    [
        (1, 0, None),
        (1, 1, "1 earlier contact"),
        (1, 4, "4 earlier contacts"),
        (2, 1, "2nd contact this month"),
        (0, 2, "2 earlier contacts"),  # the thread itself is of an earlier month
        (111, 200, "111th contact this month"),
    ],
)
def test_contacts_are_said_from_the_second_on(this_month: int, earlier: int, said: str | None) -> None:
    assert contacts(this_month, earlier, EN) == said


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th", "123rd"]),
        ("nl", ["1e", "2e", "3e", "4e", "11e", "12e", "13e", "21e", "112e", "123e"]),
        ("sv", ["1:a", "2:a", "3:e", "4:e", "11:e", "12:e", "13:e", "21:a", "112:e", "123:e"]),
    ],
)
def test_positions_are_written_as_the_language_does(language: str, written: list[str]) -> None:
    assert [translator(language).ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 112, 123)] == written


def test_card_says_how_often_the_customer_was_here_and_what_else_is_open() -> None:
    shown = fine(card_view(card(also_open=(LARS,), contacts_this_month=3, earlier_contacts=2), EN))
    assert "💬 3rd contact this month · also open: #5 (<@U0LARS>)" in shown


def test_answered_card_says_nothing_of_it() -> None:
    assert "💬" not in fine(card_view(card(thread=answered(), contacts_this_month=3), EN))
