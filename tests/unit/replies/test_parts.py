"""A text is cut where a reader would: never within a word, link, number or emoji; its signature stays last."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cases.conversation import in_order
from bot.domain.replies.parts import MOST, split

SIGNATURE = "^AB"


def parts(text: str, most: int = 60, signature: str = SIGNATURE) -> tuple[str, ...]:
    return split(f"{text} {signature}".strip(), signature, lambda part: len(part) <= most)


def test_sentences_stay_whole_where_that_leaves_a_part_half_full() -> None:
    text = "Wat is dat vervelend voor je, zeg! Wij zoeken vandaag nog uit waar het nu is."
    assert parts(text) == ("Wat is dat vervelend voor je, zeg!", "Wij zoeken vandaag nog uit waar het nu is. ^AB")
    assert parts("Oei. Wij zoeken vandaag nog voor je uit waar het pakket nu is gebleven, en bellen.")[0].endswith(
        "pakket"
    )


@pytest.mark.parametrize(
    "whole",
    [
        "https://acme.nl/hulp/retour?order=A-104857&taal=nl",
        "@een_lange_klantnaam",
        "06 12 34 56 78",
        "1 000 000",
        "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦",
        "🇳🇱🇸🇪",
    ],
)
@pytest.mark.parametrize("before", range(5, 60, 3))
def test_what_belongs_together_is_never_cut(whole: str, before: int) -> None:
    filler = ("woorden en nog meer woorden " * 4)[:before].strip()
    found = parts(f"{filler} {whole} en daarna gaat het verder met nog een paar woorden meer")
    assert sum(whole in part for part in found) == 1


def test_signature_never_stands_alone() -> None:
    assert parts("a" * 40 + " " + "b" * 52) == ("a" * 40, "b" * 52 + " ^AB")
    assert parts("a" * 40 + " " + "b" * 53) == ()


def test_word_that_is_longer_than_a_post_and_too_many_parts_are_refused() -> None:
    assert parts("zie " + "x" * 80 + " hier en nog veel meer woorden dan er passen") == ()
    assert parts("woord " * 200) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab .!?\n1é👍\u200d"), min_size=61, max_size=260))
def test_nothing_is_lost_doubled_or_too_long(text: str) -> None:
    text = text.strip()
    found = parts(text, signature="")
    assert len(found) <= MOST
    if found:
        assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)
        assert all(len(in_order(part, place, len(found))) <= 60 for place, part in enumerate(found, 1))
        assert all(part.strip() for part in found)


@pytest.mark.parametrize("word", ["woord ", "😀 ", "https://example.com/a "])
def test_what_is_far_too_long_is_not_counted_as_a_whole(word: str) -> None:
    counted: list[int] = []

    def fits(part: str) -> bool:
        counted.append(len(part))
        return len(part) <= 280

    assert split((word * 20_000).strip(), "", fits) == ()
    assert sum(counted) < 100 * 280
