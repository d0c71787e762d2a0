"""Escalating: somebody else gets a card of their own that stays in step."""

from __future__ import annotations

import pytest

from bot.sandbox.slack import Message
from tests.e2e.conftest import Start
from tests.support.process import eventually
from tests.support.slack_team import ANNA, EMMA, HERE, LARS, LEAD, PRESS, Case, Team, words

LEADS_DM = "D0LEAD"
LARS_DM = "D0LARS"


@pytest.fixture(scope="module")
def team(start: Start) -> Team:
    return start()


def copy_of(case: Case, channel: str) -> Message:
    """The card that somebody else got of this thread."""

    def look() -> Message | None:
        return next((each for each in case.team.messages(channel) if f"@{case.handle}" in words(each)), None)

    found = eventually(look)
    assert found is not None
    return found


def test_a_lead_is_asked_and_takes_over(team: Team) -> None:
    case = team.mention("I want to speak to your manager")
    case.click(ANNA, "claim")
    case.shows("*is on it*")
    case.click(ANNA, "escalate")
    modal = words(team.modal(ANNA)["blocks"])
    assert "Joost de Vries" in modal
    assert "Press office" in modal
    refused = team.slack.submit(ANNA, {"target": "lead:U0LEAD", "why": " "})
    assert refused.errors
    assert team.slack.submit(ANNA, {"target": "lead:U0LEAD", "why": "angry, third time"}).ok
    case.shows("angry, third time")
    assert f"<@{ANNA}> *is on it*" in case.shown

    theirs = copy_of(case, LEADS_DM)
    assert "angry, third time" in words(theirs)
    team.slack.click(LEAD, LEADS_DM, theirs.ts, "take_over")
    case.shows(f"<@{LEAD}> *is on it*")
    eventually(lambda: any(f"<@{ANNA}>, <@{LEAD}> has taken this over" in words(each) for each in case.talk))
    eventually(lambda: "Taken over" in words(theirs))

    team.slack.click(LEAD, LEADS_DM, theirs.ts, "reply")
    assert team.slack.submit(LEAD, {"text": "The manager speaking."}).ok
    eventually(lambda: "Answered" in words(theirs))
    assert case.replies == [f"@{case.handle} The manager speaking. ^JV"]


def test_another_teams_card_stays_in_step(team: Team) -> None:
    case = team.mention("a journalist asks")
    case.click(LARS, "escalate")
    assert team.slack.submit(LARS, {"target": "team:Press office", "why": "is this ours?"}).ok
    theirs = copy_of(case, PRESS)
    assert "is this ours?" in words(theirs)
    team.x.post(case.handle, "@acme deadline at six", in_reply_to=case.post.id)
    eventually(lambda: "deadline at six" in words(theirs))
    case.reply(EMMA, "We call you.")
    eventually(lambda: "Answered" in words(theirs))
    assert len([each for each in team.slack.messages(PRESS) if f"@{case.handle}" in words(each)]) == 1


def test_who_answers_from_another_team_is_told_directly_where_they_can_undo_it(start: Start) -> None:
    team = start()
    team.slack.leave(LARS, HERE)
    case = team.mention("the evening paper asks")
    case.click(ANNA, "escalate")
    assert team.slack.submit(ANNA, {"target": "team:Press office", "why": "is this ours?"}).ok
    theirs = copy_of(case, PRESS)
    team.slack.click(LARS, PRESS, theirs.ts, "take_over")
    eventually(lambda: "Taken over" in words(theirs))
    team.slack.click(LARS, PRESS, theirs.ts, "reply")
    assert team.slack.submit(LARS, {"text": "No comment."}).ok
    eventually(lambda: any("No comment. ^LN" in words(each) for each in team.messages(LARS_DM)))
    told = team.messages(LARS_DM)[-1]
    assert team.slack.click(LARS, LARS_DM, told.ts, "undo").ok
    case.shows("*is on it*")


def test_the_command_escalates_to_the_lead(team: Team) -> None:
    case = team.mention("explain yourselves")
    assert "escalated" in team.command(EMMA, f"escalate {case.number} is this <true> & fair?")
    assert "is this &lt;true&gt; &amp; fair?" in words(copy_of(case, LEADS_DM))
    case.shows("Escalated")
