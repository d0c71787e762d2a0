"""Who cannot answer customers gets no thread: guests, other organisations, bots, people who left or are elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.sandbox.slack.records import BOT_USER
from tests.support.cast import EMMA, HERE, LARS
from tests.support.office import Office, Start, words
from tests.support.process import eventually

GUEST, STRANGER, GONE, ELSEWHERE = "U0GUEST", "U0EVA", "U0GONE", "U0FRITS"
REASONS = {
    GUEST: "Guests don't answer customers here",
    STRANGER: "Members of another organisation don't answer",
    GONE: "is deactivated",
    ELSEWHERE: "must be in the desk's channel",
    BOT_USER: "A bot can't answer",
}


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    office = start()
    state = office.slack.state
    emma = state.users[EMMA.id]
    state.users[GUEST] = replace(emma, id=GUEST, name="guest", guest=True)
    state.users[STRANGER] = replace(emma, id=STRANGER, name="eva", team="T0PARTNER")
    state.users[GONE] = replace(emma, id=GONE, name="gone", deleted=True)
    state.users[ELSEWHERE] = replace(emma, id=ELSEWHERE, name="frits")
    state.channels[HERE].members |= {GUEST, STRANGER, GONE}
    return office


@pytest.mark.parametrize("who", [GUEST, STRANGER])
def test_outsider_is_told_that_they_have_no_role(office: Office, who: str) -> None:
    case = office.mention("hello?")
    case.click(replace(EMMA, id=who), "claim")
    eventually(lambda: any(REASONS[who] in words(told) for told in office.slack.ephemerals(who)))
    assert REASONS[who] in office.command(replace(EMMA, id=who), f"reply {case.number} in your name")
    assert "claim" in case.buttons
    assert case.replies == []


@pytest.mark.parametrize("who", REASONS)
def test_thread_is_given_only_to_who_can_answer(office: Office, who: str) -> None:
    case = office.mention("who has time?")
    office.command(LARS, f"claim {case.number}")
    name = office.slack.state.users[who].name
    assert REASONS[who] in office.command(LARS, f"handover {case.number} @{name}")
    case.offers("more:hand_over")  # the card is edited a moment after the command's answer
    case.menu(LARS, "hand_over")
    outcome = office.slack.submit(LARS.id, {"to": who})
    assert outcome.errors
    assert REASONS[who] in outcome.errors["to"]
    office.slack.close(LARS.id)
    case.shows(f"<@{LARS.id}> *is on it*")


def test_newcomer_to_the_channel_gets_a_thread(office: Office) -> None:
    case = office.mention("and now?")
    office.command(LARS, f"claim {case.number}")
    newcomer = "U0NIEUW"
    office.slack.state.users[newcomer] = replace(office.slack.state.users[EMMA.id], id=newcomer, name="nieuw")
    office.slack.state.channels[HERE].members.add(newcomer)

    def given() -> bool:  # Slack is asked again at most every ten seconds
        return "handed over" in office.command(LARS, f"handover {case.number} @nieuw")

    eventually(given)
    case.shows(f"<@{newcomer}> *is on it*")
