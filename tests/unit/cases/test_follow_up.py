"""The line under a card that says that its customer wrote again, and when there is one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.cases import thread as rules
from bot.domain.cases.thread import Thread
from bot.platform.i18n import translator
from bot.views.cases.follow_up import follow_up
from bot.views.cases.models import FollowUp
from bot.views.desk.models import Reached
from tests.support.samples import AT, HOSTILE, answered, card, closed, fine, owned, post, pressable, thread

EN = translator("en")


def line(about: Thread, *posts: Any) -> FollowUp:
    reached = Reached((about.owner,) if about.owner else ())
    return FollowUp(card(thread=about), posts or (post(text="En nu?"),), reached)


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (thread(), False),
        (owned(), True),
        (answered(), True),
        (replace(answered(), owner=None), True),
        (thread(first_response_at=AT), True),
        (replace(closed(), owner=None), True),
    ],
)
def test_what_continues_something_known_is_a_follow_up(before: Thread, told: bool) -> None:
    assert rules.follows_up(before) is told


@pytest.mark.parametrize(
    ("news", "words", "buttons"),
    [
        (line(owned()), "<@U0ANNA>, Jan de Vries wrote again: “En nu?”", ["reply"]),
        (line(owned(), post(text="@acme, en nu?")), "wrote again: “en nu?”", ["reply"]),
        (line(thread()), "Jan de Vries wrote again, and nobody has claimed #1042: “En nu?”", ["claim", "reply"]),
        (line(owned(customer_name="", reply_blocked_reason="gone")), "@jan_de_vries wrote again", []),
        (line(owned(), post(answered_by=7, text="En nu?")), "Jan de Vries wrote again: “En nu?”", []),
        (line(answered()), "Jan de Vries wrote again: “En nu?”", []),
        (line(owned(), post(text="", deleted_at=AT)), "_deleted by the customer_", []),
        (line(owned(), *(post(n, text=f"woord {n}") for n in range(1, 6))), "“woord 3” “woord 4” “woord 5”", ["reply"]),
        (line(closed(erased_at=AT, customer_name="", customer_handle=""), post(text="")), "*Erased*", []),
    ],
)
def test_line_says_who_must_know_and_what_was_added(news: FollowUp, words: str, buttons: list[str]) -> None:
    shown = follow_up(news, EN)
    fine(shown)
    assert words in shown.text
    assert pressable(shown) == buttons


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_hostile_and_long_words_do_no_harm(language: str) -> None:
    posts = [post(number, text=HOSTILE + "&" * 5000) for number in range(1, 60)]
    shown = fine(follow_up(line(owned(customer_name=HOSTILE), *posts), translator(language)))
    assert "<@U0LEAD>" not in shown
    assert len(shown) < 10_000
