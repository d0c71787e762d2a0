"""A mention becomes a card, gets one owner and one answer: in every form in which the bot is run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import requests

from tests.support.cast import ANNA, EMMA, HERE, LARS
from tests.support.office import Office, words
from tests.support.process import eventually


def test_mention_is_claimed_answered_and_public(any_form: Office) -> None:
    case = any_form.mention("my parcel has been on its way for two weeks")
    assert "two weeks" in case.shown
    assert "not claimed yet" in case.shown
    assert case.buttons == {
        "claim",
        "reply",
        "escalate",
        "no_reply_needed",
        "more:close",
        "more:history",
        "more:why",
    }

    assert case.click(ANNA, "claim").ok
    case.shows(f"<@{ANNA.id}> *is on it*")
    assert "claim" not in case.buttons

    modal = words(case.draft(ANNA)["blocks"])
    assert "two weeks" in modal
    assert "@acme" in modal
    assert "^AB" in modal
    assert any_form.slack.submit(ANNA.id, {"text": "We are looking for it right now."}).ok
    assert any_form.slack.views(ANNA.id) == []
    case.told(ANNA, "We are looking for it right now. ^AB")
    case.shows("*Answered*")
    assert case.replies == [f"@{case.handle} We are looking for it right now. ^AB"]
    assert "We are looking for it right now. ^AB" in case.shown
    assert not {"claim", "undo", "escalate", "more:close"} & case.buttons
    case.told(ANNA, "is on X")
    assert len(case.cards) == 1


def test_claim_race_has_one_winner_and_tells_the_others(any_form: Office) -> None:
    case = any_form.mention("who is going to help me?")
    with ThreadPoolExecutor(3) as agents:
        outcomes = list(agents.map(case.seen("claim"), (ANNA, LARS, EMMA)))
    assert all(outcome.ok for outcome in outcomes)
    case.shows("*is on it*")
    winner = next(agent for agent in (ANNA, LARS, EMMA) if f"<@{agent.id}> *is on it*" in case.shown)
    for agent in {ANNA, LARS, EMMA} - {winner}:
        case.told(agent, f"<@{winner.id}> claimed")


def test_command_answers_a_customer_too(any_form: Office) -> None:
    case = any_form.mention("are you open on Sunday?")
    answer = any_form.command(EMMA, f"reply {case.number} Yes, from 10 to 5 & we have <coffee>.")
    assert "is sent in" in answer
    eventually(lambda: case.replies)
    assert case.replies == [f"@{case.handle} Yes, from 10 to 5 & we have <coffee>. ^EC"]
    case.shows(f"*Answered* by <@{EMMA.id}>")


def test_follow_up_joins_its_card(any_form: Office) -> None:
    case = any_form.mention("the first of two messages")
    any_form.x.post(case.handle, "@acme and the second", in_reply_to=case.post.id)
    case.shows("and the second")
    assert "2 posts" in case.shown
    assert len(case.cards) == 1


def test_request_without_slacks_signature_is_refused(any_form: Office) -> None:
    url = any_form.slack.events_url
    if url is None:
        return  # over Socket Mode there is no way in at all
    body = {"command": "/webcare", "text": "open", "user_id": EMMA.id, "channel_id": HERE}
    forged = {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=" + "0" * 64}
    for headers in ({}, forged):
        assert requests.post(url, data=body, headers=headers, timeout=30).status_code == 401
