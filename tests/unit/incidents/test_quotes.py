"""Quotes for people outside the desk."""

from __future__ import annotations

import pytest

from bot.domain.incidents.quotes import nameless, spread


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@acme help! ^Jan", "[…] help! ^[…]"),
        ("Jan de Vries hier, JAN!", "[…] […] […] hier, […]!"),
        ("bel 06-12 34 56 78 of +31 6 1234 5678", "bel […] of […]"),
        ("order A-104857 op\nhttps://t.co/x", "order […] op […]"),
        ("januari is koud, 3 dagen al", "januari is koud, 3 dagen al"),
    ],
)
def test_what_says_whose_it_is_is_left_out(text: str, left: str) -> None:
    assert nameless(text, ("Jan de Vries", "jan_de_vries")) == left


def test_quotes_are_spread_from_first_to_last() -> None:
    assert spread(["a", "b", "a", "c", "d", "e"], 3) == ["a", "c", "e"]
    assert spread(["a", "a"], 3) == ["a"]
