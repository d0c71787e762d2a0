"""Escalating: somebody else gets a card of their own that stays in step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from bot.sandbox.slack import Message
from tests.support.cast import ANNA, EMMA, HERE, LARS, LEAD, PRESS
from tests.support.office import Case, Office, Start, words
from tests.support.process import eventually

LEADS_DM = "D0LEAD"
LARS_DM = "D0LARS"


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    return start()


def copy_of(case: Case, channel: str) -> Message:
    """Return the card that the other team got of this thread."""

    def look() -> Message | None:
        return next((each for each in case.office.messages(channel) if f"@{case.handle}" in words(each)), None)

    found = eventually(look)
    assert found is not None
    return found


def test_asked_lead_takes_over(office: Office) -> None:
    case = office.mention("I want to speak to your manager")
    case.click(ANNA, "claim")
    case.shows("*is on it*")
    case.click(ANNA, "escalate")
    modal = words(office.modal(ANNA)["blocks"])
    assert "Joost de Vries" in modal
    assert "Press office" in modal
    refused = office.slack.submit(ANNA.id, {"target": "lead:U0LEAD", "why": " "})
    assert refused.errors
    assert office.slack.submit(ANNA.id, {"target": "lead:U0LEAD", "why": "angry, third time"}).ok
    case.shows("angry, third time")
    assert f"<@{ANNA.id}> *is on it*" in case.shown

    theirs = copy_of(case, LEADS_DM)
    assert "angry, third time" in words(theirs)
    office.slack.click(LEAD.id, LEADS_DM, theirs.ts, "take_over")
    assert office.slack.submit(LEAD.id, {"reason": "I know them"}).ok
    case.shows(f"<@{LEAD.id}> *is on it*")
    eventually(lambda: any(f"<@{ANNA.id}>, <@{LEAD.id}> has taken this over" in words(each) for each in case.talk))
    eventually(lambda: "Taken over" in words(theirs))

    office.slack.click(LEAD.id, LEADS_DM, theirs.ts, "reply")
    assert office.slack.submit(LEAD.id, {"text": "The manager speaking."}).ok
    eventually(lambda: "Answered" in words(theirs))
    assert case.replies == [f"@{case.handle} The manager speaking. ^JV"]


def test_other_team_answers_the_colleague(office: Office) -> None:
    case = office.mention("the morning paper asks")
    case.click(ANNA, "claim")
    case.click(ANNA, "escalate")
    assert office.slack.submit(ANNA.id, {"target": "team:Press office", "why": "may I say so?"}).ok
    case.told(ANNA, "is escalated")
    theirs = copy_of(case, PRESS)
    office.slack.click(LARS.id, PRESS, theirs.ts, "answer_colleague")
    assert office.modal(LARS)["title"]["text"] == "Answer colleague"
    assert office.slack.submit(LARS.id, {"text": " "}).errors
    assert office.slack.submit(LARS.id, {"text": "Yes, but <no> numbers"}).ok
    case.told(LARS, f"went to <@{ANNA.id}>")
    for look in (lambda: case.talk, lambda: office.messages("D0ANNA")):
        eventually(partial(_said, look, "Yes, but <no> numbers"))
    eventually(lambda: "Answered" in words(theirs))
    assert case.replies == []
    case.draft(ANNA)
    assert office.slack.act(ANNA.id, "advice_use", values={"text": "Bye!"}).ok
    eventually(lambda: "Yes, but <no> numbers\n\nBye!" in str(office.modal(ANNA)["blocks"]).replace("\\n", "\n"))
    office.slack.close(ANNA.id)


def _said(look: Callable[[], list[Message]], text: str) -> bool:
    return any(text in words(message) for message in look())


def test_other_teams_card_stays_in_step(office: Office) -> None:
    case = office.mention("a journalist asks")
    case.click(LARS, "escalate")
    assert office.slack.submit(LARS.id, {"target": "team:Press office", "why": "is this ours?"}).ok
    theirs = copy_of(case, PRESS)
    assert "is this ours?" in words(theirs)
    office.x.post(case.handle, "@acme deadline at six", in_reply_to=case.post.id)
    eventually(lambda: "deadline at six" in words(theirs))
    case.reply(EMMA, "We call you.")
    eventually(lambda: "Answered" in words(theirs))
    assert len([each for each in office.slack.messages(PRESS) if f"@{case.handle}" in words(each)]) == 1


def test_other_team_is_told_directly_where_to_undo(start: Start) -> None:
    office = start(undo="2m")
    office.slack.leave(LARS.id, HERE)
    case = office.mention("the evening paper asks")
    case.click(ANNA, "claim")
    case.click(ANNA, "escalate")
    assert office.slack.submit(ANNA.id, {"target": "team:Press office", "why": "is this ours?"}).ok
    theirs = copy_of(case, PRESS)
    office.slack.click(LARS.id, PRESS, theirs.ts, "take_over")
    assert office.slack.submit(LARS.id, {"reason": "press matters are ours"}).ok
    eventually(lambda: "Taken over" in words(theirs))
    office.slack.click(LARS.id, PRESS, theirs.ts, "reply")
    assert office.slack.submit(LARS.id, {"text": "No comment."}).ok
    eventually(lambda: any("No comment. ^LN" in words(each) for each in office.messages(LARS_DM)))
    told = office.messages(LARS_DM)[-1]
    assert office.slack.click(LARS.id, LARS_DM, told.ts, "undo").ok
    case.shows("*is on it*")


def test_command_escalates_to_the_lead(office: Office) -> None:
    case = office.mention("explain yourselves")
    assert "escalated" in office.command(EMMA, f"escalate {case.number} is this <true> & fair?")
    assert "is this &lt;true&gt; &amp; fair?" in words(copy_of(case, LEADS_DM))
    case.shows("Escalated")
