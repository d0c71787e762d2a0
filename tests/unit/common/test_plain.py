"""What can be seen of a text that came from a network."""

from __future__ import annotations

import pytest

from bot.domain.common.plain import visible
from bot.platform.i18n import translator
from bot.views.cases import card as card_view
from bot.views.cases.models import Seen
from bot.views.cases.state import customer
from bot.views.replies import reply as reply_view
from bot.views.replies.models import Draft
from tests.support.samples import AT, card, fine, thread

EN = translator("en")
NOTHING_SEEN = [
    "\u3164",
    "\u2800\u2800",
    " \t\u2003",
    "\u200b\u2060\ufeff",
    "\u202e\u2066",
    "\x00\x1f",
    "\u0301",
    "\U0001d159",
]


@pytest.mark.parametrize("name", NOTHING_SEEN)
def test_handle_stands_in_for_a_name_that_shows_nothing(name: str) -> None:
    shown = card(thread=thread(customer_name=name))
    assert customer(shown) == "@jan_de_vries"
    assert "@jan_de_vries" in card_view.card(shown, EN).text
    modal = fine(reply_view.modal(Draft(shown, "", Seen(1, 0, AT), 280, 280), EN))
    assert "*@jan_de_vries*" in modal
    assert "Your answer to @jan_de_vries" in modal


@pytest.mark.parametrize("name", ["Jan", " . ", "\u3164x", "👩\u200d👧", "\u0645\u0631", "\U0001fae9", "김\u3164"])
def test_name_that_shows_something_stays(name: str) -> None:
    assert visible(name) == name.strip()
