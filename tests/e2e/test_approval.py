"""What an agent may not send alone: a lead approves it, changes it, or returns it, with the buttons of one message."""

from __future__ import annotations

import pytest

from bot.sandbox.slack import Message
from bot.usecases.desk.context import Actor
from tests.support.cast import ANNA, EMMA, LARS, LEAD
from tests.support.office import Case, Office, Start, words
from tests.support.process import eventually

MONEY = "You get a refund, we arrange it today"


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    """A desk on which nobody but its lead speaks of refunds alone."""
    return start(desk="mandate = {words = ['refund']}\n")


def asked(case: Case) -> Message:
    """Return the direct message that asks the lead to look at the reply to this customer."""
    office = case.office
    place = office.slack.state.direct(LEAD.id).id

    def about_it() -> list[Message]:
        return [each for each in office.messages(place) if f"@{case.handle}" in words(each)]

    return eventually(about_it)[0]


def pressed(case: Case, button: str) -> Message:
    message = asked(case)
    assert case.office.slack.click(LEAD.id, message.channel, message.ts, button).ok
    return message


def answered(office: Office, user: Actor, text: str) -> None:
    eventually(lambda: any(text in words(message) for message in office.slack.ephemerals(user.id)))


def test_lead_approves_with_an_edit_and_the_customer_reads_that_once(office: Office) -> None:
    case = office.mention("I paid twice <b>for it</b>")
    said = office.command(ANNA, f"reply {case.number} {MONEY}")
    assert "awaits approval by <@U0LEAD>: the word “refund”" in said
    case.offers("return_reply")
    assert {"approve_reply", "edit_approval", "undo"} <= case.buttons
    assert "Awaiting approval" in case.shown
    case.click(EMMA, "approve_reply")
    answered(office, EMMA, "leads and approvers look at what colleagues wrote")
    case.click(ANNA, "approve_reply")
    answered(office, ANNA, "You wrote this yourself")
    message = pressed(case, "edit_approval")
    assert office.slack.submit(LEAD.id, {"text": "  "}).errors
    assert office.slack.submit(LEAD.id, {"text": "You get a refund, we arrange it tomorrow"}).ok
    case.told(ANNA, "approved your reply")
    eventually(lambda: case.replies)
    (reply,) = case.replies
    assert "You get a refund, we arrange it tomorrow ^AB" in reply
    eventually(lambda: any("with an edit" in words(each) for each in office.messages(message.channel)))


def test_returned_reply_is_told_under_the_card_and_can_be_mended(office: Office) -> None:
    case = office.mention("where is my money?")
    office.command(ANNA, f"reply {case.number} Your refund is on its way")
    pressed(case, "return_reply")
    assert office.slack.submit(LEAD.id, {"reason": " "}).errors
    assert office.slack.submit(LEAD.id, {"reason": "Name the <amount>"}).ok
    eventually(lambda: any("returned your reply" in words(line) for line in case.talk))
    case.shows("Name the")
    case.offers("reply")
    assert "returned this: Name the" in words(case.draft(ANNA))
    assert office.slack.submit(ANNA.id, {"text": "Your refund of 12 euros is on its way"}).ok
    case.offers("approve_reply")
    case.click(ANNA, "undo")
    case.offers("reply")


def test_colleague_suggests_other_words_for_a_draft_and_its_owner_takes_them(office: Office) -> None:
    case = office.mention("when will it arrive?")
    case.draft(ANNA)
    assert office.slack.act(ANNA.id, "ask_look", values={"text": "It arives tommorow"}).ok
    assert office.slack.submit(ANNA.id, {"to": LARS.id}).ok
    note = eventually(lambda: [each for each in case.talk if "asks you to look at this draft" in words(each)])[0]
    assert office.slack.click(LARS.id, note.channel, note.ts, "suggest_change").ok
    assert office.slack.submit(LARS.id, {"text": "It arrives tomorrow"}).ok
    eventually(lambda: any("suggests a change to your draft" in words(each) for each in case.talk))
    office.slack.close(ANNA.id)
    eventually(lambda: any("take_suggestion" in str(each.blocks) for each in case.talk))
    assert office.slack.click(ANNA.id, note.channel, note.ts, "take_suggestion").ok
    assert "It arrives tomorrow" in str(office.modal(ANNA))
    assert office.slack.submit(ANNA.id, {}).ok
    eventually(lambda: case.replies)
    assert "It arrives tomorrow ^AB" in case.replies[0]
