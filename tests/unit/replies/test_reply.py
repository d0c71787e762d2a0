"""The reply modal shows what one answers, as whom, and what changed meanwhile; no text is ever lost."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.mention import Media
from bot.domain.cases.thread import State
from bot.platform.i18n import translator
from bot.views.cases.models import Seen
from bot.views.replies import reply as view
from bot.views.replies.models import Draft, Length
from tests.support.samples import AT, HOSTILE, card, fine, post, pressable, reply, thread

EN = translator("en")
OURS = post(2, inbound=False, author="U0ANNA", text="Sorry! ^AB")


def draft(**changes: Any) -> Draft:
    shown = card(posts=(post(), OURS, post(3, text="Nog niets?")), **changes)
    return Draft(card=shown, signature="^AB", seen=Seen(3, 6, AT), limit=280, room=276)


def blocks(modal: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in modal["blocks"] if "block_id" in block}


def test_modal_has_conversation_field_and_sender() -> None:
    modal = view.modal(draft(), EN)
    text = fine(modal)
    assert modal["callback_id"] == "reply"
    assert (modal["title"]["text"], modal["submit"]["text"], modal["close"]["text"]) == (
        "Reply #1042",
        "Send",
        "Cancel",
    )
    assert text.index("Waar blijft mijn pakket") < text.index("Sorry! ^AB") < text.index("Nog niets?")
    assert "Sent in public as *@acme* on X, signed ^AB" in text
    assert blocks(modal)["text"]["element"]["action_id"] == "text"
    assert blocks(modal)["text"]["dispatch_action"] is True


def test_submission_brings_back_what_the_agent_saw() -> None:
    kept = json.loads(view.modal(draft(), EN)["private_metadata"])
    seen = {"message": 3, "reply": 6, "at": AT.isoformat(), "elsewhere": None}
    assert kept == {"thread": 1042, "seen": seen}


def test_count_is_as_given_and_tells_the_excess() -> None:
    def count(*numbers: Any) -> str:
        text: str = blocks(view.modal(draft(), EN, *numbers))["count"]["elements"][0]["text"]
        return text

    assert count() == "Up to 276 characters, plus the signature"
    assert count(Length(280, 280)) == "280 of 280 characters, signature included"
    assert count(Length(281, 280)) == "⚠️ *1 character too many* · 281 of 280 characters, signature included"
    assert count(Length(477, 280, ("1/2 …", "2/2 …"))) == "*Goes as 2 posts, one below the other*"


def test_text_to_go_on_with_is_shown() -> None:
    modal = view.modal(replace(draft(), text="My text"), EN)
    assert blocks(modal)["text"]["element"]["initial_value"] == "My text"


def test_changes_stand_on_top_and_the_text_is_kept() -> None:
    changes = (
        post(4, text="Laat maar, opgelost"),
        post(3, text="Nog steeds niets", edited_at=AT),
        post(1, text="", deleted_at=AT),
        reply(ReplyState.QUEUED, author="U0LARS", text="Ik kijk ernaar ^LN"),
    )
    modal = view.changed(draft(), changes, "My text", EN, Length(11, 280))
    text = fine(modal)
    assert modal["submit"]["text"] == "Send anyway"
    assert "Not sent yet" in modal["blocks"][0]["text"]["text"]
    assert blocks(modal)["text"]["element"]["initial_value"] == "My text"
    assert "11 of 280" in text
    for news in ("Laat maar, opgelost", "changed to:", "deleted a post", "U0LARS", "Ik kijk ernaar ^LN"):
        assert text.index(news) < text.index('"divider"')


def test_changes_are_shown_once_with_their_pictures() -> None:
    new = post(4, text="Laat maar, opgelost", media=(Media("photo", "https://pbs.example/1.jpg", "A parcel"),))
    ours = post(5, inbound=False, author="U0LARS", text="Fijn! ^LN")
    theirs = reply(ReplyState.SENT, author="U0LARS", text=ours.text, external_id=ours.external_id)
    shown = card(posts=(post(), new, ours))
    text = fine(view.changed(Draft(shown, "^AB", Seen(5, 7, AT), 280, 276), (new, theirs), "My text", EN))
    assert [text.count(words) for words in ("Laat maar", "A parcel", "Fijn!")] == [1, 1, 1]
    assert text.index("A parcel") < text.index('"divider"') < text.index("Waar blijft mijn pakket")


def test_modal_shows_last_six_posts_and_no_deleted_words() -> None:
    posts = tuple(post(number, text=f"words {number}.") for number in range(1, 12))
    shown = card(posts=(*posts, post(12, text="", deleted_at=AT)))
    text = fine(view.modal(Draft(shown, "", Seen(12, 0, AT), 280, 280), EN))
    assert "words 5." not in text
    assert "words 6." in text
    assert "Sent in public as *@acme* on X" in text
    assert "signed" not in text


def test_author_sees_what_goes_out_and_can_stop_it() -> None:
    message = view.confirmation(reply(), EN)
    assert pressable(message) == ["undo"]
    assert reply().text in fine(message)
    assert "is sent in 10 sec" in message.text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ReplyState.SENT, "is on X"),
        (ReplyState.REJECTED, "|#1042>) was not sent: the customer's post no longer exists"),
        (ReplyState.UNKNOWN, "X did not confirm it and does not show it"),
        (ReplyState.VERIFYING, "is on its way"),
    ],
)
def test_author_is_told_the_outcome_with_the_text(state: ReplyState, words: str) -> None:
    message = view.outcome(card(), reply(state, error="gone", text="A *text* of mine"), EN)
    assert words in message.text
    assert "A *text* of mine" in fine(message)


@pytest.mark.parametrize(
    ("about", "buttons"),
    [
        ({}, ["reply"]),
        ({"reply_blocked_reason": "not_allowed"}, []),
        ({"state": State.CLOSED, "close_reason": "spam"}, []),
    ],
)
def test_refused_reply_is_rewritten_from_its_notice(about: dict[str, Any], buttons: list[str]) -> None:
    message = view.outcome(card(thread=thread(**about)), reply(ReplyState.REJECTED, error="duplicate"), EN)
    assert pressable(message) == buttons


def test_hostile_words_and_names_do_nothing() -> None:
    shown = card(thread=thread(customer_name=HOSTILE), posts=(post(text=HOSTILE),))
    modal = view.modal(Draft(shown, HOSTILE, Seen(1, 0, AT), 280, 270), EN)
    fine(modal)
    for block in modal["blocks"]:
        if block["type"] in ("section", "context"):
            assert "<!channel" not in json.dumps(block)
