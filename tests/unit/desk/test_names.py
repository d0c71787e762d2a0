"""Initials and names to sign with, out of what agents call themselves in Slack."""

from __future__ import annotations

import pytest

from bot.domain.desk.names import initials, plain_name


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
        ("Jan 't Hart", "JH"),
        ("Anne-Marie", "AM"),
        ("Anna Bakker-Smit", "AS"),
        ("dr. Anna Bakker | Acme", "AB"),
        ("", ""),
        ("🙂", ""),
    ],
)
def test_initials_are_of_the_first_and_the_last_name(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("decorated", "name"),
    [
        ("Anna | Acme", "Anna"),
        ("Anna (she/her)", "Anna"),
        ("Anna \u2013 Support", "Anna"),
        ("Anna Bakker - Webcare team", "Anna Bakker"),
        ("Anna Bakker/Acme", "Anna Bakker"),
        ("Anna Bakker [OOO until 3/12]", "Anna Bakker"),
        ("Anna Bakker • Acme", "Anna Bakker"),
        ("Anna Bakker, Support", "Anna Bakker"),
        ("(Anna)", "Anna"),
        ("(Support) Anna Bakker", "Anna Bakker"),
        ("#1 | Anna Bakker", "Anna Bakker"),
        ("| Anna Bakker |", "Anna Bakker"),
        ("dr. Anna Bakker", "Anna Bakker"),
        ("drs. Anna Bakker", "Anna Bakker"),
        ("prof. dr.ir. Anna Bakker MSc", "Anna Bakker"),
        ("🌸 Anna Bakker 🌸", "Anna Bakker"),
        ("Anna🌸Bakker", "Anna Bakker"),
        ("Anna Bakker :palm_tree:", "Anna Bakker"),
        (":sun_with_face::skin-tone-2: Anna Bakker", "Anna Bakker"),
        ("👩\u200d💻 Anna ❤️ Bakker 🇳🇱", "Anna Bakker"),
        ("\U0001d4d0\U0001d4f7\U0001d4f7\U0001d4ea Bakker", "Anna Bakker"),
        ("Anna\u200b Bakker\ufeff", "Anna Bakker"),
        ("Bo & Co", "Bo & Co"),
        ("Anne\u2011Marie Berg", "Anne-Marie Berg"),
        ("Dr.", "Dr."),
        ("Anna Ma", "Anna Ma"),
        ("\u3164", ""),
        ("🌸 | :wave:", ""),
    ],
)
def test_only_the_name_is_signed_with(decorated: str, name: str) -> None:
    assert plain_name(decorated) == name
