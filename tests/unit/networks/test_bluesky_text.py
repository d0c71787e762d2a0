"""How Bluesky counts a text, and what becomes a link in one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.networks.base import Count
from bot.networks.bluesky.text import count, facets, written_out

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇳🇱"
DIDS = {"anne.bsky.social": "did:plc:anne", "bob.example.com": "did:plc:bob"}


def pieces(text: str) -> list[tuple[str, object]]:
    """Return what each facet covers, by its bytes, and where it leads."""
    found: list[tuple[str, object]] = []
    for facet in facets(text, lambda handle: DIDS.get(handle.lower(), "")):
        part: Any = facet
        index, (feature,) = part["index"], part["features"]
        shown = text.encode()[index["byteStart"] : index["byteEnd"]].decode()
        found.append((shown, feature.get("uri") or feature.get("did") or feature.get("tag")))
    return found


class TestCount:
    @pytest.mark.parametrize(
        ("text", "used"),
        [("", 0), ("Dag Anne", 8), (FAMILY, 1), (FLAG * 2, 2), ("e\u0301", 1), ("👍🏽", 1), ("क्षि", 1), ("\r\n", 1)],
    )
    def test_letters_are_counted_as_people_see_them(self, text: str, used: int) -> None:
        assert count(text + "x" * 100) == Count(used + 100, 300)

    @pytest.mark.parametrize(
        ("text", "counted"),
        [
            (FAMILY * 100, Count(2500, 3000)),
            ("é" * 300, Count(300, 300)),
            (FAMILY * 121, Count(3025, 3000)),
            ("한" * 300, Count(300, 300)),
            ("x" * 301, Count(301, 300)),
        ],
    )
    def test_tighter_limit_is_told(self, text: str, counted: Count) -> None:
        assert count(text) == counted

    def test_half_a_character_is_refused(self) -> None:
        assert count("a\ud83d").invalid == "\ud83d"


class TestFacets:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Kijk op https://acme.nl/volg?a=1.", [("https://acme.nl/volg?a=1", "https://acme.nl/volg?a=1")]),
            (f"{FAMILY} é acme.nl/volg!", [("acme.nl/volg", "https://acme.nl/volg")]),
            ("(zie acme.nl)", [("acme.nl", "https://acme.nl")]),
            ("Dag @anne.bsky.social, dag", [("@anne.bsky.social", "did:plc:anne")]),
            ("Dag @Anne.Bsky.Social.", [("@Anne.Bsky.Social", "did:plc:anne")]),
            ("@nobody.example.com @anne", []),
            ("mail anne@bob.example.com", []),
            (
                "#storing in #Utrecht-Oost, #1 #2e.",
                [("#storing", "storing"), ("#Utrecht-Oost", "Utrecht-Oost"), ("#2e", "2e")],
            ),
            ("👍 \uff03hälsning!!", [("\uff03hälsning", "hälsning")]),
            ("a#b # #️⃣ " + "#" + "x" * 65, []),
            ("https://acme.nl/#top", [("https://acme.nl/#top", "https://acme.nl/#top")]),
            (
                "@bob.example.com acme.nl #ja",
                [("@bob.example.com", "did:plc:bob"), ("acme.nl", "https://acme.nl"), ("#ja", "ja")],
            ),
        ],
    )
    def test_parts_lead_somewhere(self, text: str, found: list[tuple[str, object]]) -> None:
        assert pieces(text) == found

    @given(
        st.text(st.sampled_from("@#.:/ aé👍\u200d한x\n1"), max_size=40),
        st.sampled_from(["acme.nl", "#ja", "@bob.example.com"]),
    )
    def test_places_are_between_characters_and_in_order(self, text: str, part: str) -> None:
        whole = f"{text} {part} {text}"
        assert part in [shown for shown, _ in pieces(whole)] or part not in whole.split()
        last = 0
        for facet in facets(whole, lambda _: "did:plc:bob"):
            index: Any = facet["index"]
            assert last <= index["byteStart"] < index["byteEnd"] <= len(whole.encode())
            last = index["byteEnd"]


def linked(text: str, start: int, end: int, uri: str, kind: str = "link") -> dict[str, object]:
    feature = {"$type": f"app.bsky.richtext.facet#{kind}", "uri": uri}
    return {"text": text, "facets": [{"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}]}


class TestWrittenOut:
    @pytest.mark.parametrize(
        ("record", "words"),
        [
            (linked("é acme.nl/vol... ja", 3, 17, "https://acme.nl/volg/1"), "é https://acme.nl/volg/1 ja"),
            (linked("acme.nl/vo…", 0, 13, "https://acme.nl/volg/1"), "https://acme.nl/volg/1"),
            (linked("acme.nl", 0, 7, "https://acme.nl/"), "acme.nl"),
            (linked("klik hier", 5, 9, "https://evil.example"), "klik hier (https://evil.example)"),
            (linked("klik hier", 5, 9, "javascript:alert(1)"), "klik hier"),
            (linked("é hier", 1, 3, "https://a.example"), "é hier"),
            (linked("kort", 2, 99, "https://a.example"), "kort"),
            (linked("kort", -3, 2, "https://a.example"), "kort"),
            (linked("kort", 3, 1, "https://a.example"), "kort"),
            (linked("kort", 0, 2, "https://a.example", "mention"), "kort"),
            ({"text": "kort", "facets": [7, {"index": 3}, {"index": {"byteStart": "0", "byteEnd": True}}]}, "kort"),
            ({"text": "kort\0 \ud800", "facets": None}, "kort ?"),
        ],
    )
    def test_addresses_stand_in_the_words(self, record: dict[str, object], words: str) -> None:
        assert written_out(record) == words

    def test_overlapping_links_are_written_once(self) -> None:
        record = linked("klik hier nu", 0, 9, "https://a.example")
        other: Any = linked("klik hier nu", 5, 12, "https://b.example")["facets"]
        record["facets"] = [*other, *record["facets"]]  # type: ignore[misc]
        assert written_out(record) == "klik hier (https://a.example) nu"
