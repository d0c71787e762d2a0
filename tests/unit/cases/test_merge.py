"""What the cards of merged threads say, and the question who keeps one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.cases.thread import Thread
from bot.platform.i18n import translator
from bot.views.cases import merge as view
from bot.views.cases.card import card as card_view
from bot.views.cases.models import AlsoOpen
from tests.support.samples import AT, answered, card, closed, fine, owned, pressable

EN = translator("en")


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_every_view_fits(language: str) -> None:
    t = translator(language)
    for shown in (view.which_owner(5, 6, ["U0ANNA", "U0LARS"], t), view.done(5, 6, t), view.undone(5, 6, t)):
        fine(shown)


def test_card_names_what_was_merged_and_offers_to_split() -> None:
    shown = card_view(card(thread=owned(), merged=(5, 6)), EN)
    assert "merged with #5" in fine(shown)
    assert pressable(shown).count("split") == 2


def test_merged_card_points_to_the_other_and_takes_nothing_else() -> None:
    gone = closed(merged_into=5, merged_at=AT, close_reason=None)
    shown = card_view(card(thread=gone, into_link="https://acme.slack.com/archives/C0SUPPORT/p1"), EN)
    assert "*#1042* was merged into <https://acme.slack.com/archives/C0SUPPORT/p1|#5>." in fine(shown)
    assert pressable(shown) == ["split"]


def test_what_was_merged_a_day_ago_is_named_and_offers_nothing() -> None:
    shown = card_view(card(thread=owned(), merged=(5, 6), merged_for_good=frozenset({5})), EN)
    assert "merged with #5" in fine(shown)
    assert pressable(shown).count("split") == 1
    gone = closed(merged_into=5, merged_at=AT - timedelta(days=1, seconds=1), close_reason=None)
    assert pressable(card_view(card(thread=gone), EN)) == []


@pytest.mark.parametrize("thread", [answered(), closed()])
def test_card_of_a_line_names_what_was_merged(thread: Thread) -> None:
    shown = card_view(card(thread=thread, merged=(5,)), EN)
    assert "merged with #5" in fine(shown)
    assert "split" in pressable(shown)


def test_card_offers_to_merge_with_the_other() -> None:
    other = AlsoOpen(5, "U0LARS", answering=False, permalink=None)
    shown = card_view(card(thread=owned(), also_open=(other,)), EN)
    assert "Merge with #5" in fine(shown)


def test_owner_is_chosen_by_a_button_each() -> None:
    shown = view.which_owner(6, 5, ["U0ANNA", "U0LARS"], EN)
    assert [block["accessory"]["value"] for block in shown.blocks[1:]] == ["6 5 U0ANNA", "6 5 U0LARS"]
