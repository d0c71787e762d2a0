"""Reminders come before the target and at it; they are edited, not repeated, and end with the answer."""

from __future__ import annotations

import re

import pytest

from bot.sandbox.slack import Message
from tests.support.cast import EMMA, LEAD
from tests.support.office import Case, Office, Start, words
from tests.support.process import eventually


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    """A desk that answers within ten seconds, and warns after five."""
    return start(target="10s")


def reminders(case: Case) -> list[Message]:
    return [each for each in case.talk if each.user == "U0BOT"]


def to_lead(case: Case) -> list[Message]:
    return [each for each in case.office.messages("D0LEAD") if re.search(rf"#{case.number}\b", words(each))]


def test_one_reminder_ages_and_ends(office: Office) -> None:
    case = office.mention("anybody?")
    eventually(lambda: reminders(case))
    (reminder,) = reminders(case)
    assert reminder.broadcast
    assert "Nobody has claimed" in words(reminder)
    eventually(lambda: "past its target" in words(reminder))
    assert f"<@{LEAD.id}>" in words(reminder)
    eventually(lambda: to_lead(case))
    case.shows("🔴")

    case.reply(EMMA, "Sorry for the wait.")
    eventually(lambda: f"Answered by <@{EMMA.id}>" in words(reminder))
    eventually(lambda: "Answered" in words(to_lead(case)[0]))
    assert len(reminders(case)) == 1
    assert len(to_lead(case)) == 1


def test_owner_is_reminded_by_name_and_not_the_channel(office: Office) -> None:
    case = office.mention("and me?")
    case.click(EMMA, "claim")
    eventually(lambda: reminders(case))
    (reminder,) = reminders(case)
    assert not reminder.broadcast
    assert f"<@{EMMA.id}>" in words(reminder)
    office.command(EMMA, f"close {case.number} by phone")
    eventually(lambda: "Closed without a reply" in words(reminder))


def test_answer_in_time_brings_no_reminder(office: Office) -> None:
    case = office.mention("quick one")
    case.reply(EMMA, "Quick answer.")
    case.shows("*Answered*")
    later = office.mention("a second customer")
    eventually(lambda: reminders(later))
    assert reminders(case) == []
