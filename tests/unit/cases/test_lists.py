"""Lists of threads: those of the slash command, and the App Home."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platform.i18n import translator
from bot.views.cases import home
from bot.views.cases.models import Card, Cockpit, Overview, Workload
from bot.views.common.blocks import View
from tests.support.samples import AT, card, fine, owned, post, pressable, reply, thread

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
    message = home.listing(overview(*rows, total=24), "U0ANNA", EN, "Waiting")
    text = fine(message)
    assert pressable(message) == ["claim", "reply"]
    assert "*Waiting* · 24 threads" in message.text
    assert "and 20 more" in text
    for fact in ("|#1042>", "🔔 *Unclaimed*", "👤 <@U0ANNA>", "Reply on its way", "Waar blijft mijn pakket"):
        assert fact in text


@pytest.mark.parametrize(
    ("agent", "leads", "buttons"),
    [
        ("U0ANNA", False, ["claim", "reply"]),
        ("U0LARS", False, ["claim"]),
        ("U0LEAD", True, ["claim", "hand_over"]),
        ("U0ANNA", True, ["claim", "reply"]),
    ],
)
def test_list_offers_what_the_reader_can_do(agent: str, leads: bool, buttons: list[str]) -> None:
    listed = home.listing(overview(card(), card(thread=owned())), agent, EN, "Waiting", leads=leads)
    assert pressable(listed) == buttons


def test_empty_list_says_so() -> None:
    assert "Nothing here" in fine(home.listing(overview(), "U0ANNA", EN, "Mine"))


def cockpit(own: Overview, waiting: Overview, **figures: Any) -> Cockpit:
    return Cockpit(desk="support", own=own, waiting=waiting, **figures)


def shown(*desks: Cockpit, agent: str = "U0ANNA", language: str = "en") -> View:
    return home.home(desks, (), agent, translator(language))


def test_home_begins_with_the_figures_and_one_button() -> None:
    mine, other = card(thread=owned(id=1)), card(thread=thread(id=2))
    view = shown(cockpit(overview(mine), overview(mine, other, total=9), late=4, soon=6, unclaimed=9))
    text = fine(view)
    assert "*Late 4 · due in 15 min 6 · unclaimed 9 · yours 1*" in text
    assert pressable(view) == ["claim_one", "reply", "claim"]
    assert text.count("|#1>") == 1
    assert "and 7 more" in text


def test_row_of_the_home_is_one_line() -> None:
    view = shown(cockpit(overview(), overview(card(), card(thread=owned()))))
    rows = [block["text"]["text"] for block in view["blocks"] if "#1042" in str(block)]
    assert len(rows) == 2
    assert not any("\n" in row for row in rows)


def test_colleagues_thread_has_no_reply() -> None:
    colleagues = card(thread=thread(owner="U0LARS", owner_since=AT))
    assert pressable(shown(cockpit(overview(), overview(colleagues)))) == []


def test_lead_sees_who_has_how_much_and_reassigns() -> None:
    loads = (Workload("U0LARS", 5, 2), Workload("U0ANNA", 3, 0))
    desk = cockpit(overview(), overview(card(thread=thread(owner="U0LARS", owner_since=AT))), workloads=loads)
    view = shown(desk, agent="U0LEAD")
    assert "<@U0LARS> *5* (late 2) · <@U0ANNA> *3*" in fine(view)
    assert pressable(view) == ["hand_over"]


def test_empty_home_is_friendly() -> None:
    assert "Nobody is waiting" in fine(shown(cockpit(overview(), overview())))


def test_home_never_hides_who_is_waiting() -> None:
    mine = tuple(card(thread=owned(id=number)) for number in range(20))
    text = fine(shown(cockpit(overview(*mine), overview(*mine, total=23))))
    assert "and 3 more" in text
    assert "Nobody is waiting" not in text


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_home_of_many_desks_keeps_slacks_limit(language: str) -> None:
    many = tuple(
        card(thread=thread(id=number, customer_name="&" * 200), posts=(post(text="&" * 900),)) for number in range(30)
    )
    loads = tuple(Workload("U0AGENT" + "A" * 20, 10**6, 10**6) for _ in range(99))
    full = cockpit(overview(*many), overview(*many, total=10**6), late=10**6, unclaimed=10**6, workloads=loads)
    fine(shown(*[full] * 5, language=language))
