"""Every message has room in Slack: what others wrote is cut, what the team needs is not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.alerts.backlog import Backlog
from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.mention import Media
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import LANGUAGES, translator
from bot.views.alerts import backlog
from bot.views.alerts.models import BacklogDigest
from bot.views.cases import card as card_view
from bot.views.cases import history, home
from bot.views.cases.models import Card, Overview
from bot.views.common import blocks as b
from bot.views.common.budget import BUDGET, fitted, size
from bot.views.common.refused import refused
from tests.support.samples import AT, card, customer, fine, post, pressable, reply, thread

EN = translator("en")


def crowd(number: int, words: str) -> tuple[Card, ...]:
    """So many customers, all of whom are called and write `words`."""
    return tuple(
        card(thread=thread(id=1000 + one, customer_name=words), posts=(post(text=words),)) for one in range(number)
    )


@pytest.mark.parametrize("words", ["&" * 300, "<" * 300, '"' * 300, "\n" * 300 + "x", "👩‍👩‍👧‍👦" * 50])
@pytest.mark.parametrize("language", LANGUAGES)
class TestLists:
    def test_digest_of_ten_customers_fits(self, words: str, language: str) -> None:
        surge = Backlog(id=3, desk="Support", started_at=AT, cards_at_start=312, shown_at=AT)
        busy = BacklogDigest(surge, 312, Overview("Support", crowd(10, words), 280, AT))
        shown = backlog.digest(busy, "/webcare", translator(language))
        fine(shown)
        assert pressable(shown) == ["claim_next"] + ["claim"] * 10

    def test_listing_of_twenty_fits_and_names_each(self, words: str, language: str) -> None:
        shown = home.listing(Overview("Support", crowd(20, words), 60, AT), "U0ANNA", translator(language), "Open")
        assert all(f"#{number}" in fine(shown) for number in range(1000, 1020))

    def test_history_of_twenty_threads_fits(self, words: str, language: str) -> None:
        fine(history.message(crowd(60, words), customer(words, words), translator(language)))


def test_card_with_endless_addresses_keeps_its_buttons() -> None:
    far = "https://pbs.example/" + "x" * 2900
    pictures = tuple(Media("photo", far, "a" * 3000) for _ in range(4))
    long = card(
        posts=(post(text="&" * 3000, url=far, media=pictures),), reply=reply(ReplyState.REJECTED, text="&" * 900)
    )
    assert "reply" in pressable(card_view.card(long, EN))
    fine(card_view.card(long, EN))


def test_text_given_back_is_whole_up_to_eight_thousand() -> None:
    typed = "&" * 7_990 + " the end"
    shown = refused(Refused(RefusalCode.EMPTY, thread=7, text=typed), AT, EN)
    assert "the end" in fine(shown)
    fine(refused(Refused(RefusalCode.EMPTY, thread=7, text=typed * 3), AT, EN))


def test_short_texts_stay_whole_beside_long_ones() -> None:
    long = [b.section("#1\n" + "&amp;" * 580) for _ in range(20)]
    shown = fitted([b.header("Late"), *long, b.section("12 min late")])
    assert size(shown) < BUDGET
    assert (shown[0], shown[-1]) == (b.header("Late"), b.section("12 min late"))
    assert size(shown) > BUDGET * 0.97  # no more is cut than must be


def test_words_in_rich_text_and_in_tables_are_cut_too() -> None:
    words: dict[str, Any] = {"type": "text", "text": "x" * 9_000}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [words]}]}
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "y" * 9_000}]]}
    assert size(fitted([rich, table])) < BUDGET


def test_what_fits_is_left_as_it_is() -> None:
    some = [b.section("&" * 2_000)]
    assert fitted(some) is some
