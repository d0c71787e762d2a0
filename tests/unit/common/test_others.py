"""The other team's card, reminders, small lines and modals, help, and a long post."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.clock.targets import NagLevel, ResponseKind
from bot.domain.clock.waits import Wait, WaitOutcome
from bot.platform.i18n import translator
from bot.views.cases import close, escalate, handover, note, show
from bot.views.cases.models import Card
from bot.views.common import blocks as b
from bot.views.common import help  # noqa: A004 - the command's own name
from bot.views.reminders import nag
from bot.views.reminders.models import Nag
from handlers import SLASH_WORDS
from tests.support.samples import AT, answered, card, closed, escalation, fine, markup, owned, post, pressable, reply

EN = translator("en")


@pytest.mark.parametrize(
    ("shown", "request_", "words", "buttons"),
    [
        (card(), escalation(), "*Open* · 🔔 *Unclaimed*", ["take_over"]),
        (card(thread=owned()), escalation(), "*Open* · 👤 <@U0ANNA>", ["take_over"]),
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
def test_the_other_teams_card_stays_in_step(shown: Card, request_: Any, words: str, buttons: list[str]) -> None:
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


def test_the_small_modals_name_their_thread_and_fields() -> None:
    modals = [
        (escalate.modal(12, [("lead:U0LEAD", "Joost"), ("team:Press", "Press office")], EN), "escalate", "target why"),
        (close.modal(12, EN), "close", "reason"),
        (handover.modal(12, EN), "hand_over", "to"),
    ]
    for modal, callback, fields in modals:
        fine(modal)
        inputs = [block for block in modal["blocks"] if block["type"] == "input"]
        assert modal["callback_id"] == callback
        assert [block["block_id"] for block in inputs] == fields.split()
        assert [block["element"]["action_id"] for block in inputs] == fields.split()
        assert json.loads(modal["private_metadata"]) == {"thread": 12}


def test_more_teams_than_slack_has_room_for_and_long_names_still_open_the_modal() -> None:
    fine(escalate.modal(12, [(f"team:{n}", "name " * 50) for n in range(150)], EN))


def nagged(level: NagLevel, shown: Card | None = None, wait: Wait | None = None) -> Nag:
    return Nag(shown or card(), level, AT, ("U0LEAD", "U0EMMA"), wait)


def over(outcome: WaitOutcome) -> Wait:
    return Wait(ResponseKind.FIRST, AT - timedelta(minutes=42), AT, AT, outcome, "U0ANNA")


@pytest.mark.parametrize(
    ("shown", "words", "buttons"),
    [
        (nagged(NagLevel.WARNING, card(thread=owned())), ["<@U0ANNA>, please answer Jan de Vries"], []),
        (nagged(NagLevel.WARNING), ["Nobody has claimed", "Jan de Vries should have an answer by"], ["claim"]),
        (nagged(NagLevel.BREACH, card(thread=owned())), ["<@U0ANNA>", "past its target", "<@U0LEAD>, <@U0EMMA>"], []),
        (nagged(NagLevel.BREACH), ["nobody has claimed it", "<@U0LEAD>, <@U0EMMA>"], ["claim"]),
        (nagged(NagLevel.NOT_YET, wait=over(WaitOutcome.ANSWERED)), ["Answered by <@U0ANNA> after 42 min."], []),
        (nagged(NagLevel.NOT_YET, wait=over(WaitOutcome.CLOSED)), ["Closed without a reply by <@U0ANNA>"], []),
        (nagged(NagLevel.NOT_YET, wait=over(WaitOutcome.WITHDRAWN)), ["The customer deleted what they wrote"], []),
        (nagged(NagLevel.NOT_YET), ["Nobody is waiting here any more"], []),
    ],
)
def test_a_reminder_is_what_is_true_now_and_calls_who_must_know(
    shown: Nag, words: list[str], buttons: list[str]
) -> None:
    message = nag.nag(shown, EN)
    fine(message)
    for word in words:
        assert word in message.text
    assert pressable(message) == buttons


def test_a_warning_leaves_the_leads_alone() -> None:
    assert "U0LEAD" not in fine(nag.nag(nagged(NagLevel.WARNING), EN))


def test_a_lead_can_go_to_the_card_and_is_told_how_it_ended() -> None:
    breach = nag.lead(nagged(NagLevel.BREACH), EN)
    assert "<https://acme.slack.com/archives/C0SUPPORT/p1763653860000200|#1042> at Support" in breach.text
    assert "Waar blijft mijn pakket" in fine(breach)
    assert "Answered by <@U0ANNA>" in nag.lead(nagged(NagLevel.NOT_YET, wait=over(WaitOutcome.ANSWERED)), EN).text


def test_notes_mention_who_must_know() -> None:
    given = note.note(EventKind.HANDED_OVER, {"from": "U0ANNA", "to": "U0LARS"}, EN)
    assert fine(given).count("<@U0LARS>, this is yours now: <@U0ANNA>")
    taken = note.note(EventKind.TAKEN_OVER, {"by": "U0LARS", "from": "U0ANNA"}, EN)
    assert taken.text.startswith("<@U0ANNA>, <@U0LARS> has taken")
    with pytest.raises(ValueError, match="no words"):
        note.note(EventKind.RECEIVED, {}, EN)


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_help_has_every_command(language: str) -> None:
    text = fine(help.help("/care", SLASH_WORDS, translator(language)))
    for word in SLASH_WORDS:
        assert f"`/care {word.form}" in text


def test_a_post_of_25000_characters_is_shown_whole() -> None:
    words = "".join(f"{number:05d}" for number in range(5000))
    view = show.modal(card(posts=(post(text=words),)), EN)
    fine(view)
    quoted = [part["text"].removeprefix(">") for part in markup(view["blocks"]) if part["text"].startswith(">")]
    assert "".join(quoted) == words


def test_a_message_never_has_more_than_fifty_blocks_and_never_none() -> None:
    assert len(b.message("text", *(b.section("x") for _ in range(80))).blocks) == 50
    assert b.message("text", None).blocks == [b.section("text")]
