"""Numbers that customers quote: found in their words, linked, and never at the price of a stuck desk."""

from __future__ import annotations

import pytest

from bot.domain.customers.reference_numbers import KEPT, Number, Pattern, compiled, found, linked
from bot.platform.i18n import translator
from bot.views.cases import history
from bot.views.cases.card import card as card_view
from bot.views.cases.models import History
from bot.views.customers.reference_numbers import numbers
from tests.support.samples import card, fine

ORDER = Pattern(r"A-\d{6}", "https://crm.example.com/orders/{0}")
PARCEL = Pattern(r"(?i)\bparcel (\w+)/(\w+)?", "https://crm.example.com/?p={1}&of={2}#{0}")
EN = translator("en")


class TestFound:
    def test_each_number_is_found_once(self) -> None:
        text = "A-104857, a-1, A-12345 and parcel Q7/b: not A-104857 but A-200001!"
        assert found((ORDER, PARCEL), text) == ("A-104857", "A-200001", "parcel Q7/b")

    def test_number_across_two_lines_stands_in_one(self) -> None:
        assert found((Pattern(r"order\s\d+", "https://a.nl/{0}"),), "my order\n12") == ("order 12",)

    def test_what_is_too_long_or_cannot_be_seen_is_no_number(self) -> None:
        assert found((Pattern(r"A-.+", "https://a.nl/{0}"),), f"A-{'1' * 99}\nA-\u202e12\nA-7") == ("A-7",)

    @pytest.mark.parametrize(
        ("pattern", "text"),
        [
            (r"(a+)+b", "a" * 100_000),
            (r"(x+x+)+y", "x" * 100_000),
            (r"(.*a){12}", "a" * 50_000 + "!" * 50_000),
            (r"A-(\d+)+$", "A-1" * 33_000 + "!"),
            (r"a(.*b)?", "a" * 100_000),
        ],
    )
    def test_hostile_text_ends_at_once(self, pattern: str, text: str) -> None:
        assert len(found((Pattern(pattern, "https://a.nl/{0}"),), text)) <= KEPT

    def test_list_of_numbers_is_cut(self) -> None:
        assert len(found((ORDER,), " ".join(f"A-{n:06}" for n in range(5_000)))) == KEPT


class TestPattern:
    @pytest.mark.parametrize("pattern", ["(?=A)A", "(?<!x)A", r"(A)\1", "(?P<x>A)(?P=x)", "(?>A)", "A{1001}", "(A"])
    def test_what_could_backtrack_or_cannot_be_read_is_refused(self, pattern: str) -> None:
        with pytest.raises(ValueError, match=r"\w"):
            compiled(pattern)

    @pytest.mark.parametrize("pattern", ["", "A*", r"\b", "^", "$", r"\d*", "A?|B", "()", r"\B", "(?m)^"])
    def test_what_matches_nothing_at_all_is_refused(self, pattern: str) -> None:
        with pytest.raises(ValueError, match="where nothing is written"):
            compiled(pattern)


class TestAddress:
    def test_groups_take_their_places_and_are_encoded(self) -> None:
        assert PARCEL.address("parcel a_b/c") == "https://crm.example.com/?p=a_b&of=c#parcel%20a_b%2Fc"
        assert PARCEL.address("Parcel Q7/") == "https://crm.example.com/?p=Q7&of=#Parcel%20Q7%2F"

    def test_words_of_the_customer_cannot_leave_their_place(self) -> None:
        anything = Pattern("A-.+", "https://crm.example.com/orders/{0}")
        address = anything.address("A-1/../../?x=#y|<!channel>&{1}")
        assert address == "https://crm.example.com/orders/A-1%2F..%2F..%2F%3Fx%3D%23y%7C%3C%21channel%3E%26%7B1%7D"

    def test_number_that_no_longer_looks_like_one_has_no_link(self) -> None:
        assert linked((ORDER, PARCEL), ("A-1", "A-104857")) == (
            Number("A-1", None),
            Number("A-104857", "https://crm.example.com/orders/A-104857"),
        )


class TestShown:
    GIVEN = linked((ORDER,), ("A-104857",))
    LINK = "<https://crm.example.com/orders/A-104857|A-104857>"

    def test_number_is_a_link_on_the_cards_small_line_and_in_the_history(self) -> None:
        shown = card(numbers=self.GIVEN, earlier_contacts=1)
        assert f"1 earlier contact · {self.LINK}" in fine(card_view(shown, EN))
        assert self.LINK in fine(history.modal(History(shown, (), (), ()), EN))

    def test_newest_numbers_are_named_and_the_others_counted(self) -> None:
        given = tuple(Number(f"A-{n}", None) for n in range(12))
        assert numbers(given, EN) == "A-9, A-10, A-11 and 9 more"

    def test_number_has_no_effect_in_slack(self) -> None:
        shown = card(numbers=(Number("<!channel>*A*", "https://a.nl/%3C%21channel%3E|x"),))
        assert "<!channel" not in fine(card_view(shown, EN))
