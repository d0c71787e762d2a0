"""Who owns a thread: release, hand over, take over, close, reopen, and what the menu shows of it."""

from __future__ import annotations

from tests.support.process import eventually
from tests.support.slack_team import ANNA, EMMA, HERE, LARS, Case, Team, words


def under_the_card(case: Case, *texts: str) -> None:
    """Wait until one message in Slack's thread under the card says all of it."""
    eventually(lambda: any(all(text in words(message) for text in texts) for message in case.talk))


def test_a_released_thread_is_anybodys(team: Team) -> None:
    case = team.mention("please somebody")
    case.click(ANNA, "claim")
    case.offers("more:release")
    case.menu(LARS, "release")
    case.told(LARS, f"is with <@{ANNA}>")
    case.menu(ANNA, "release")
    case.offers("claim")
    assert "not claimed yet" in case.shown


def test_a_thread_is_handed_over_to_a_colleague_who_is_told(team: Team) -> None:
    case = team.mention("a question about my invoice")
    case.click(ANNA, "claim")
    case.offers("more:hand_over")
    case.menu(ANNA, "hand_over")
    assert team.slack.submit(ANNA, {"to": LARS}).ok
    case.shows(f"<@{LARS}> *is on it*")
    under_the_card(case, f"<@{LARS}>, this is yours now", f"<@{ANNA}>")


def test_taking_over_tells_the_owner(team: Team) -> None:
    case = team.mention("still nobody?")
    case.click(ANNA, "claim")
    case.offers("more:take_over")
    case.menu(LARS, "take_over")
    case.shows(f"<@{LARS}> *is on it*")
    under_the_card(case, f"<@{ANNA}>, <@{LARS}> has taken this over from you")
    case.menu(LARS, "take_over")
    case.told(LARS, "already yours")


def test_who_would_answer_a_colleagues_thread_can_take_it_over_at_once(team: Team) -> None:
    case = team.mention("hello there")
    case.click(ANNA, "claim")
    case.shows(f"<@{ANNA}> *is on it*")
    case.click(EMMA, "reply")
    refusal = case.told(EMMA, f"<@{ANNA}> claimed")
    assert team.slack.views(EMMA) == []
    team.slack.click(EMMA, HERE, refusal.ts, "take_over")
    case.shows(f"<@{EMMA}> *is on it*")


def test_closing_needs_a_reason_and_can_be_undone(team: Team) -> None:
    case = team.mention("buy cheap sunglasses")
    case.menu(EMMA, "close")
    refused = team.slack.submit(EMMA, {"reason": "   "})
    assert refused.errors
    assert "why" in refused.errors["reason"]
    assert team.slack.submit(EMMA, {"reason": "spam *really*"}).ok
    case.shows("Closed without a reply")
    assert f"<@{EMMA}>" in case.shown
    assert "spam" in case.shown
    assert case.buttons == {"more:reopen", "more:history"}
    case.menu(ANNA, "reopen")
    case.offers("claim")


def test_a_closed_thread_opens_when_the_customer_writes_again(team: Team) -> None:
    case = team.mention("never mind")
    team.command(EMMA, f"close {case.number} solved by itself")
    case.offers("more:reopen")
    team.x.post(case.handle, "@acme it broke again", in_reply_to=case.post.id)
    case.shows("it broke again")
    case.offers("claim")


def test_the_history_tells_who_did_what(team: Team) -> None:
    earlier = team.mention("my first question")
    case = team.mention("my second question", earlier.handle + "b")
    case.click(ANNA, "claim")
    case.offers("more:release")
    case.menu(ANNA, "release")
    case.offers("claim")
    case.menu(LARS, "history")
    history = words(team.modal(LARS)["blocks"])
    for line in (f"@{case.handle} wrote", "card posted", f"<@{ANNA}> claimed it", f"<@{ANNA}> released it"):
        assert line in history
    team.slack.close(LARS)


def test_the_history_names_the_customers_other_threads(team: Team) -> None:
    earlier = team.mention("my first question")
    second = team.x.post(earlier.handle, "@acme and something else altogether")
    eventually(lambda: len(earlier.cards) == 2)
    number = max(int(words(card).partition("#")[2].partition("*")[0]) for card in earlier.cards)
    answer = team.command(LARS, f"history @{earlier.handle}")
    assert f"#{number}" in answer
    assert second.text.removeprefix("@acme ") in answer


def test_the_rest_of_a_long_post_is_one_click_away(team: Team) -> None:
    case = team.mention("a very long story. " * 60 + "And that is the end.")
    assert "that is the end" not in case.shown
    case.click(EMMA, "show_text")
    assert "And that is the end." in words(team.modal(EMMA)["blocks"])
    team.slack.close(EMMA)


def test_a_click_on_an_old_card_tells_what_is_so_now(team: Team) -> None:
    case = team.mention("quick question")
    old = next(block for block in case.card.blocks or [] if block["type"] == "actions")
    team.command(ANNA, f"close {case.number} answered by phone")
    case.offers("more:reopen")
    claim = next(element for element in old["elements"] if element["action_id"] == "claim")
    outcome = team.slack.click(
        EMMA,
        HERE,
        case.card.ts,
        "claim",
        type="button",
        block_id=old["block_id"],
        text=claim["text"],
        value=claim["value"],
    )
    assert outcome.ok
    case.told(EMMA, "answered by phone")


def test_talk_in_slack_reaches_nobody(team: Team) -> None:
    case = team.mention("can you hear me?")
    team.slack.say(EMMA, HERE, "what a strange one", thread_ts=case.card.ts)
    case.click(EMMA, "claim")
    case.shows("*is on it*")
    case.reply(EMMA, "Loud and clear.")
    eventually(lambda: case.replies)
    assert case.replies == [f"@{case.handle} Loud and clear. ^EC"]
