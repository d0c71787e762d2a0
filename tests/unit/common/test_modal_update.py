"""A modal that comes back is the one that the agent had, with what they typed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.cases.mention import Media
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.views.cases import close, escalate, handover
from bot.views.cases.models import Seen
from bot.views.common.modal_update import noticed, reopen_modal, unnoticed
from bot.views.common.refused import notice
from bot.views.replies import reply as reply_view
from bot.views.replies.models import Draft
from tests.support.samples import AT, card, fine, post, pressable

EN = translator("en")
TAKEN = notice(Refused(RefusalCode.TAKEN, thread=12, owner="U0ANNA", since=AT), AT, EN)


def shown(view: dict[str, Any], **entered: dict[str, Any]) -> dict[str, Any]:
    """A view as Slack sends it back, with all that Slack adds."""
    values = {block: {block: element} for block, element in entered.items()}
    return view | {"id": "V1", "hash": "1.a", "state": {"values": values}, "previous_view_id": None}


def reply(text: str | None) -> dict[str, Any]:
    pictures = (Media("photo", "https://x.example/a.jpg", "A parcel"),)
    draft = Draft(card(posts=(post(media=pictures),)), "^AB", Seen(1, 0, AT), 280, 276, "Begun earlier")
    view = reply_view.modal(draft, EN)
    for block in view["blocks"]:
        if block["type"] == "image":
            block |= {"fallback": "400x300px image", "image_width": 400, "image_height": 300, "image_bytes": 9}
    return shown(view, text={"type": "plain_text_input", "value": text})


def test_refusal_stands_on_top_and_typed_text_stays() -> None:
    view = noticed(reply("My text"), TAKEN)
    fine(view)
    assert view["blocks"][0]["block_id"] == "notice"
    assert "<@U0ANNA> claimed #12" in view["blocks"][0]["text"]["text"]
    assert pressable(view) == ["take_over", "ask_look"]
    typed = next(block for block in view["blocks"] if block.get("block_id") == "text")
    assert typed["element"]["initial_value"] == "My text"
    assert view["private_metadata"] == reply("")["private_metadata"]


def test_cleared_text_does_not_come_back() -> None:
    view = noticed(reply(None), TAKEN)
    typed = next(block for block in view["blocks"] if block.get("block_id") == "text")
    assert "initial_value" not in typed["element"]


def test_second_refusal_replaces_the_first() -> None:
    first = noticed(reply("My text"), TAKEN)
    second = noticed(first | {"state": reply("My text")["state"]}, notice(Refused(RefusalCode.NOT_SAVED), AT, EN))
    fine(second)
    assert [block.get("block_id") for block in second["blocks"]].count("notice") == 1
    assert "Not saved" in second["blocks"][0]["text"]["text"]
    left = unnoticed(second | {"state": reply("My text")["state"]})
    assert left["blocks"] == reopen_modal(first, first["blocks"])["blocks"][1:]


def test_chosen_options_stay_too() -> None:
    lead = {"text": {"type": "plain_text", "text": "Joost"}, "value": "lead:U0LEAD"}
    asked = escalate.modal(12, [("team:Press", "Press"), ("lead:U0LEAD", "Joost")], EN)
    view = noticed(shown(asked, target={"selected_option": lead}, why={"value": "Angry"}), TAKEN)
    assert view["blocks"][1]["element"]["initial_option"] == lead
    assert view["blocks"][2]["element"]["initial_value"] == "Angry"
    view = noticed(shown(handover.modal(12, EN), to={"selected_user": "U0LARS"}), TAKEN)
    fine(view)
    assert view["blocks"][1]["element"]["initial_user"] == "U0LARS"
    view = noticed(shown(close.modal(card(), EN), reason={"value": "Spam"}), TAKEN)
    fine(view)
    assert view["blocks"][1]["element"]["initial_value"] == "Spam"


@pytest.mark.parametrize(
    "damage",
    [
        {"blocks": [{"type": "input", "block_id": "text", "element": {}}]},
        {"blocks": [{"type": "input"}, {"block_id": "text"}, None]},
        {"blocks": None},
        {"state": {"values": {"text": None}}},
        {"state": {}},
        {"state": None},
    ],
    ids=["no action_id", "hardly a block", "no blocks", "no field", "no values", "no state"],
)
def test_view_with_missing_pieces_is_answered(damage: dict[str, Any]) -> None:
    view = noticed(reply("My text") | damage, TAKEN)
    assert view["blocks"][0]["block_id"] == "notice"
    assert unnoticed(reply("My text") | damage)["callback_id"] == "reply"
