"""Every Block Kit limit refuses once, with Slack's own words and pointer; what is at the limit passes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.slack.blockkit import Surface, problems, view_problems
from tests.support.blockkit import (
    DIVIDER,
    PICTURE,
    actions,
    button,
    confirm,
    field,
    marked,
    option,
    plain,
    section,
    select,
    table,
)

REFUSED: list[tuple[Surface, list[Any], str]] = [
    ("message", [DIVIDER] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ("modal", [DIVIDER] * 101, "no more than 100 items allowed [json-pointer:/blocks]"),
    ("home", [DIVIDER] * 101, "no more than 100 items allowed [json-pointer:/blocks]"),
    ("message", [{"type": "marquee"}], "unsupported type: marquee [json-pointer:/blocks/0/type]"),
    ("message", ["words"], "unsupported type: None [json-pointer:/blocks/0/type]"),
    ("message", [DIVIDER | {"colour": "red"}], "invalid additional property: colour [json-pointer:/blocks/0/colour]"),
    (
        "message",
        [DIVIDER | {"block_id": "x" * 256}],
        "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
    ),
    (
        "message",
        [DIVIDER | {"block_id": "one"}, section(block_id="one")],
        '`block_id` "one" already exists [json-pointer:/blocks/1/block_id]',
    ),
    (
        "message",
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        "message",
        [{"type": "header", "text": marked("x")}],
        "must be one of plain_text [json-pointer:/blocks/0/text/type]",
    ),
    ("message", [{"type": "header"}], "missing required field: text [json-pointer:/blocks/0]"),
    ("message", [{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0/type]"),
    ("message", [section(text=marked(""))], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    (
        "message",
        [section(text=marked("x" * 3001))],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    ("message", [section(text="words")], "must be an object [json-pointer:/blocks/0/text]"),
    (
        "message",
        [section(text=marked("x") | {"emoji": True})],
        "invalid additional property: emoji [json-pointer:/blocks/0/text/emoji]",
    ),
    (
        "message",
        [section(fields=[marked("x" * 2001)])],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    ("message", [section(fields=[marked("x")] * 11)], "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    (
        "message",
        [section(accessory={"type": "plain_text_input"})],
        "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]",
    ),
    ("message", [actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (
        "message",
        [actions(*(button(str(n)) for n in range(26)))],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        "message",
        [actions(button(), button())],
        '`action_id` "go" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    (
        "message",
        [actions(button("x" * 256))],
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    (
        "message",
        [actions(button(text=plain("x" * 76)))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        "message",
        [actions(button(text=marked("x")))],
        "must be one of plain_text [json-pointer:/blocks/0/elements/0/text/type]",
    ),
    (
        "message",
        [actions(button(value="x" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        "message",
        [actions(button(url="x" * 3001))],
        "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        "message",
        [actions(button(style="loud"))],
        "must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        "message",
        [actions(button(disabled=True))],
        "invalid additional property: disabled [json-pointer:/blocks/0/elements/0/disabled]",
    ),
    (
        "message",
        [actions(PICTURE | {"alt_text": "a"})],
        "unsupported type: image [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        "message",
        [actions(button(confirm=confirm(title=plain("x" * 101))))],
        "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]",
    ),
    (
        "message",
        [actions(button(confirm=confirm(text=plain("x" * 301))))],
        "must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]",
    ),
    (
        "message",
        [actions(button(confirm=confirm(deny=plain("x" * 31))))],
        "must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/deny/text]",
    ),
    (
        "message",
        [actions(select(options=[option()] * 101))],
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        "message",
        [actions(select(options=[]))],
        "no fewer than 1 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        "message",
        [actions(select(options=[option(text=plain("x" * 76))]))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
    ),
    (
        "message",
        [actions(select(options=[option("x" * 151)]))],
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    (
        "message",
        [actions(select(options=[option(description=plain("x" * 76))]))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/description/text]",
    ),
    (
        "message",
        [actions(select(placeholder=plain("x" * 151)))],
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]",
    ),
    (
        "message",
        [actions(select(initial_option=option("other")))],
        "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (
        "message",
        [actions(select(option_groups=[{"label": plain("G"), "options": [option()]}]))],
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    (
        "message",
        [actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]})],
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        "message",
        [actions({"type": "overflow", "options": []})],
        "no fewer than 1 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        "message",
        [actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]})],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        "message",
        [{"type": "context", "elements": [marked("x")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ("message", [PICTURE], "missing required field: alt_text [json-pointer:/blocks/0]"),
    (
        "message",
        [{"type": "image", "alt_text": "a"}],
        "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
    ),
    ("message", [table(101, 1)], "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
    ("message", [table(1, 21)], "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    ("message", [table(1, 1), table(1, 1)], "only_one_table_allowed [json-pointer:/blocks/1]"),
    ("modal", [table(1, 1)], "unsupported type: table [json-pointer:/blocks/0/type]"),
    (
        "modal",
        [field(label=plain("x" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/label/text]",
    ),
    ("modal", [field(label=marked("x"))], "must be one of plain_text [json-pointer:/blocks/0/label/type]"),
    ("modal", [field(button())], "unsupported type: button [json-pointer:/blocks/0/element/type]"),
    (
        "modal",
        [field({"type": "plain_text_input", "max_length": 3001})],
        "must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",
    ),
    (
        "modal",
        [field({"type": "plain_text_input", "min_length": 9, "max_length": 8})],
        "`min_length` must not be greater than `max_length` [json-pointer:/blocks/0/element]",
    ),
    (
        "modal",
        [field({"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_blur"]}})],
        "must be one of on_enter_pressed, on_character_entered "
        "[json-pointer:/blocks/0/element/dispatch_action_config/trigger_actions_on/0]",
    ),
    ("message", [field({"type": "file_input"})], "unsupported type: file_input [json-pointer:/blocks/0/element/type]"),
    (
        "home",
        [field({"type": "number_input", "is_decimal_allowed": True})],
        "unsupported type: number_input [json-pointer:/blocks/0/element/type]",
    ),
]


@pytest.mark.parametrize(("surface", "blocks", "problem"), REFUSED, ids=[case[2][:70] for case in REFUSED])
def test_blocks_are_refused_in_slacks_words(surface: Surface, blocks: list[Any], problem: str) -> None:
    assert problems(blocks, surface) == [problem]


ACCEPTED: list[tuple[Surface, list[Any]]] = [
    ("message", [DIVIDER] * 50),
    ("modal", [DIVIDER] * 100),
    ("message", [{"type": "header", "text": plain("x" * 150)}]),
    ("message", [section(text=marked("x" * 3000), accessory=button(value="x" * 2000))]),
    ("message", [section(fields=[marked("x" * 2000)] * 10)]),
    ("message", [actions(*(button(str(n)) for n in range(25)))]),
    ("message", [actions(button()), actions(button())]),
    ("message", [actions(select(options=[option("x" * 150, text=plain("x" * 75))] * 100))]),
    ("message", [actions({"type": "overflow", "options": [option()]})]),
    ("message", [{"type": "context", "elements": [marked("x"), PICTURE | {"alt_text": "a"}]}]),
    ("message", [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}]),
    ("message", [table(100, 20)]),
    ("message", [field()]),
    ("modal", [field({"type": "multi_users_select", "action_id": "who"}, optional=True)]),
    ("modal", [field(select(initial_option=option()))]),
    ("message", [section(block_id=""), section(block_id="")]),
]


@pytest.mark.parametrize(("surface", "blocks"), ACCEPTED)
def test_blocks_just_within_the_limits_are_taken(surface: Surface, blocks: list[Any]) -> None:
    assert problems(blocks, surface) == []


NAMES = ["type", "text", "elements", "element", "options", "option_groups", "initial_options", "initial_option", "rows"]
KINDS = ["section", "actions", "input", "modal", "plain_text", "static_select", "table"]
WORDS = st.sampled_from([*NAMES, *KINDS, "blocks", "block_id", "action_id"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)


@given(ANYTHING, ANYTHING)
def test_nonsense_is_refused_and_never_breaks_the_check(blocks: Any, element: Any) -> None:
    problems(blocks)
    problems([{"type": "actions", "elements": [element]}, {"type": "input", "element": element}])
    problems(
        [actions({"type": "static_select", "options": blocks, "option_groups": element, "initial_options": blocks})]
    )
    view_problems({"type": "modal", "blocks": blocks, "title": element})
