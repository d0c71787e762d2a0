"""Why two customers may be one person, and how that is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.customers.customer import Customer, Handle, Identity
from bot.domain.customers.joining import Suggestion, ToldApart, full_name, in_common
from bot.domain.customers.profile_links import MOST, led_to
from bot.platform.i18n import translator
from bot.views.customers import joining as view

EN = translator("en")
AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def person(number: int, handle: str, name: str, *, network: str = "x") -> Customer:
    return Customer(number, (Identity(network, str(number), (Handle(handle, AT, AT),), name),))


class TestReasons:
    @pytest.mark.parametrize(
        ("name", "handle", "numbers", "enough", "certain"),
        [
            ("Jan", "jan", (), False, False),
            ("Jan", "jan_else", (), False, False),
            ("Jan Jansen", "jan_else", (), False, False),
            ("Piet Puk", "jan", (), False, False),
            ("Jan Jansen", "jan", (), True, False),
            ("JAN  JANSÉN", "Jan", (), True, False),
            ("Jan", "jan_else", ("A-104857",), True, False),
            ("Jan Jansen", "jan_else", ("A-104857",), True, True),
        ],
    )
    def test_common_name_alone_is_no_reason(
        self, name: str, handle: str, numbers: tuple[str, ...], enough: bool, certain: bool
    ) -> None:
        known = person(1, "jan", "Jan" if name == "Jan" else "Jan Jansen")
        found = in_common(known, person(2, handle, name, network="toot"), numbers)
        assert (found.enough, found.certain) == (enough, certain)

    def test_link_is_worth_asking_but_never_certain(self) -> None:
        known = person(1, "jan", "Jan Jansen")
        found = in_common(known, person(2, "jan", "Jan Jansen", network="toot"), (), ("jan.nl",))
        assert (found.links, found.enough, found.certain) == (("jan.nl",), True, False)
        assert in_common(known, person(2, "else", "Piet Puk", network="toot"), (), ("jan.nl",)).enough

    @pytest.mark.parametrize(
        ("address", "place"),
        [
            ("https://www.Anna.nl/", "anna.nl"),
            ("http://anna.nl?utm=x#top", "anna.nl"),
            ("anna.nl", "anna.nl"),
            ("https://Mastodon.NL/@Anna", "mastodon.nl/@anna"),
            ("https://anna.nl/shop/", "anna.nl/shop"),
        ],
    )
    def test_addresses_are_compared_by_where_they_lead(self, address: str, place: str) -> None:
        assert led_to([address, address]) == (place,)

    @pytest.mark.parametrize("address", ["", "anna", "anna nl.", "https://", "javascript:alert(1)", "a" * 300 + ".nl"])
    def test_what_is_no_address_leads_nowhere(self, address: str) -> None:
        assert led_to([address]) == ()

    def test_profile_of_many_links_keeps_a_few(self) -> None:
        assert len(led_to(f"https://a{number}.nl" for number in range(999))) == MOST

    @pytest.mark.parametrize("name", ["Jan", "Jan J.", "  jan  ", "Jan 👍", "", "-- Jan", "J K"])
    def test_first_name_is_no_full_name(self, name: str) -> None:
        assert full_name(name) == ""

    @pytest.mark.parametrize("name", ["Åsa Öberg", "asa oberg", "ÅSA  ÖBERG 🚆", "Åsa Öberg."])
    def test_names_are_compared_by_their_letters(self, name: str) -> None:
        assert full_name(name) == "asa oberg"


class TestWords:
    def test_suggestion_says_who_and_why(self) -> None:
        one, other = person(1, "jan", "Jan Jansen"), person(2, "*jan*", "Jan <!channel> Jansen", network="toot")
        found = in_common(one, person(2, "jan", "Jan Jansen"), ("A-104857",), ("jan.nl/<!here>",))
        shown = str(view.suggested(one, [Suggestion(other, 3, found)], {"toot": "Toot"}, EN))
        assert "on Toot, 3 threads" in shown
        assert (
            "both gave A-104857 · both are called Jan Jansen · both use @jan · both profiles lead to jan.nl/" in shown
        )
        assert "<!channel>" not in shown
        assert "<!here>" not in shown
        assert shown.count("x:1 toot:2") == 2

    def test_one_told_apart_has_a_way_back(self) -> None:
        (one,), (other,) = person(1, "jan", "Jan").identities, person(2, "piet", "Piet").identities
        (block,) = view.apart([ToldApart(one, other, "U0LARS", AT)], EN)
        assert "*@piet* is somebody else, as <@U0LARS> said" in str(block)
        assert block["accessory"]["value"] == "x:1 x:2"

    def test_card_names_nobody_without_need(self) -> None:
        assert view.on_card(None, EN) is None
        assert view.on_card("jan", EN) == "perhaps also @jan"
