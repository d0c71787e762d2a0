"""Undo: the few seconds between sending and public."""

from __future__ import annotations

import pytest

from bot.sandbox.slack.inputs import elements
from tests.support.cast import ANNA, EMMA, HERE
from tests.support.office import Office, Start, words
from tests.support.process import eventually


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    """A desk with time enough to undo on a slow machine."""
    return start(undo="4s")


def test_reply_is_undone_from_the_message_to_its_author(office: Office) -> None:
    case = office.mention("do you sell bicycles?")
    case.reply(EMMA, "No we dont")
    whisper = case.told(EMMA, "is sent in")
    office.slack.click(EMMA.id, HERE, whisper.ts, "undo")
    case.told(EMMA, "was not sent")
    case.told(EMMA, "No we dont")
    case.offers("reply")
    assert case.replies == []
    case.reply(EMMA, "Yes, we do.")
    eventually(lambda: case.replies)
    assert case.replies == [f"@{case.handle} Yes, we do. ^EC"]


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


def test_late_undo_is_told_as_too_late(office: Office) -> None:
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
