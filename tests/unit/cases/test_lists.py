"""Lists of threads: those of the slash command, and the App Home."""

from __future__ import annotations

from bot.platform.i18n import translator
from bot.views.cases import home
from bot.views.cases.models import Card, Overview
from tests.support.samples import AT, card, fine, owned, pressable, reply, thread

EN = translator("en")


def overview(*threads: Card, total: int | None = None) -> Overview:
    return Overview("Support", threads, len(threads) if total is None else total, AT)


def test_list_has_a_line_and_next_step_for_each_thread() -> None:
    rows = (
        card(),
        card(thread=owned()),
        card(thread=owned(), reply=reply()),
        card(thread=owned(reply_blocked_reason="not_mentioned")),
    )
    message = home.listing(overview(*rows, total=24), EN, "Waiting")
    text = fine(message)
    assert pressable(message) == ["claim", "reply"]
    assert "*Waiting* · 24 threads" in message.text
    assert "and 20 more" in text
    for fact in ("|#1042>", "🔔 *Unclaimed*", "👤 <@U0ANNA>", "Reply on its way", "Waar blijft mijn pakket"):
        assert fact in text


def test_empty_list_says_so() -> None:
    assert "Nothing here" in fine(home.listing(overview(), EN, "Mine"))


def test_home_shows_mine_first_and_each_thread_once() -> None:
    mine, other = card(thread=owned(id=1)), card(thread=thread(id=2))
    view = home.home([(overview(mine), overview(mine, other, total=9))], (), EN)
    text = fine(view)
    assert [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"] == [
        "Yours",
        "Waiting at Support",
    ]
    assert pressable(view) == ["reply", "history", "claim", "history"]
    assert text.count("|#1>") == 1
    assert "and 7 more" in text


def test_empty_home_is_friendly() -> None:
    text = fine(home.home([(overview(), overview())], (), EN))
    assert "You have nothing open" in text
    assert "Nobody else is waiting" in text


def test_home_never_hides_who_is_waiting() -> None:
    mine = tuple(card(thread=owned(id=number)) for number in range(20))
    text = fine(home.home([(overview(*mine), overview(*mine, total=23))], (), EN))
    assert "and 3 more" in text
    assert "Nobody else is waiting" not in text


def test_home_of_many_desks_keeps_slacks_limit() -> None:
    full = overview(*(card(thread=thread(id=number)) for number in range(30)))
    fine(home.home([(full, full)] * 5, (), EN))
