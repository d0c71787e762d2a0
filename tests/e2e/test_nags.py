"""Reminders: before the target and at it, edited rather than repeated, and over the moment that it is answered."""

from __future__ import annotations

import re

import pytest

from bot.sandbox.slack import Message
from tests.e2e.conftest import Start
from tests.support.process import eventually
from tests.support.slack_team import EMMA, LEAD, Case, Team, words


@pytest.fixture(scope="module")
def team(start: Start) -> Team:
    """A desk that answers within ten seconds, and warns after five."""
    return start(target="10s")


def reminders(case: Case) -> list[Message]:
    return [each for each in case.talk if each.user == "U0BOT"]


def to_lead(case: Case) -> list[Message]:
    return [each for each in case.team.messages("D0LEAD") if re.search(rf"#{case.number}\b", words(each))]


def test_one_reminder_ages_and_ends(team: Team) -> None:
    case = team.mention("anybody?")
    eventually(lambda: reminders(case))
    (reminder,) = reminders(case)
    assert reminder.broadcast
    assert "Nobody has claimed" in words(reminder)
    eventually(lambda: "past its target" in words(reminder))
    assert f"<@{LEAD}>" in words(reminder)
    eventually(lambda: to_lead(case))
    case.shows("past its target")

    case.reply(EMMA, "Sorry for the wait.")
    eventually(lambda: f"Answered by <@{EMMA}>" in words(reminder))
    eventually(lambda: "Answered" in words(to_lead(case)[0]))
    assert len(reminders(case)) == 1
    assert len(to_lead(case)) == 1


def test_the_owner_is_reminded_by_name_and_not_the_channel(team: Team) -> None:
    case = team.mention("and me?")
    case.click(EMMA, "claim")
    eventually(lambda: reminders(case))
    (reminder,) = reminders(case)
    assert not reminder.broadcast
    assert f"<@{EMMA}>" in words(reminder)
    team.command(EMMA, f"close {case.number} by phone")
    eventually(lambda: "Closed without a reply" in words(reminder))


def test_who_is_answered_in_time_is_reminded_of_nothing(team: Team) -> None:
    case = team.mention("quick one")
    case.reply(EMMA, "Quick answer.")
    case.shows("*Answered*")
    later = team.mention("a second customer")
    eventually(lambda: reminders(later))
    assert reminders(case) == []
