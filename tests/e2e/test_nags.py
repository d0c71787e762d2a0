"""Reminders come before the target and at it, each as a message of its own, and end with the answer."""

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


def test_reminder_is_followed_by_the_breach_and_ends(office: Office) -> None:
    case = office.mention("anybody?")
    warning = eventually(lambda: reminders(case))[0]
    assert warning.broadcast
    eventually(lambda: "is *late*" in words(reminders(case)[-1]))
    assert "*Joost de Vries*" in words(reminders(case)[-1])
    eventually(lambda: "Reminded at" in words(warning))
    eventually(lambda: to_lead(case))
    assert "🔴 1 thread is late at Support" in words(to_lead(case)[0])
    case.shows("🔴")

    case.reply(EMMA, "Sorry for the wait.")
    eventually(lambda: f"Answered by <@{EMMA.id}>" in words(reminders(case)[-1]))
    eventually(lambda: not to_lead(case))
    assert [words(each)[:25] for each in office.messages("D0LEAD")] == ["✅ Nothing is late at Supp"]
    eventually(lambda: all("Reminded at" in words(each) for each in reminders(case)[:-1]))


def test_owner_is_reminded_by_name_and_not_the_channel(office: Office) -> None:
    case = office.mention("and me?")
    case.click(EMMA, "claim")
    case.shows(f"<@{EMMA.id}> *is on it*")
    eventually(lambda: any(f"<@{EMMA.id}>" in words(each) and not each.broadcast for each in reminders(case)))
    office.command(EMMA, f"close {case.number} by phone")
    eventually(lambda: "Closed without a reply" in words(reminders(case)[-1]))


def test_lead_claims_and_reassigns_in_the_late_list(office: Office) -> None:
    case = office.mention("late one")
    told = eventually(lambda: to_lead(case))[0]
    assert office.slack.click(LEAD.id, "D0LEAD", told.ts, "claim").ok
    case.shows(f"<@{LEAD.id}> *is on it*")
    eventually(lambda: f"👤 <@{LEAD.id}>" in words(told))
    assert office.slack.click(LEAD.id, "D0LEAD", told.ts, "hand_over").ok
    assert office.slack.submit(LEAD.id, {"to": EMMA.id}).ok
    case.shows(f"<@{EMMA.id}> *is on it*")
    eventually(lambda: f"👤 <@{EMMA.id}>" in words(told))
    office.command(EMMA, f"close {case.number} by phone")
    eventually(lambda: not to_lead(case))
