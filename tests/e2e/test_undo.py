"""Undo: the few seconds between sending and public."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Start
from tests.support.process import eventually
from tests.support.slack_team import ANNA, EMMA, HERE, Team, words


@pytest.fixture(scope="module")
def team(start: Start) -> Team:
    """A desk with time enough to undo on a slow machine."""
    return start(undo="4s")


def test_a_reply_is_undone_from_the_message_to_its_author(team: Team) -> None:
    case = team.mention("do you sell bicycles?")
    case.reply(EMMA, "No we dont")
    whisper = case.told(EMMA, "is sent in")
    team.slack.click(EMMA, HERE, whisper.ts, "undo")
    case.told(EMMA, "was not sent")
    case.told(EMMA, "No we dont")
    case.offers("reply")
    assert case.replies == []
    case.reply(EMMA, "Yes, we do.")
    eventually(lambda: case.replies)
    assert case.replies == [f"@{case.handle} Yes, we do. ^EC"]


def test_a_reply_is_undone_from_the_card(team: Team) -> None:
    case = team.mention("is it raining?")
    case.reply(EMMA, "No idea")
    case.offers("undo")
    case.click(EMMA, "undo")
    case.told(EMMA, "was not sent")
    case.offers("escalate")
    assert case.replies == []


def test_only_its_author_undoes_a_reply(team: Team) -> None:
    case = team.mention("one more thing")
    case.reply(EMMA, "Here you are.")
    case.offers("undo")
    case.click(ANNA, "undo")
    case.told(ANNA, f"<@{EMMA}>")
    assert "undo" in case.buttons


def test_undo_after_the_fact_is_told_as_too_late(team: Team) -> None:
    case = team.mention("one last thing")
    case.reply(EMMA, "That is all.")
    whisper = case.told(EMMA, "is sent in")
    case.shows("*Answered*")
    team.slack.click(EMMA, HERE, whisper.ts, "undo")
    case.told(EMMA, "Too late")
    assert whisper.ts not in [message.ts for message in team.slack.ephemerals(EMMA) if "is sent in" in words(message)]
