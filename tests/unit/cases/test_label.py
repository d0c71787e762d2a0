"""Labels on a card, in a list and in the forms."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platform.i18n import translator
from bot.sandbox.slack.inputs import elements
from bot.views.cases import label
from bot.views.cases.card import card as card_view
from bot.views.cases.case_row import row
from bot.views.cases.models import Card
from tests.support.samples import answered, card, fine, owned, post, pressable, thread

EN = translator("en")
MANY = tuple(f"Label {n}" for n in range(99))


def offered(one: Card) -> list[str]:
    menus = [element for _, element in elements(card_view(one, EN).blocks) if element["action_id"] == "label"]
    return [option["value"] for menu in menus for option in menu["options"]]


class TestCard:
    def test_desk_without_labels_has_no_menu(self) -> None:
        assert "label" not in pressable(card_view(card(), EN))

    @pytest.mark.parametrize(
        ("has", "choices"),
        [
            ((), ["1042:Delivery", "1042:Outage"]),
            (("Outage",), ["1042:Delivery", "1042:"]),
            (("outage", "Delivery"), ["1042:"]),
        ],
    )
    def test_menu_offers_what_is_not_set_and_the_form_once_something_is(
        self, has: tuple[str, ...], choices: list[str]
    ) -> None:
        assert offered(card(thread=owned(), labels=has, desk_labels=("Delivery", "Outage"))) == choices

    @pytest.mark.parametrize("has", [(), MANY[:1], MANY])
    def test_as_many_as_a_desk_may_have_fit(self, has: tuple[str, ...]) -> None:
        fine(card_view(card(labels=has, desk_labels=MANY), EN))

    @pytest.mark.parametrize("one", [thread(), answered()])
    def test_labels_stand_in_its_small_line(self, one: Any) -> None:
        shown = fine(card_view(card(thread=one, labels=("Delivery", "<!channel>")), EN))
        assert "🏷️ Delivery, &lt;!channel&gt;" in shown

    def test_of_many_the_first_are_named(self) -> None:
        assert "🏷️ Label 0, Label 1, Label 2, Label 3 +95" in fine(card_view(card(labels=MANY), EN))

    def test_row_of_a_list_names_them(self) -> None:
        assert "🏷️ Outage" in row(card(labels=("Outage",), newest=post()), EN)


class TestForms:
    def test_form_has_ticks_for_all_labels_in_blocks_that_slack_takes(self) -> None:
        view = label.modal(1042, MANY, ("Label 3", "Label 42"), EN)
        fine(view)
        fields = [block["element"] for block in view["blocks"] if block["type"] == "input"]
        ticked = [option["value"] for field in fields for option in field.get("initial_options", ())]
        assert (len(fields), ticked) == (10, ["Label 3", "Label 42"])

    def test_reply_form_offers_what_is_not_set(self) -> None:
        block = label.in_reply(card(labels=("Outage",), desk_labels=("Delivery", "Outage")), EN)
        assert block is not None
        assert [option["value"] for option in block["element"]["options"]] == ["Delivery"]
        assert block["optional"]
        assert label.in_reply(card(), EN) is None
