"""The other team's card, the small modals, the lines under a card, and a long post."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.cases.conversation import EventKind, ReplyState
from bot.platform.i18n import translator
from bot.views.cases import close, command_results, escalate, handover, note, show
from bot.views.cases.models import Card
from bot.views.cases.state import at_handle
from tests.support.samples import AT, answered, card, closed, escalation, fine, owned, post, pressable, reply, thread

EN = translator("en")


@pytest.mark.parametrize(
    ("shown", "request_", "words", "buttons"),
    [
        (card(), escalation(), "*Open* · 🔔 *Unclaimed*", ["answer_colleague", "take_over"]),
        (card(thread=owned()), escalation(), "*Open* · 👤 <@U0ANNA>", ["answer_colleague", "take_over"]),
        (card(thread=owned()), escalation(taken_by="U0LARS", taken_at=AT), "*Taken over* by <@U0LARS>", ["reply"]),
        (card(thread=owned(), reply=reply()), escalation(), "Reply on its way", []),
        (card(thread=answered(), reply=reply(ReplyState.SENT)), escalation(), "*Answered* by <@U0ANNA>", []),
        (card(thread=closed()), escalation(), "*Closed without a reply:* Solved by phone", []),
        (
            card(thread=owned(), reply=reply(ReplyState.REJECTED, error="duplicate")),
            escalation(taken_by="U0ANNA", taken_at=AT),
            "Wat vervelend, Jan! Ik zoek het meteen uit. ^AB",
            ["reply"],
        ),
        (
            card(thread=owned(), reply=reply(ReplyState.UNKNOWN, tried_at=AT)),
            escalation(taken_by="U0ANNA", taken_at=AT),
            "Wat vervelend, Jan! Ik zoek het meteen uit. ^AB",
            ["open_post", "mark_sent", "send_again"],
        ),
    ],
)
def test_other_teams_card_stays_in_step(shown: Card, request_: Any, words: str, buttons: list[str]) -> None:
    message = escalate.card(shown, request_, EN)
    text = fine(message)
    assert words in text
    assert pressable(message) == buttons
    for fact in (
        "<@U0ANNA> asks for help",
        "A journalist asks",
        "Waar blijft mijn pakket",
        "|See its card at Support>",
    ):
        assert fact in text


def test_small_modals_name_their_thread_and_fields() -> None:
    modals = [
        (escalate.modal(12, [("lead:U0LEAD", "Joost"), ("team:Press", "Press office")], EN), "escalate", "target why"),
        (close.modal(card(thread=thread(id=12)), EN), "close", "reason"),
        (handover.modal(12, EN), "hand_over", "to note"),
        (handover.take_over(owned(id=12), None, AT, EN), "take_over", "reason"),
    ]
    for modal, callback, fields in modals:
        fine(modal)
        inputs = [block for block in modal["blocks"] if block["type"] == "input"]
        assert modal["callback_id"] == callback
        assert [block["block_id"] for block in inputs] == fields.split()
        assert [block["element"]["action_id"] for block in inputs] == fields.split()
        assert json.loads(modal["private_metadata"])["thread"] == 12


def test_many_teams_with_long_names_still_open_the_modal() -> None:
    fine(escalate.modal(12, [(f"team:{n}", "name " * 50) for n in range(150)], EN))


def test_notes_mention_who_must_know() -> None:
    given = note.note(EventKind.HANDED_OVER, {"from": "U0ANNA", "to": "U0LARS"}, EN)
    assert fine(given).count("<@U0LARS>, this is yours now: <@U0ANNA>")
    taken = note.note(EventKind.TAKEN_OVER, {"by": "U0LARS", "from": "U0ANNA"}, EN)
    assert taken.text.startswith("<@U0ANNA>, <@U0LARS> has taken")
    with pytest.raises(ValueError, match="no words"):
        note.note(EventKind.RECEIVED, {}, EN)


@pytest.mark.parametrize(
    ("code", "owner", "told"),
    [
        (EventKind.MERGED, None, "<@U0ANNA>, <@U0LARS> merged #12 into #14: it is yours."),
        (EventKind.MERGED, "U0EMMA", "<@U0ANNA>, <@U0LARS> merged #12 into #14: <@U0EMMA> has it now."),
        (EventKind.SPLIT, None, "<@U0ANNA>, <@U0LARS> split #12 from #14 again: #12 is yours."),
    ],
)
def test_note_of_a_merge_says_whose_it_is(code: EventKind, owner: str | None, told: str) -> None:
    people = {"to": "U0ANNA", "by": "U0LARS", "thread": "12", "into": "14"} | ({"owner": owner} if owner else {})
    assert note.note(code, people, EN).text == told


@pytest.mark.parametrize(
    ("leads", "teams", "owner", "told"),
    [
        (["U0LEAD"], [], "U0ANNA", "#12 is escalated to <@U0LEAD>. It stays with its owner"),
        (["U0LEAD", "U0EMMA"], [], "U0ANNA", "#12 is escalated to <@U0LEAD>, <@U0EMMA>. It stays"),
        ([], ["Press & more"], None, "#12 is escalated to *Press &amp; more*. Nobody has claimed it yet."),
    ],
)
def test_escalation_is_confirmed_with_who_was_asked(
    leads: list[str], teams: list[str], owner: str | None, told: str
) -> None:
    shown = command_results.escalated(12, leads, teams, owner, EN)
    fine(shown)
    assert shown.text.startswith(told)


def test_post_of_25000_characters_is_shown_whole() -> None:
    words = "".join(f"{number:05d}" for number in range(5000))
    view = show.modal(card(posts=(post(text=words),)), EN)
    fine(view)
    quotations = [block["elements"][0]["elements"] for block in view["blocks"] if block["type"] == "rich_text"]
    assert "".join(part["text"] for parts in quotations for part in parts) == words


def test_telephone_number_is_no_handle() -> None:
    assert [at_handle(handle) for handle in ("anna", "@anna", "+31201234567", "")] == [
        "@anna",
        "@anna",
        "+31201234567",
        "—",
    ]
