"""Who owns a thread: release, hand over, take over, close, reopen, and what the menu shows of it."""

from __future__ import annotations

import re

import pytest

from bot.sandbox.slack import Message
from bot.sandbox.slack.inputs import elements
from bot.usecases.desk.context import Actor
from tests.support.cast import ANNA, EMMA, HERE, LARS
from tests.support.office import Case, Office, words
from tests.support.process import eventually


def under_the_card(case: Case, *texts: str) -> None:
    """Wait until one message in Slack's thread under the card says all of it."""
    eventually(lambda: any(all(text in words(message) for text in texts) for message in case.talk))


def test_released_thread_is_anybodys(office: Office) -> None:
    case = office.mention("please somebody")
    case.click(ANNA, "claim")
    case.offers("more:release")
    case.menu(LARS, "release")
    case.told(LARS, f"is with <@{ANNA.id}>")
    case.menu(ANNA, "release")
    case.offers("claim")
    assert "not claimed yet" in case.shown


def test_colleague_is_told_of_a_hand_over(office: Office) -> None:
    case = office.mention("a question about my invoice")
    case.click(ANNA, "claim")
    case.offers("more:hand_over")
    case.menu(ANNA, "hand_over")
    assert office.slack.submit(ANNA.id, {"to": LARS.id}).ok
    case.shows(f"<@{LARS.id}> *is on it*")
    under_the_card(case, f"<@{LARS.id}>, this is yours now", f"<@{ANNA.id}>")


@pytest.mark.parametrize("by", ["modal", "command"])
def test_giving_to_somebody_away_is_done_and_said(office: Office, by: str) -> None:
    case = office.mention("is anybody there?")
    case.click(ANNA, "claim")
    case.offers("more:hand_over")
    office.slack.set_status(EMMA.id, ":palm_tree:", 90)
    if by == "modal":
        case.menu(ANNA, "hand_over")
        assert office.slack.submit(ANNA.id, {"to": EMMA.id}).ok
        case.told(ANNA, "is away until")
    else:
        assert "is away until" in office.command(ANNA, f"handover {case.number} @emma")
    case.shows(f"<@{EMMA.id}> *is on it*")
    office.slack.set_status(EMMA.id, "")


def test_taking_over_tells_the_owner(office: Office) -> None:
    case = office.mention("still nobody?")
    case.click(ANNA, "claim")
    case.offers("more:take_over")
    case.menu(LARS, "take_over")
    assert office.slack.submit(LARS.id, {"reason": "  "}).errors
    assert office.slack.submit(LARS.id, {"reason": "Anna is <off>"}).ok
    case.shows(f"<@{LARS.id}> *is on it*")
    under_the_card(case, f"<@{ANNA.id}>, <@{LARS.id}> has taken this over from you", "Anna is <off>")
    case.menu(LARS, "take_over")
    case.told(LARS, "already yours")


def test_split_takes_the_place_of_what_it_undoes(office: Office) -> None:
    first = office.mention("my parcel is lost")
    post = office.x.post(first.handle, "@acme and the app crashes")
    second = Case(office, first.handle, post)
    number = first.number
    eventually(lambda: len(first.cards) == 2)
    other = number + 1
    office.command(ANNA, f"merge {number} {other}")

    def answer() -> Message:
        return next(each for each in reversed(office.slack.ephemerals(ANNA.id)) if f"#{other}" in words(each))

    assert "is merged into" in words(answer())
    office.slack.click(ANNA.id, HERE, answer().ts, "split")
    eventually(lambda: "two threads again" in words(answer()))
    assert "split" not in str(answer().blocks)
    assert second.cards != []


def test_replier_can_take_a_colleagues_thread_over_at_once(office: Office) -> None:
    case = office.mention("hello there")
    case.click(ANNA, "claim")
    case.shows(f"<@{ANNA.id}> *is on it*")
    case.click(EMMA, "reply")
    refusal = case.told(EMMA, f"<@{ANNA.id}> claimed")
    assert office.slack.views(EMMA.id) == []
    office.slack.click(EMMA.id, HERE, refusal.ts, "take_over")
    assert office.slack.submit(EMMA.id, {"reason": "customer is on the phone"}).ok
    case.shows(f"<@{EMMA.id}> *is on it*")


def test_loser_of_a_race_is_offered_the_next_and_cannot_steal(office: Office) -> None:
    case, other = office.mention("first come"), office.mention("first served")
    claim = case.seen("claim")
    claim(ANNA)
    claim(LARS)
    refusal = case.told(LARS, f"<@{ANNA.id}> claimed")
    (row,) = (block for block in refusal.blocks or [] if block["type"] == "actions")
    assert [button["text"]["text"] for button in row["elements"]] == ["Claim next waiting"]
    office.slack.click(LARS.id, HERE, refusal.ts, "claim_next_waiting")
    assert case.shows(f"<@{ANNA.id}> *is on it*")
    modal = office.modal(LARS)
    assert modal["callback_id"] == "reply"
    number = int(modal["title"]["text"].partition("#")[2])
    assert f"#{number} is already yours" in office.command(LARS, f"claim {number}")
    office.slack.close(LARS.id)
    office.command(LARS, f"release {number}")
    office.command(EMMA, f"close {other.number} done")


def test_closing_needs_a_reason_and_can_be_undone(office: Office) -> None:
    case = office.mention("buy cheap sunglasses")
    case.menu(EMMA, "close")
    refused = office.slack.submit(EMMA.id, {"reason": "   "})
    assert refused.errors
    assert "why" in refused.errors["reason"]
    assert office.slack.submit(EMMA.id, {"reason": "spam *really*"}).ok
    case.shows("Closed without a reply")
    assert f"<@{EMMA.id}>" in case.shown
    assert "spam" in case.shown
    assert case.buttons == {"more:reopen", "more:mute", "more:history", "more:why"}
    case.menu(ANNA, "reopen")
    case.offers("claim")


def test_one_tap_says_why_no_reply_is_needed(office: Office) -> None:
    case = office.mention("thanks for nothing, found it myself")
    case.click(ANNA, "no_reply_needed", f"{case.number}:Already solved")
    case.shows("Closed without a reply")
    assert f"by <@{ANNA.id}>: Already solved" in case.shown
    case.menu(ANNA, "reopen")
    case.offers("no_reply_needed")
    office.command(EMMA, f"close {case.number} done")


def test_spammer_is_muted_from_the_closed_card_and_brought_back_with_one_tap(office: Office) -> None:
    case = office.mention("buy cheap sunglasses")
    number = case.number
    case.click(ANNA, "no_reply_needed", f"{number}:Spam")
    case.offers("more:mute")
    assert case.menu(LARS, "mute").ok
    case.shows("make no cards until")
    assert "more:mute" not in case.buttons
    office.x.post(case.handle, "@acme and a cheap watch")
    eventually(lambda: "2 threads" in office.command(ANNA, f"history @{case.handle}"))
    assert len(case.cards) == 1
    assert "Not muted any more. 1 thread is back" in office.command(EMMA, f"unmute {number}")
    eventually(lambda: len(case.cards) == 2)
    assert "is not muted" in office.command(EMMA, f"unmute {number}")
    office.command(EMMA, f"close {number + 1} spam")


def test_closed_thread_opens_when_the_customer_writes_again(office: Office) -> None:
    case = office.mention("never mind")
    office.command(EMMA, f"close {case.number} solved by itself")
    case.offers("more:reopen")
    office.x.post(case.handle, "@acme it broke again", in_reply_to=case.post.id)
    case.shows("it broke again")
    case.offers("claim")


def test_history_tells_who_did_what(office: Office) -> None:
    earlier = office.mention("my first question")
    case = office.mention("my second question", earlier.handle + "b")
    case.click(ANNA, "claim")
    case.offers("more:release")
    case.menu(ANNA, "release")
    case.offers("claim")
    case.menu(LARS, "history")
    history = words(office.modal(LARS)["blocks"])
    for line in (f"@{case.handle}", "my second question", f"<@{ANNA.id}> claimed it", f"<@{ANNA.id}> released it"):
        assert line in history
    office.slack.close(LARS.id)


def test_history_names_the_customers_other_threads(office: Office) -> None:
    earlier = office.mention("my first question")
    second = office.x.post(earlier.handle, "@acme and something else altogether")
    eventually(lambda: len(earlier.cards) == 2)
    number = max(int(words(card).partition("#")[2].partition("*")[0]) for card in earlier.cards)
    answer = office.command(LARS, f"history @{earlier.handle}")
    assert f"#{number}" in answer
    assert second.text.removeprefix("@acme ") in answer


def test_rest_of_a_long_post_is_one_click_away(office: Office) -> None:
    case = office.mention("a very long story. " * 60 + "And that is the end.")
    assert "that is the end" not in case.shown
    case.click(EMMA, "show_text")
    assert "And that is the end." in words(office.modal(EMMA)["blocks"])
    office.slack.close(EMMA.id)


def test_click_on_an_old_card_tells_the_present(office: Office) -> None:
    case = office.mention("quick question")
    claim = case.seen("claim")
    office.command(ANNA, f"close {case.number} answered by phone")
    case.offers("more:reopen")
    assert claim(EMMA).ok
    case.told(EMMA, "answered by phone")


class Pair:
    """Two threads of one customer, by number, and what is on their cards."""

    def __init__(self, office: Office, first: str, second: str) -> None:
        self._office = office
        case = office.mention(first)
        office.x.post(case.handle, f"@acme {second}")
        eventually(lambda: len(case.cards) == 2)
        self._ts = {int(words(card).partition("#")[2].partition("*")[0]): card.ts for card in case.cards}
        self.first, self.second = sorted(self._ts)

    def card(self, number: int) -> Message:
        return next(each for each in self._office.slack.messages(HERE) if each.ts == self._ts[number])

    def shows(self, number: int, text: str) -> None:
        eventually(lambda: text in words(self.card(number)))

    def click(self, user: Actor, number: int, button: str) -> None:
        """Press a button of a card, once it is there."""
        eventually(lambda: button in _buttons(self.card(number)))
        assert self._office.slack.click(user.id, HERE, self._ts[number], button).ok


def _buttons(message: Message) -> list[str]:
    return [element["action_id"] for _, element in elements(message.blocks or [])]


def _told(office: Office, user: Actor, text: str) -> Message:
    """Wait until this agent gets an ephemeral message with this text."""
    return eventually(lambda: [each for each in office.slack.ephemerals(user.id) if text in words(each)])[-1]


def test_threads_of_one_customer_are_merged_and_split_with_a_tap_each(office: Office) -> None:
    pair = Pair(office, "my parcel", "and my invoice")
    pair.click(ANNA, pair.second, "merge")
    _told(office, ANNA, f"#{pair.second} is merged into #{pair.first}")
    pair.shows(pair.first, f"merged with #{pair.second}")
    pair.shows(pair.second, "was merged into")
    pair.click(ANNA, pair.first, "split")
    pair.shows(pair.second, "and my invoice")
    eventually(lambda: "split" not in _buttons(pair.card(pair.first)))
    pair.click(LARS, pair.second, "merge")
    answer = _told(office, LARS, f"#{pair.second} is merged into #{pair.first}")
    pair.shows(pair.second, "was merged into")
    assert office.slack.click(LARS.id, HERE, answer.ts, "split").ok
    pair.shows(pair.second, "and my invoice")
    for number in (pair.first, pair.second):
        office.command(EMMA, f"close {number} done")


def test_merge_of_two_owners_asks_who_keeps_it(office: Office) -> None:
    pair = Pair(office, "where is it", "hello again")
    for user, number in ((ANNA, pair.first), (LARS, pair.second)):
        assert f"#{number} is yours" in office.command(user, f"claim {number}")
    pair.click(ANNA, pair.second, "merge")
    question = _told(office, ANNA, f"#{pair.second} and #{pair.first} have different owners")
    keep = [element["value"] for _, element in elements(question.blocks or []) if LARS.id in element["value"]]
    assert office.slack.click(ANNA.id, HERE, question.ts, "merge_for", keep[0]).ok
    pair.shows(pair.first, f"<@{LARS.id}> *is on it*")
    left = _told(office, ANNA, f"#{pair.second} is merged into #{pair.first}")
    assert left.ts == question.ts, "the answer takes the question's place"
    office.command(LARS, f"close {pair.first} done")


def test_handle_of_two_people_is_asked_about_and_chosen(office: Office) -> None:
    former = office.mention("I was here first")
    office.x.rename(former.handle, f"{former.handle}_x")
    office.x.post(former.handle, "@acme I have this name now")
    eventually(lambda: len(former.cards) == 2)
    assert "Whom do you mean" in office.command(EMMA, f"history @{former.handle}")
    question = _told(office, EMMA, "Whom do you mean")
    choices = [element["value"] for _, element in elements(question.blocks or [])]
    assert len(choices) == 2
    assert office.slack.click(EMMA.id, HERE, question.ts, "history_of", choices[0]).ok
    shown = _told(office, EMMA, "was here first")
    assert shown.ts == question.ts, "the answer takes the question's place"
    assert "have this name now" not in words(shown)
    for number in re.findall(r"#(\d+)", " ".join(words(card) for card in former.cards)):
        office.command(EMMA, f"close {number} done")


def test_talk_in_slack_reaches_nobody(office: Office) -> None:
    case = office.mention("can you hear me?")
    office.slack.say(EMMA.id, HERE, "what a strange one", thread_ts=case.card.ts)
    case.click(EMMA, "claim")
    case.shows("*is on it*")
    case.reply(EMMA, "Loud and clear.")
    eventually(lambda: case.replies)
    assert case.replies == [f"@{case.handle} Loud and clear. ^EC"]
