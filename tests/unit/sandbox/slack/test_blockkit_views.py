"""Modals and the home tab: their limits refuse with pointers into the view."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.slack.blockkit import view_problems
from tests.support.blockkit import DIVIDER, Json, field, plain


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": [DIVIDER], **more}


VIEWS = [
    (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
    (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
    (modal(close=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/close/text]"),
    (modal(private_metadata="x" * 3001), "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
    (modal(callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
    (
        modal(blocks=[field()]),
        "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]",
    ),
    (modal(blocks=None), "missing required field: blocks [json-pointer:/view]"),
    ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
    (modal(colour="red"), "invalid additional property: colour [json-pointer:/view/colour]"),
    (
        modal(blocks=[{"type": "markdown", "text": "x"}]),
        "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
    ),
    ({"type": "sheet"}, "must be one of modal, home [json-pointer:/view/type]"),
    ("words", "must be one of modal, home [json-pointer:/view/type]"),
]


@pytest.mark.parametrize(("view", "problem"), VIEWS, ids=[case[1][:70] for case in VIEWS])
def test_view_is_refused_with_its_own_pointers(view: object, problem: str) -> None:
    assert view_problems(view) == [problem]


def test_modal_with_inputs_and_home_tab_are_taken() -> None:
    assert view_problems(modal(blocks=[field()], submit=plain("Send"))) == []
    assert view_problems({"type": "home", "blocks": [DIVIDER]}) == []
