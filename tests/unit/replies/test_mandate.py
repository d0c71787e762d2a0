"""What may not be sent alone, and how a change of words is shown."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.customers.last_resort import Signal
from bot.domain.replies.mandate import Mandate, Need, NeedKind, needs
from bot.views.replies.difference import difference

MONEY = Mandate(words=("refund", "terugbetaling", "återbetalning", "geld terug"))


def why(mandate: Mandate, body: str = "Dank!", **given: Any) -> tuple[Need, ...]:
    return needs(mandate, body, given.get("labels", ()), given.get("signals", ()), trainee=given.get("trainee", False))


class TestWords:
    @pytest.mark.parametrize(
        ("body", "word"),
        [
            ("You get a REFUND tomorrow", "refund"),
            ("It was refunded.", "refund"),
            ("De terugbetalingsregeling geldt", "terugbetaling"),
            ("Återbetalningen kommer", "återbetalning"),
            ("A\u030aterbetalning kommer", "återbetalning"),  # typed as two characters
            ("Je krijgt je geld\n  terug", "geld terug"),
            ("re\u200bfund", "refund"),  # with a character that cannot be seen
        ],
    )
    def test_word_is_found_with_its_endings_however_it_is_typed(self, body: str, word: str) -> None:
        assert why(MONEY, body) == (Need(NeedKind.WORD, word),)

    @pytest.mark.parametrize(
        ("body", "word"),
        [("Je krijgt 50€ terug", "€"), ("Met 20% korting", "% korting"), ("Dat is C++(17)", "c++"), ("a.*b", ".*")],
    )
    def test_sign_is_found_wherever_it_stands_and_is_no_pattern(self, body: str, word: str) -> None:
        assert why(Mandate(words=(word,)), body) == (Need(NeedKind.WORD, word),)
        assert why(Mandate(words=(word,)), "Je krijgt niets terug") == ()

    @pytest.mark.parametrize("body", ["Nonrefundable? We look into it", "Geldt dat ook terug?", "Dank je wel!"])
    def test_other_words_may_be_sent_alone(self, body: str) -> None:
        assert why(MONEY, body) == ()


class TestRules:
    def test_each_reason_is_named_once(self) -> None:
        mandate = Mandate(True, ("Refund",), frozenset({Signal.AUDIENCE}), ("refund",))
        found = why(
            mandate, "refund, refund", labels=["refund"], signals={Signal.AUDIENCE, Signal.WAITING}, trainee=True
        )
        assert [need.kind for need in found] == ["all", "trainee", "label", "last_resort", "word"]

    def test_other_label_and_other_signal_ask_for_nobody(self) -> None:
        mandate = Mandate(labels=("Refund",), signals=frozenset({Signal.AUDIENCE}))
        assert why(mandate, labels=["Delivery"], signals={Signal.WAITING}) == ()


class TestDifference:
    def test_old_words_are_struck_and_new_ones_bold(self) -> None:
        (quote,) = difference("We pay it back today.", "We pay it back tomorrow.")["elements"]
        assert [(piece["text"], piece.get("style")) for piece in quote["elements"]] == [
            ("We pay it back ", None),
            ("today", {"strike": True}),
            (" ", None),
            ("tomorrow", {"bold": True}),
            (".", None),
        ]

    @pytest.mark.parametrize(("old", "new"), [("", "Nieuw"), ("Weg", ""), ("*a* <@U0X> & `b`", "<!channel>")])
    def test_any_two_texts_can_be_shown(self, old: str, new: str) -> None:
        (quote,) = difference(old, new)["elements"]
        assert quote["elements"]
        assert all(piece["text"] for piece in quote["elements"])
