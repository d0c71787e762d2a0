"""The slash command and App Home, as an agent types and reads them."""

from __future__ import annotations

import pytest

from tests.support.process import eventually
from tests.support.slack_team import ANNA, EMMA, LARS, PRESS, Team, words


def test_help_and_nothing_at_all(team: Team) -> None:
    for line in ("help", ""):
        answer = team.command(EMMA, line)
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
def test_what_cannot_be_done_is_told(team: Team, typed: str, answer: str) -> None:
    assert answer in team.command(EMMA, typed)


def test_a_typo_never_rings_the_channel(team: Team) -> None:
    assert "<!channel>" not in team.command(EMMA, "<!channel> hello")


def test_a_reply_to_nobody_gives_the_text_back(team: Team) -> None:
    assert "a long and careful answer" in team.command(EMMA, "reply 999999 a long and careful answer")


def test_lists_show_what_waits_and_what_is_mine(team: Team) -> None:
    first, second = team.mention("the first"), team.mention("the second")
    waiting = team.command(LARS, "open")
    assert waiting.index("the first") < waiting.index("the second")
    assert f"#{second.number}" in waiting
    team.command(LARS, f"claim {first.number}")
    mine = team.command(LARS, "mine")
    assert "the first" in mine
    assert "the second" not in mine
    assert "the second" in team.command(LARS, "open", PRESS)


def test_every_word_does_its_work(team: Team) -> None:
    case = team.mention("by command")
    number = case.number
    assert f"#{number} is yours" in team.command(ANNA, f"CLAIM #{number}")
    case.shows(f"<@{ANNA}> *is on it*")
    assert "is already yours" in team.command(ANNA, f"claim {number}")
    assert f"<@{ANNA}> claimed" in team.command(LARS, f"claim {number}")
    assert "by command" in team.command(LARS, f"show {number}")
    assert f"handed over to <@{LARS}>" in team.command(ANNA, f"handover {number} @lars")
    case.shows(f"<@{LARS}> *is on it*")
    assert "Nobody called" in team.command(LARS, f"handover {number} somebody")
    assert "released" in team.command(LARS, f"release {number}")
    case.offers("claim")
    assert "by command" in team.command(LARS, f"history {case.handle}")
    assert "closed without a reply" in team.command(LARS, f"close {number} all done & dusted")
    case.shows("all done &amp; dusted")
    assert "is closed" in team.command(LARS, f"claim {number}")


def test_release_without_a_number_is_about_ones_only_thread(team: Team) -> None:
    case = team.mention("mine alone")
    assert "Add the number" in team.command(EMMA, "release")
    team.command(EMMA, f"claim {case.number}")
    assert f"#{case.number} is released" in team.command(EMMA, "release")
    other = team.mention("and another")
    team.command(EMMA, f"claim {case.number}")
    team.command(EMMA, f"claim {other.number}")
    assert "Add the number" in team.command(EMMA, "release")
    for one in (case, other):
        team.command(EMMA, f"release {one.number}")


@pytest.mark.parametrize(("word", "modal"), [("reply", "reply"), ("escalate", "escalate"), ("close", "close")])
def test_without_its_text_a_command_opens_the_form(team: Team, word: str, modal: str) -> None:
    case = team.mention(f"form of {word}")
    assert team.command(EMMA, f"{word} {case.number}") == ""
    assert team.modal(EMMA)["callback_id"] == modal
    team.slack.close(EMMA)


def test_handover_without_a_name_opens_the_form(team: Team) -> None:
    case = team.mention("form of handover")
    team.command(EMMA, f"claim {case.number}")
    assert team.command(EMMA, f"handover {case.number}") == ""
    assert team.modal(EMMA)["callback_id"] == "hand_over"
    team.slack.close(EMMA)
    team.command(EMMA, f"release {case.number}")


def test_a_reply_by_command_that_is_too_long_comes_back(team: Team) -> None:
    case = team.mention("tell me all")
    text = "word " * 70
    answer = team.command(EMMA, f"reply {case.number} {text}")
    assert "280" in answer
    assert text.strip() in answer
    assert case.replies == []


def test_the_standup_can_be_asked_for(team: Team) -> None:
    assert "Received" in team.command(EMMA, "standup")


def test_the_home_tab_shows_mine_and_what_waits_and_works(team: Team) -> None:
    case = team.mention("at home")
    team.slack.home(ANNA)
    home = eventually(lambda: team.slack.home_view(ANNA))
    assert home is not None
    assert "at home" in words(home["blocks"])
    button = next(
        element
        for block in home["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == "claim" and element["value"] == str(case.number)
    )
    block_id = next(block["block_id"] for block in home["blocks"] if button in block.get("elements", []))
    assert team.slack.act(ANNA, "claim", block_id=block_id).ok
    case.shows(f"<@{ANNA}> *is on it*")
    eventually(lambda: "at home" in words((team.slack.home_view(ANNA) or home)["blocks"]).partition("Waiting at")[0])


def test_the_home_tab_is_shown_anew_after_a_reply_from_it(team: Team) -> None:
    case = team.mention("answer me from home")
    case.click(LARS, "claim")
    case.offers("more:release")
    team.slack.home(LARS)
    home = eventually(lambda: team.slack.home_view(LARS))
    assert home is not None
    block_id = next(
        block["block_id"]
        for block in home["blocks"]
        for button in block.get("elements", [])
        if button.get("action_id") == "reply" and button["value"] == str(case.number)
    )
    assert team.slack.act(LARS, "reply", block_id=block_id).ok
    assert team.slack.submit(LARS, {"text": "From my sofa."}).ok
    eventually(lambda: "Reply on its way" in words((team.slack.home_view(LARS) or home)["blocks"]))
