"""What is typed to search for, where it stands in a text, and how the answer looks."""

from __future__ import annotations

import pytest

from bot.domain.cases.search import EXCERPT, LONGEST, Search, excerpt, read
from storage.search_index import plain


@pytest.mark.parametrize(
    ("typed", "phrases", "unfinished"),
    [
        ("storing utr", ("storing", "utr"), True),
        ("A-104857", ("A 104857",), True),
        ("@joris", ("joris",), True),
        ('"storing in utrecht" nu', ("storing in utrecht", "nu"), True),
        ('nu "storing in utrecht"', ("nu", "storing in utrecht"), False),
        ('"never closed', ("never closed",), False),
        ("“curly” x", ("curly", "x"), False),
        ("storing 👍", ("storing",), False),
        ("👍 * - \" \" ''", (), False),
        (" ".join("abcdefghij"), tuple("abcdefgh"), False),
    ],
)
def test_words_and_phrases_are_read(typed: str, phrases: tuple[str, ...], unfinished: bool) -> None:
    search = read(typed)
    assert (search.phrases, search.unfinished) == (phrases, unfinished)


def test_as_much_is_read_as_fits_a_button() -> None:
    assert len(read("storing " * 10_000).typed) <= LONGEST


@pytest.mark.parametrize(
    ("typed", "number", "handle"), [("#12", 12, "#12"), ("1042", 1042, "1042"), ("a b", None, None)]
)
def test_number_and_handle_are_recognised(typed: str, number: int | None, handle: str | None) -> None:
    assert (read(typed).number, read(typed).handle) == (number, handle)


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("brulee", ("Brûlée",)),
        ("crème bru", ("Crème", "Brûlée")),
        ("a-104857", ("A-104857",)),
        ("rulee", ()),
    ],
)
def test_hits_are_marked_as_they_are_written(typed: str, hits: tuple[str, ...]) -> None:
    assert excerpt("Crème Brûlée bij A-104857", read(typed)).hits == hits


def test_excerpt_is_cut_to_the_first_hit() -> None:
    shown = excerpt("ver weg " * 100 + "Storing in Utrecht" + " en verder" * 100, read("utrecht"))
    assert "Storing in Utrecht" in shown.text
    assert shown.text.startswith("… ")
    assert shown.text.endswith(" …")
    assert len(shown.text) <= EXCERPT + 4


@pytest.mark.parametrize("text", ["", "👍", "İstanbul ΑΣ ß", "a\u0301 b", "((((", "x" * 30_000])
def test_any_text_has_an_excerpt(text: str) -> None:
    assert excerpt(text, Search("x", ("x", "((a", "ß"), unfinished=True)).text is not None


def test_index_has_no_accents_or_signs() -> None:
    assert plain("Crème BRÛLÉE, A-104857 anna_b") == "Creme BRULEE  A 104857 anna b"
