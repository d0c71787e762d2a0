"""Undo: the few seconds between sending and public."""

from __future__ import annotations

import pytest

from bot.sandbox.slack.inputs import elements
from tests.support.cast import ANNA, EMMA, HERE, LARS
from tests.support.office import Office, Start, home_row, words
from tests.support.process import eventually


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    """A desk with time enough to undo on any machine."""
    return start(undo="2m")


def test_reply_is_undone_from_the_message_to_its_author(office: Office) -> None:
    case = office.mention("do you sell bicycles?")
    case.reply(EMMA, "No we dont")
    whisper = case.told(EMMA, "is sent in")
    office.slack.click(EMMA.id, HERE, whisper.ts, "undo")
    case.told(EMMA, "was not sent")
    case.told(EMMA, "No we dont")
    case.offers("reply")
    assert case.replies == []


def test_reply_is_undone_from_the_card(office: Office) -> None:
    case = office.mention("is it raining?")
    case.reply(EMMA, "No idea")
    case.offers("undo")
    case.click(EMMA, "undo")
    case.told(EMMA, "was not sent")
    case.offers("escalate")
    assert case.replies == []


def test_reply_is_undone_by_command(office: Office) -> None:
    case = office.mention("is it windy?")
    case.reply(EMMA, "Who knows")
    answer = office.command(EMMA, "undo")
    assert f"your reply to #{case.number} was not sent" in answer
    assert "Who knows" in answer
    assert "nothing to undo" in office.command(EMMA, "ångra")
    assert case.replies == []


def test_only_its_author_undoes_a_reply(office: Office) -> None:
    case = office.mention("one more thing")
    case.reply(EMMA, "Here you are.")
    case.offers("undo")
    case.click(ANNA, "undo")
    case.told(ANNA, f"<@{EMMA.id}>")
    assert "undo" in case.buttons


def test_second_reply_waits_for_the_first(office: Office) -> None:
    case = office.mention("double click")
    case.reply(EMMA, "The first.")
    assert "on its way" in office.command(EMMA, f"reply {case.number} The second.")
    assert "The first." in office.command(EMMA, "undo")


def test_home_tab_shows_the_reply_from_it_on_its_way(office: Office) -> None:
    case = office.mention("answer me from home")
    case.click(LARS, "claim")
    case.offers("more:release")
    office.slack.home(LARS.id)
    home = eventually(lambda: office.slack.home_view(LARS.id))
    assert home is not None
    assert office.slack.act(LARS.id, "reply", block_id=home_row(home, "reply", case)).ok
    assert office.slack.submit(LARS.id, {"text": "From my sofa."}).ok
    eventually(lambda: "Reply on its way" in words((office.slack.home_view(LARS.id) or home)["blocks"]))
    office.command(LARS, "undo")


def test_late_undo_is_told_as_too_late(start: Start) -> None:
    office = start()
    case = office.mention("one last thing")
    case.reply(EMMA, "That is all.")
    whisper = case.told(EMMA, "is sent in")
    case.shows("*Answered*")
    office.slack.click(EMMA.id, HERE, whisper.ts, "undo")
    case.told(EMMA, "Too late")
    whispers = office.slack.ephemerals(EMMA.id)
    assert whisper.ts not in [message.ts for message in whispers if "is sent in" in words(message)]


@pytest.mark.parametrize("way", ["command", "card"])
def test_undo_that_is_over_goes_at_the_first_press(office: Office, way: str) -> None:
    case = office.mention("is it snowing?")
    case.reply(EMMA, "It is")
    whisper = case.told(EMMA, "is sent in")
    if way == "command":
        office.command(EMMA, "undo")
    else:
        case.offers("undo")
        case.click(EMMA, "undo")
    case.offers("escalate")
    office.slack.click(EMMA.id, HERE, whisper.ts, "undo")
    case.told(EMMA, "was stopped before: it was not sent")
    (left,) = [message for message in office.slack.ephemerals(EMMA.id) if message.ts == whisper.ts]
    assert "was stopped before" in words(left)
    assert not [element for _, element in elements(left.blocks or []) if element["type"] == "button"]
    assert case.replies == []
