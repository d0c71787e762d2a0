"""An answer that worked is kept with one tap, offered to the next colleague, and sent in their own words."""

from __future__ import annotations

import re

import pytest

from bot.sandbox.slack import Message
from tests.support.cast import ANNA, EMMA, HERE, LARS
from tests.support.office import Office, Start, words
from tests.support.process import eventually

ANSWER = "So sorry that the courier never rang. Tomorrow before noon your parcel stands at your door."
OWN = "So sorry that the courier never rang, what a waste of your day. Tomorrow before noon it stands at your door."


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    return start(desk='[[desk.labels]]\nname = "Delivery"\n')


def told(office: Office, text: str) -> Message | None:
    """The latest message with this text that only Anna saw."""
    return next((each for each in office.slack.ephemerals(ANNA.id)[::-1] if text in words(each)), None)


def field(office: Office) -> tuple[str, str]:
    """The reply form's field: its block id and what it begins with."""
    (block,) = [each for each in office.modal(LARS)["blocks"] if each.get("block_id", "").startswith("text")]
    return block["block_id"], block["element"].get("initial_value", "")


def test_answer_goes_from_one_reply_over_the_bank_into_another(office: Office) -> None:
    case = office.mention("the courier never rang, where is my parcel ZX-1048577?")
    assert case.click(ANNA, "reply").ok
    assert office.slack.submit(ANNA.id, {"text": ANSWER}).ok
    sent = eventually(lambda: told(office, "Into the bank"))
    assert sent is not None
    assert office.slack.click(ANNA.id, HERE, sent.ts, "bank_add").ok
    form = words(office.modal(ANNA))
    assert "What customers ask" in form
    shown = {each["block_id"]: each["element"].get("initial_value") for each in office.modal(ANNA)["blocks"][:2]}
    assert shown == {"question": "the courier never rang, where is my parcel?", "answer": ANSWER}
    assert office.slack.submit(ANNA.id, {"bank_label": "Delivery", "valid_until": "2099-01-31"}).ok
    assert eventually(lambda: told(office, "In the knowledge bank"))

    other = office.mention("my parcel is lost and the courier never rang")
    assert other.click(LARS, "reply").ok
    assert "the courier never rang, where is my parcel?" in words(office.modal(LARS))
    assert office.slack.act(LARS.id, "bank_use").ok
    eventually(lambda: field(office)[1])
    name, text = field(office)
    assert (name, text) == ("text#1", ANSWER)
    refused = office.slack.submit(LARS.id, {})
    assert "Make it your own, for example this sentence" in (refused.errors or {})[name]
    assert office.slack.submit(LARS.id, {"text": OWN}).ok
    other.shows("*Answered*")
    assert OWN in other.replies[0]

    found = office.command(EMMA, "bank parcel")
    assert re.search(rf"used by <@{LARS.id}> on .* in #{other.number}, [89]\d% kept", found)
    assert f"kept by <@{ANNA.id}>" in found
    assert "🏷️ Delivery" in found


def test_word_alone_says_how_it_works(office: Office) -> None:
    assert "Use as a start" in office.command(EMMA, "bank")
    assert "Nothing was found for “zebra”" in office.command(EMMA, "kennisbank zebra")


def test_shortcut_keeps_the_answer_of_a_thread(office: Office) -> None:
    case = office.mention("is the shop in Utrecht open on sunday")
    assert not office.slack.views(EMMA.id)
    assert office.slack.shortcut(EMMA.id, HERE, case.card.ts, "into_bank").ok
    assert not office.slack.views(EMMA.id)
    assert case.click(EMMA, "reply").ok
    assert office.slack.submit(EMMA.id, {"text": "Our doors open at noon on sundays, see you there soon!"}).ok
    eventually(lambda: case.replies)
    assert eventually(
        lambda: office.slack.shortcut(EMMA.id, HERE, case.card.ts, "into_bank").ok and office.slack.views(EMMA.id)
    )
    assert office.slack.submit(EMMA.id, {"question": "  ", "answer": "x"}).errors
