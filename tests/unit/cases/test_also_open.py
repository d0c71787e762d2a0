"""The line that names a customer's other open threads, and the offer to take them as well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.platform.i18n import translator
from bot.views.cases import also_open as view
from bot.views.cases.card import card as card_view
from bot.views.cases.models import AlsoOpen, Seen
from bot.views.replies import reply as reply_view
from bot.views.replies.models import Draft
from tests.support.samples import AT, answered, card, fine, owned, post, pressable, reply

EN = translator("en")
LARS = AlsoOpen(5, "U0LARS", answering=False, permalink="https://acme.slack.com/archives/C0SUPPORT/p1")
NOBODYS = AlsoOpen(6, None, answering=False, permalink=None)
MANY = tuple(
    AlsoOpen(number, "U0LARS", answering=True, permalink=LARS.permalink) for number in range(10**6, 10**6 + 99)
)
NAMED = "also open: <https://acme.slack.com/archives/C0SUPPORT/p1|#5> (<@U0LARS>), #6 (unclaimed)"


def draft(*others: AlsoOpen) -> Draft:
    return Draft(card=card(also_open=others), signature="^AB", seen=Seen(3, 6, AT), limit=280, room=276)


def test_card_and_modals_name_the_others() -> None:
    shown = draft(LARS, NOBODYS)
    for each in (
        card_view(shown.card, EN),
        reply_view.modal(shown, EN),
        reply_view.changed(shown, (post(4, text="En nu?"),), "Mijn tekst", EN),
    ):
        assert NAMED in fine(each)


def test_nothing_is_said_of_a_customer_with_one_thread() -> None:
    assert view.named(card().also_open, EN) is None
    assert "💬" not in fine(card_view(card(), EN))


@pytest.mark.parametrize("state", [ReplyState.SENT, ReplyState.UNKNOWN], ids=["in a line", "whole"])
def test_answered_card_names_no_others(state: ReplyState) -> None:
    shown = card(thread=answered(), reply=reply(state), also_open=(LARS,))
    assert "also open" not in fine(card_view(shown, EN))


def test_colleague_who_is_answering_is_said_to_be() -> None:
    answering = replace(LARS, answering=True)
    assert "(<@U0LARS>, reply on its way)" in fine(card_view(card(thread=owned(), also_open=(answering,)), EN))


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_many_are_cut_short(language: str) -> None:
    shown = fine(card_view(card(thread=owned(), also_open=MANY), translator(language)))
    assert shown.count("U0LARS") == 5
    assert "94" in shown
    assert len(shown) < 10_000


def test_change_elsewhere_says_where() -> None:
    elsewhere = (reply(thread_id=5, author="U0LARS", text="Ik kijk"), post(4, thread_id=6, text="En nu?"))
    shown = fine(reply_view.changed(draft(LARS), elsewhere, "Mijn tekst", EN))
    assert shown.index("In #5:") < shown.index("Ik kijk") < shown.index("In #6:") < shown.index("En nu?")
    assert "Mijn tekst" in shown


def test_who_claims_one_is_offered_those_without_owner() -> None:
    shown = view.offer(card(also_open=(LARS, NOBODYS)), EN)
    fine(shown)
    assert pressable(shown) == ["claim_also"]
    assert shown.blocks[-1]["accessory"]["value"] == "1042 6"


@pytest.mark.parametrize("others", [(LARS,), (NOBODYS,), (LARS, NOBODYS), (NOBODYS, replace(NOBODYS, number=7))])
def test_offer_names_each_once(others: tuple[AlsoOpen, ...]) -> None:
    shown = fine(view.offer(card(also_open=others), EN))
    assert [shown.count(f"#{other.number}") for other in others] == [1] * len(others)


def test_each_offer_is_a_block_of_its_own() -> None:
    many = tuple(AlsoOpen(number, None, answering=False, permalink=None) for number in range(1, 9))
    shown = view.offer(card(also_open=many), EN)
    fine(shown)
    assert pressable(shown) == ["claim_also"] * view.MAX_NAMED
