"""What a text is about, and what tells who wrote it."""

from __future__ import annotations

import pytest

from bot.domain.knowledge.words import anonymous, numbers_in, telling


class TestLongWords:
    """Words may be as long as a post is, and cost in proportion to that: no click waits for a customer's joke."""

    @pytest.mark.parametrize("piece", ["a", "a-", "1234a", "\u6f22"])
    def test_they_are_looked_through_at_once(self, piece: str) -> None:
        text = f"pakket {piece * 200_000} kwijt"
        assert "pakket" in telling(text)
        assert numbers_in(text) == []
        assert anonymous(text, "Jan").startswith("pakket")

    def test_addresses_and_numbers_are_found_as_before(self) -> None:
        text = "pakket JVGL-061234567 voor jan.de-vries+shop@mail.example.nl kwijt, bel +31 6 12 34 56 78"
        assert anonymous(text, "Jan") == "pakket voor kwijt, bel"
        assert numbers_in(text) == ["JVGL-061234567", "+31 6 12 34 56 78"]
