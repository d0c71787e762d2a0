"""Other people's words as rich text: character by character, addresses can be clicked, nothing pings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.common.clean import clean
from bot.views.common import rich
from bot.views.common.blocks import MAX_PIECES
from tests.support.samples import HOSTILE


def parts(block: dict[str, Any]) -> list[dict[str, Any]]:
    (quotation,) = block["elements"]
    assert quotation["type"] == "rich_text_quote"
    elements: list[dict[str, Any]] = quotation["elements"]
    return elements


def shown(*blocks: dict[str, Any]) -> str:
    return "".join(part.get("text") or part["url"] for block in blocks for part in parts(block))


class TestQuotation:
    @pytest.mark.parametrize("words", ["_anna_", "~kees/_order_123", "*3* `x` > :tada:", "<!channel> & @here"])
    def test_words_can_be_copied_as_written(self, words: str) -> None:
        assert parts(rich.quotation(words)) == [{"type": "text", "text": words}]

    def test_accents_are_composed(self) -> None:
        assert shown(rich.quotation("cafe\u0301")) == "caf\u00e9"

    @pytest.mark.parametrize(
        ("words", "addresses"),
        [
            ("zie https://acme.nl/_order_/1?a=b&c=d, of bel", ["https://acme.nl/_order_/1?a=b&c=d"]),
            ("(https://nl.example/Bo_(band)).", ["https://nl.example/Bo_(band)"]),
            ("“http://a.example/x”!", ["http://a.example/x"]),
            ("https://a.example https://b.example/", ["https://a.example", "https://b.example/"]),
            ("https:///etc/hosts", []),
            ("javascript:alert(1) https:// ftp://a.example <https://a.example|Bank>", ["https://a.example|Bank"]),
        ],
    )
    def test_addresses_are_links_that_show_themselves(self, words: str, addresses: list[str]) -> None:
        elements = parts(rich.quotation(words))
        assert [part["url"] for part in elements if part["type"] == "link"] == addresses
        assert not any("text" in part for part in elements if part["type"] == "link")
        assert shown(rich.quotation(words)) == words

    def test_half_an_address_is_no_link(self) -> None:
        elements = parts(rich.quotation("see https://acme.example/" + "a" * 50, 30))
        assert {part["type"] for part in elements} == {"text"}

    @pytest.mark.parametrize("words", ["", " \n", "\u200b\ufeff"])
    def test_nothing_is_a_dash(self, words: str) -> None:
        assert parts(rich.quotation(words)) == [{"type": "text", "text": "—"}]

    @given(st.text(alphabet=st.sampled_from("<>&!@#|*_~`:/. \nhtps\u202e\u200bé😀()[]"), max_size=80))
    def test_nothing_in_it_pings(self, words: str) -> None:
        elements = parts(rich.quotation(words))
        assert {part["type"] for part in elements} <= {"text", "link"}
        assert all(part.get("text") or part.get("url") for part in elements)
        assert shown(rich.quotation(words)) == (clean(words) or "—")

    def test_hostile_words_stand_as_they_are(self) -> None:
        assert "<!channel> <@U0LEAD>" in shown(rich.quotation(HOSTILE))


class TestQuotations:
    @pytest.mark.parametrize("char", ["x", "&", "\n", "\U0001f600"])
    def test_long_words_are_shown_whole_in_several_blocks(self, char: str) -> None:
        words = "a" + char * 20_000 + "b"
        blocks = rich.quotations(words)
        assert shown(*blocks) == words
        assert all(len(shown(block)) <= 3000 for block in blocks)

    def test_what_cannot_be_seen_is_not_shown(self) -> None:
        assert shown(*rich.quotations("\ufeffcafe\u0301\u202e")) == "caf\u00e9"

    def test_message_holds_all_blocks_of_the_longest_words(self) -> None:
        assert len(rich.quotations("x" * 1_000_000)) == MAX_PIECES


def test_words_in_a_line_have_a_style_of_ours() -> None:
    block = rich.section(*rich.words("_Bo_\n& Co", bold=True), {"type": "user", "user_id": "U0ANNA"})
    (section,) = block["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "_Bo_ & Co", "style": {"bold": True}},
        {"type": "user", "user_id": "U0ANNA"},
    ]
