"""Agents read their own language, the channel reads the desk's."""

from __future__ import annotations

import pytest

from bot.sandbox.server import Sandbox
from tests.support.cast import ANNA, EMMA, LARS
from tests.support.office import PATIENT, Office, Start, words
from tests.support.process import eventually


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    """A Dutch desk with a Dutch, a Swedish and an English colleague."""
    sandbox = Sandbox(rate_limits=False, timing=PATIENT).start()
    return start(sandbox, language="nl")


def test_card_speaks_the_desks_language_and_modals_the_agents(office: Office) -> None:
    case = office.mention("a question")
    assert "nog niet opgepakt" in case.shown
    assert "not claimed" not in case.shown
    titles = {user: case.draft(user)["submit"]["text"] for user in (ANNA, LARS, EMMA)}
    assert titles == {ANNA: "Versturen", LARS: "Skicka", EMMA: "Send"}
    for user in titles:
        office.slack.close(user.id)


def test_agent_is_told_in_their_own_language(office: Office) -> None:
    case = office.mention("another question")
    answers = {user: office.command(user, "claim 999999") for user in (ANNA, LARS, EMMA)}
    assert len(set(answers.values())) == 3
    assert answers[EMMA] == "There is no #999999 here."
    case.reply(LARS, "Hej!")
    eventually(lambda: any("Ditt svar" in words(each) for each in office.slack.ephemerals(LARS.id)))
