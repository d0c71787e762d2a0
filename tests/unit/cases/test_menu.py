"""The menu of a card: each option has its place on some card, and something that it does."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.thread import State
from bot.platform.i18n import translator
from bot.views.cases import history
from bot.views.cases.menu import MENU, menu
from bot.views.cases.models import History
from handlers import MENU_CHOICES
from tests.support.samples import AT, card, closed, reply, thread

ENDED = card(thread=thread(state=State.ANSWERED, owner="U0ANNA"), outcomes=("Solved",), may_ask=True)
WITH_A_CRM = card(thread=thread(owner="U0ANNA"), has_crm=True)
SENT = reply(ReplyState.SENT)
ANSWERED = card(thread=thread(state=State.ANSWERED, owner="U0ANNA"), reply=SENT, can_take_back=True)
CARDS = [
    card(thread=thread(state=state, owner=owner, erased_at=erased), reply=reply(sent) if sent else None)
    for state, owner, erased, sent in product(State, (None, "U0ANNA"), (None, AT), (None, *ReplyState))
] + [card(thread=closed()), ENDED, WITH_A_CRM, card(other_desks=True), ANSWERED]
SLACKS_MOST = 5  # Slack refuses a menu of more


def test_menu_options_and_choices_go_together() -> None:
    names = [option.name for option in MENU]
    assert sorted(names) == sorted(choice.name for choice in MENU_CHOICES)
    assert len(set(names)) == len(names)


def test_menu_never_offers_more_than_slack_shows() -> None:
    shown = [menu(each, translator("en"))["options"] for each in CARDS]
    assert max(map(len, shown)) == SLACKS_MOST


def test_only_the_clock_is_left_out_of_a_full_menu_and_the_history_leads_there() -> None:
    assert MENU[-1].name == "why"
    usual = [each for each in CARDS if each not in (ENDED, WITH_A_CRM, ANSWERED)]
    assert max(sum(option.offered(each) for option in MENU[:-1]) for each in usual) == SLACKS_MOST
    assert "'action_id': 'why'" in str(history.modal(History(card(), (), (), ()), translator("en")))


def test_what_commands_do_as_well_goes_first_where_an_answered_card_can_do_more() -> None:
    names = [option["value"].partition(":")[0] for option in menu(ENDED, translator("en"))["options"]]
    assert names == ["reply", "rating", "outcome", "release", "history"]


def test_ticket_is_offered_where_there_is_a_crm_and_take_over_is_left_to_its_command() -> None:
    names = [option["value"].partition(":")[0] for option in menu(WITH_A_CRM, translator("en"))["options"]]
    assert names == ["release", "hand_over", "close", "crm_ticket", "history"]


def test_way_to_take_an_answer_back_stays_and_the_ticket_is_left_to_the_customers_page() -> None:
    full = replace(ENDED, reply=SENT, can_take_back=True, has_crm=True)
    names = [option["value"].partition(":")[0] for option in menu(full, translator("en"))["options"]]
    assert names == ["reply", "take_back", "rating", "outcome", "history"]


def test_every_menu_option_is_offered_on_some_card() -> None:
    assert all(any(option.offered(shown) for shown in CARDS) for option in MENU)
