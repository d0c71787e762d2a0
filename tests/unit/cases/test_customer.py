"""The customer's page, within Slack's limits however much there is to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases.conversation import Event, EventKind, ReplyState
from bot.domain.clock.promises import Promise
from bot.domain.customers.customer import Customer, Identity
from bot.platform.i18n import translator
from bot.views.cases import customer as view
from bot.views.cases import history
from bot.views.cases.card import card as card_view
from bot.views.cases.models import CustomerPage, History
from bot.views.common.budget import BUDGET, size
from tests.support import samples
from tests.support.samples import AT, HOSTILE, answered, card, closed, fine, post, pressable, reply, thread

EN = translator("en")
PROMISE = Promise(1, 1042, "U0LARS", AT, AT + timedelta(hours=1))


def noted(words: str) -> Event:
    return Event(1042, AT, EventKind.NOTED, "U0LARS", "command", {"note": words})


def page(**changes: Any) -> CustomerPage:
    rows = (card(), card(thread=answered(id=7), reply=reply(ReplyState.SENT)))
    known = samples.customer("jan_de_vries")
    found = CustomerPage(
        customer=replace(known, identities=(replace(known.identities[0], name="Jan de Vries"),)),
        at=AT,
        threads=rows,
        total=2,
        page=0,
        pages=1,
        owing=(),
        agents=(("U0ANNA", 4), ("U0LARS", 1)),
        notes=(),
        networks={"x": "X"},
    )
    return replace(found, **changes)


def test_page_says_who_it_is_and_what_was_said() -> None:
    shown = fine(view.modal(page(), "C1", EN))
    for said in (
        "*Jan de Vries* @jan_de_vries · 2 threads",
        "X: *@jan_de_vries* from",
        "Answered by <@U0ANNA> (4), <@U0LARS> (1)",
        "Waar blijft mijn pakket?",
        "Wat vervelend, Jan! Ik zoek het meteen uit.",
    ):
        assert said in shown
    assert pressable(view.modal(page(), "C1", EN)) == ["history_pushed", "history_pushed"]


def test_earlier_handles_and_networks_are_named() -> None:
    one, other = samples.customer("old", "new").identities[0], Identity("toot", "9", samples.customer("jan").handles)
    shown = fine(view.modal(page(customer=Customer(77, (one, other))), "C1", EN))
    assert shown.index("X: *@new*") < shown.index("*@old*") < shown.index("toot: *@jan*")


def test_open_promises_come_before_the_threads() -> None:
    shown = fine(view.modal(page(owing=(replace(card(), promise=PROMISE),)), "C1", EN))
    assert shown.index("*Promised* by <@U0LARS>") < shown.index("Waar blijft")


def test_notes_stand_with_their_author_and_thread() -> None:
    shown = fine(view.modal(page(notes=(noted("Belt liever na zessen <!here>"),)), "C1", EN))
    assert "📝 <@U0LARS> ·" in shown
    assert "Belt liever na zessen" in shown
    assert "(#1042)" in shown


def test_closed_thread_says_how_it_ended() -> None:
    shown = fine(view.modal(page(threads=(card(thread=closed(), closed_by="U0ANNA"),)), "C1", EN))
    assert "Solved by phone" in shown


@pytest.mark.parametrize(
    ("number", "turns"),
    [(0, ["customer_page"]), (1, ["customer_page", "customer_page_back"]), (2, ["customer_page_back"])],
)
def test_pages_lead_to_the_earlier_and_the_later_one(number: int, turns: list[str]) -> None:
    shown = view.modal(page(page=number, pages=3, total=20), "C1", EN)
    assert [action for action in pressable(shown) if action.startswith("customer_page")] == turns
    assert f"page {number + 1} of 3" in fine(shown)
    assert ("Answered by" in fine(shown)) == (number == 0)


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
@pytest.mark.parametrize("words", ["&" * 300, HOSTILE * 3])
def test_page_of_anything_fits(words: str, language: str) -> None:
    hostile = thread(customer_name=words, customer_handle=words[:50])
    said = replace(post(), text=words)
    row = card(thread=hostile, posts=(said,), reply=reply(ReplyState.SENT, text=words))
    handles = samples.customer(words[:50], words[:40]).handles
    many = tuple(Identity(f"net{each}", "7", handles, words) for each in range(30))
    full = page(
        customer=Customer(7, many),
        threads=(row,) * 8,
        owing=(replace(row, promise=PROMISE),) * 8,
        notes=(noted(words),) * 5,
        agents=tuple((f"U{each:08}", 3) for each in range(60)),
        total=500,
        page=0,
        pages=63,
    )
    shown = view.modal(full, "C1", translator(language))
    fine(shown)
    assert size(shown["blocks"]) < BUDGET


def test_card_with_something_to_say_and_the_history_lead_to_the_page() -> None:
    assert "customer" in pressable(card_view(card(contacts_this_month=2), EN))
    assert "customer" not in pressable(card_view(card(), EN))
    assert "customer" in pressable(history.modal(History(card(), (), (), ()), EN))


def test_question_whom_one_means_leads_to_each_page() -> None:
    asked = view.which_customer("@old", [samples.customer("old"), samples.customer("old", "new")], EN)
    fine(asked)
    assert pressable(asked) == ["customer_of"] * 2
