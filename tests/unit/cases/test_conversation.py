"""Initials out of names."""

from __future__ import annotations

import pytest

from bot.domain.cases.conversation import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Bakker", "AB"),
        ("Joost de Vries", "JV"),
        ("Anne-Marie van den Berg", "AB"),
        ("lars", "L"),
        ("  Åsa   Öberg ", "ÅÖ"),
        ("Anna (Support)", "A"),
        ("Anna 2", "A"),
        ("Иван Петров", "ИП"),
        ("", ""),
        ("🙂", ""),
    ],
)
def test_initials_are_of_the_first_and_the_last_name(name: str, letters: str) -> None:
    assert initials(name) == letters
