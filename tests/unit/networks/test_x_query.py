"""Whatever a rule's words hold, X is asked for them as words."""

from __future__ import annotations

import pytest

from bot.networks.base import Search
from bot.networks.x.query import LONGEST, query, unsearchable


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("acme",), "acme"),
        (("acme", "#acmestoring"), "(acme OR #acmestoring)"),
        (("acme storing",), '"acme storing"'),
        (("OR",), '"OR"'),
        (("from:acme",), '"from:acme"'),
        (("-acme",), '"-acme"'),
        (("(acme)",), '"(acme)"'),
        (('acme" OR "a',), '"acme OR a"'),
        (("acme\\",), '"acme"'),
        (("“acme”",), '"acme"'),
        (("Åkeri Öst",), '"Åkeri Öst"'),
        (("@acmefail",), "@acmefail"),
    ],
)
def test_words_stay_words(words: tuple[str, ...], asked: str) -> None:
    assert query(Search(words), "acme") == f"{asked} -is:retweet -@acme -from:acme"


def test_not_words_languages_and_campaigns_are_left_out_by_x_itself() -> None:
    wanted = Search(("acme",), ("vacature", "te koop"), ("nl", "pt-br"), ("acme_ads",))
    assert query(wanted, "acme") == (
        'acme -vacature -"te koop" (lang:nl OR lang:pt) -is:retweet -@acme -from:acme -from:acme_ads'
    )


def test_language_that_x_does_not_tell_apart_is_not_asked_for() -> None:
    assert "lang:" not in query(Search(("acme",), languages=("nl", "fy")), "acme")


def test_query_that_is_too_long_for_x_is_refused_beforehand() -> None:
    fits = Search(tuple(f"merk{number:04}" for number in range(39)))
    assert not unsearchable(fits, "acme")
    assert len(query(fits, "acme")) <= LONGEST
    assert "spread the words over several rules" in unsearchable(Search((*fits.words, *fits.words)), "acme")


def test_word_of_marks_alone_is_refused_beforehand() -> None:
    assert "X cannot search for" in unsearchable(Search(('"\\"',)), "acme")
