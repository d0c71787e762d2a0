"""Talk in Slack: under a card it reaches no customer, to the bot it gets help."""

from __future__ import annotations

from tests.support.cast import ANNA, EMMA, HERE, LARS, PRESS
from tests.support.office import Case, Office, words
from tests.support.process import eventually

HINT = "the customer got nothing"


def hints(office: Office, user: str) -> list[str]:
    return [words(message) for message in office.slack.ephemerals(user) if HINT in words(message)]


def talk(case: Case, user: str, text: str) -> None:
    case.office.slack.say(user, HERE, text, thread_ts=case.card.ts)


def test_author_alone_is_told_the_first_time_a_day(office: Office) -> None:
    case, other = office.mention("can you hear me?"), office.mention("and me?")
    talk(case, EMMA.id, "I'll call them")
    case.told(EMMA, HINT)
    (told,) = [message for message in office.slack.ephemerals(EMMA.id) if HINT in words(message)]
    assert (told.channel, told.thread_ts) == (HERE, case.card.ts)
    talk(case, EMMA.id, "done")
    talk(other, EMMA.id, "this one too")
    talk(other, LARS.id, "wait")
    other.told(LARS, HINT)
    assert (len(hints(office, EMMA.id)), len(hints(office, LARS.id)), hints(office, ANNA.id)) == (1, 1, [])
    assert case.replies == []


def test_talk_elsewhere_is_left_alone(office: Office) -> None:
    case = office.mention("anybody?")
    office.slack.say(ANNA.id, HERE, "lunch?")
    lunch = office.slack.messages(HERE)[-1]
    office.slack.say(ANNA.id, HERE, "yes", thread_ts=lunch.ts)
    case.click(ANNA, "claim")
    case.shows("*is on it*")
    assert hints(office, ANNA.id) == []
    talk(case, ANNA.id, "mine")
    case.told(ANNA, HINT)


def test_shortcut_on_talk_under_a_card_shows_the_customer(office: Office) -> None:
    case = office.mention("who am I?")
    talk(case, EMMA.id, "who is that?")
    (said,) = [message for message in case.talk if message.user == EMMA.id]
    assert office.slack.shortcut(EMMA.id, HERE, said.ts, "show_customer").ok
    assert f"@{case.handle}" in words(office.modal(EMMA)["blocks"][0])


def test_bot_that_is_mentioned_or_written_to_gives_help(office: Office) -> None:
    office.slack.say(EMMA.id, PRESS, "@webcare help")
    eventually(lambda: any("/webcare claim 1042" in words(each) for each in office.slack.ephemerals(EMMA.id)))
    direct = office.slack.state.direct(EMMA.id).id
    office.slack.say(EMMA.id, direct, "how does this work?")
    eventually(lambda: any("/webcare claim 1042" in words(each) for each in office.messages(direct)))
    assert sum("/webcare claim 1042" in words(each) for each in office.messages(direct)) == 1
