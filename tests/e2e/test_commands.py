"""The slash command and App Home, as an agent types and reads them."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest

from tests.support.cast import ANNA, EMMA, HERE, LARS, PRESS
from tests.support.office import Case, Office, home_row, words
from tests.support.process import eventually


def test_help_answers_help_and_nothing_at_all(office: Office) -> None:
    for line in ("help", ""):
        answer = office.command(EMMA, line)
        for word in ("open", "mine", "show", "claim", "reply", "escalate", "release", "handover", "close", "history"):
            assert f"/webcare {word}" in answer


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("opne", "Did you mean “open”"),
        ("repyl 1042 hello", "Did you mean “reply”"),
        ("xyzzy", "is not a command"),
        ("claim", "Add the number"),
        ("claim twelve", "is not a number"),
        ("show 999999", "There is no #999999 here"),
        ("reply 999999 hello there", "There is no #999999 here"),
        ("close 999999 spam", "There is no #999999 here"),
        ("history", "history @handle"),
        ("history @nobody_at_all", "Nobody called"),
        ("claim 99999999999999999999", "is not a number"),
        ("<!channel> & co", "is not a command"),
    ],
)
def test_impossible_command_is_told_why(office: Office, typed: str, answer: str) -> None:
    assert answer in office.command(EMMA, typed)


def test_typo_never_rings_the_channel(office: Office) -> None:
    assert "<!channel>" not in office.command(EMMA, "<!channel> hello")


def test_reply_to_nobody_gives_the_text_back(office: Office) -> None:
    assert "a long and careful answer" in office.command(EMMA, "reply 999999 a long and careful answer")


def test_lists_show_what_waits_and_what_is_mine(office: Office) -> None:
    first, second = office.mention("the first"), office.mention("the second")
    waiting = office.command(LARS, "open")
    assert waiting.index("the first") < waiting.index("the second")
    assert f"#{second.number}" in waiting
    office.command(LARS, f"claim {first.number}")
    mine = office.command(LARS, "mine")
    assert "the first" in mine
    assert "the second" not in mine
    assert "the second" in office.command(LARS, "open", PRESS)


def test_snooze_reads_the_time_and_says_what_it_understood(office: Office) -> None:
    case = office.mention("where is my parcel")
    number = case.number
    office.command(ANNA, f"claim {number}")
    for typed, told in (
        ("yesterday 09:00 depot", "is in the past"),
        ("tomorow 09:00 depot", "Did you mean `tomorrow 09:00`"),
        ("2099-01-01 depot", "more than a year ahead"),
        ("2h", "say why"),
    ):
        assert told in office.command(ANNA, f"snooze {number} {typed}")
    answer = office.command(ANNA, f"sluimer {number} over 2 uur wacht op het depot")
    assert f"#{number} is snoozed until" in answer
    assert "wacht op het depot" in answer
    case.shows("wacht op het depot")
    assert "not snoozed any more" in office.command(ANNA, f"wake {number}")
    assert "is not snoozed" in office.command(ANNA, f"wake {number}")


def test_reply_by_command_promises_and_the_customer_reads_only_the_words(office: Office) -> None:
    case = office.mention("when will it work again")
    assert "in the past" in office.command(ANNA, f"reply {case.number} --by yesterday We look into it")
    answer = office.command(ANNA, f"reply {case.number} --by tomorrow We look into it")
    assert "you promise to come back" in answer
    case.shows("*Promised*")
    assert "--by" not in str(case.replies)
    assert "We look into it" in str(case.replies)


def test_every_word_does_its_work(office: Office) -> None:
    case = office.mention("by command")
    number = case.number
    assert f"#{number} is yours" in office.command(ANNA, f"CLAIM #{number}")
    case.shows(f"<@{ANNA.id}> *is on it*")
    assert "is already yours" in office.command(ANNA, f"claim {number}")
    assert f"<@{ANNA.id}> claimed" in office.command(LARS, f"claim {number}")
    assert "by command" in office.command(LARS, f"show {number}")
    assert f"handed over to <@{LARS.id}>" in office.command(ANNA, f"handover {number} @lars")
    case.shows(f"<@{LARS.id}> *is on it*")
    assert "Nobody called" in office.command(LARS, f"handover {number} somebody")
    assert "released" in office.command(LARS, f"release {number}")
    case.offers("claim")
    assert "by command" in office.command(LARS, f"history {case.handle}")
    assert "closed without a reply" in office.command(LARS, f"close {number} all done & dusted")
    case.shows("all done &amp; dusted")
    assert "is closed" in office.command(LARS, f"claim {number}")


def test_several_are_claimed_at_once(office: Office) -> None:
    one, two, three = (office.mention(f"claim us, {number}") for number in range(3))
    office.command(LARS, f"pak {two.number}")
    answer = office.command(EMMA, f"claim {one.number}, #{two.number} {three.number} please")
    assert f"#{one.number}, #{three.number} are yours" in answer
    assert f"<@{LARS.id}> claimed #{two.number}" in answer
    assert "“please” is not a number" in answer
    for case in (one, three):
        office.command(EMMA, f"handover {case.number} @lars she knows <them>")
        eventually(partial(_under_the_card, case, "she knows <them>"))
    for case in (one, two, three):
        office.command(LARS, f"close {case.number} done")


def test_next_claims_the_most_urgent_and_opens_it(office: Office) -> None:
    office.mention("next in line")
    waiting = office.command(EMMA, "open")
    number = int(re.findall(r"#(\d+)[^\n]*🔔", waiting)[0])
    assert office.command(EMMA, "next") == ""
    assert office.modal(EMMA)["title"]["text"] == f"Reply #{number}"
    assert f"#{number} is already yours" in office.command(EMMA, f"claim {number}")
    office.slack.close(EMMA.id)
    office.command(EMMA, f"close {number} done")


def test_release_without_a_number_means_ones_only_thread(office: Office) -> None:
    case = office.mention("mine alone")
    assert "Add the number" in office.command(EMMA, "release")
    office.command(EMMA, f"claim {case.number}")
    assert f"#{case.number} is released" in office.command(EMMA, "release")
    other = office.mention("and another")
    office.command(EMMA, f"claim {case.number}")
    office.command(EMMA, f"claim {other.number}")
    assert "Add the number" in office.command(EMMA, "release")
    for one in (case, other):
        office.command(EMMA, f"release {one.number}")


@pytest.mark.parametrize(("word", "modal"), [("reply", "reply"), ("escalate", "escalate"), ("close", "close")])
def test_command_without_its_text_opens_the_form(office: Office, word: str, modal: str) -> None:
    case = office.mention(f"form of {word}")
    assert office.command(EMMA, f"{word} {case.number}") == ""
    assert office.modal(EMMA)["callback_id"] == modal
    office.slack.close(EMMA.id)


def test_clock_is_explained_by_word_menu_and_history(office: Office) -> None:
    case = office.mention("since when")
    answer = office.command(EMMA, f"why {case.number}")
    assert f"Clock of #{case.number}" in answer
    assert "*First answer* within" in answer
    for ask in (lambda: case.menu(EMMA, "why"), lambda: _from_the_history(office, case)):
        ask()
        eventually(partial(_titled, office, f"Clock of #{case.number}"))
        shown = office.modal(EMMA)
        assert "*First answer* within" in words(shown)
        assert "These targets run around the clock." in words(shown)
        office.slack.close(EMMA.id)


def _from_the_history(office: Office, case: Case) -> None:
    office.command(EMMA, f"history {case.number}")
    office.slack.act(EMMA.id, "why", str(case.number))


def _titled(office: Office, title: str) -> bool:
    return bool(office.modal(EMMA)["title"]["text"] == title)


def test_handover_without_a_name_opens_the_form(office: Office) -> None:
    case = office.mention("form of handover")
    office.command(EMMA, f"claim {case.number}")
    assert office.command(EMMA, f"handover {case.number}") == ""
    assert office.modal(EMMA)["callback_id"] == "hand_over"
    office.slack.close(EMMA.id)
    office.command(EMMA, f"release {case.number}")


def test_too_long_reply_by_command_comes_back(office: Office) -> None:
    case = office.mention("tell me all")
    text = "word " * 70
    answer = office.command(EMMA, f"reply {case.number} {text}")
    assert "280" in answer
    assert text.strip() in answer
    assert case.replies == []


@pytest.mark.parametrize("text", ["word " * 70, "hello :no_such_emoji:", "hello <!channel>"])
def test_reply_by_command_that_must_be_mended_is_in_the_form(office: Office, text: str) -> None:
    case = office.mention("tell me more")
    office.command(EMMA, f"reply {case.number} {text}")
    answer = office.slack.ephemerals(EMMA.id)[-1]
    eventually(lambda: office.slack.click(EMMA.id, HERE, answer.ts, "reply").ok)
    field = eventually(lambda: _typed(office.modal(EMMA)) or None)
    assert str(field).split() == text.split()
    office.slack.close(EMMA.id)


def _typed(modal: dict[str, Any]) -> str:
    return next(str(block["element"].get("initial_value", "")) for block in modal["blocks"] if block["type"] == "input")


@pytest.mark.parametrize("line", ["merge 1 2", "split 1", "release 999999 please", "undo 999999"])
def test_command_without_words_gives_none_back(office: Office, line: str) -> None:
    assert "Your text" not in office.command(EMMA, line)


def test_standup_can_be_asked_for(office: Office) -> None:
    assert "* received · *" in office.command(EMMA, "standup")


def test_home_tab_shows_mine_and_what_waits_and_works(office: Office) -> None:
    case = office.mention("at home")
    office.slack.home(ANNA.id)
    home = eventually(lambda: office.slack.home_view(ANNA.id))
    assert home is not None
    assert "at home" in words(home["blocks"])
    assert office.slack.act(ANNA.id, "claim", block_id=home_row(home, "claim", case)).ok
    case.shows(f"<@{ANNA.id}> *is on it*")
    eventually(
        lambda: "at home" in words((office.slack.home_view(ANNA.id) or home)["blocks"]).partition("*Waiting*")[0]
    )


def _under_the_card(case: Case, text: str) -> bool:
    return any(text in words(message) for message in case.talk)
