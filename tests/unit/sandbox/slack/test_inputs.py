"""What a form holds, what the client refuses to send, and what typed words become."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.slack import seed
from bot.sandbox.slack.inputs import fragment, given, refusals, values_of
from bot.sandbox.slack.typed import escaped, with_emoji_names

Json = dict[str, Any]
ONE: Json = {"text": {"type": "plain_text", "text": "One"}, "value": "1"}
TWO: Json = {"text": {"type": "plain_text", "text": "Two"}, "value": "2"}


def field(kind: str, block_id: str = "b", *, optional: bool = False, **more: Any) -> Json:
    element = {"type": kind, "action_id": "a", **more}
    return {"type": "input", "block_id": block_id, "optional": optional, "element": element}


def test_emoji_are_sent_by_their_names() -> None:
    named = ":wave::skin-tone-3: :slightly_smiling_face: :heart: :handshake::skin-tone-2-3: :flag-nl: 1 ©"
    assert with_emoji_names("👋🏼 🙂 ❤️ 🫱🏻\u200d🫲🏼 🇳🇱 1 ©") == named
    typed = values_of([field("plain_text_input")], {"b": {"a": {"value": "Dank 🙏"}}})
    assert typed["b"]["a"]["value"] == "Dank :pray:"


@pytest.mark.parametrize(
    ("element", "value"),
    [
        (field("plain_text_input"), {"type": "plain_text_input", "value": None}),
        (field("plain_text_input", initial_value="hi"), {"type": "plain_text_input", "value": "hi"}),
        (field("static_select", options=[ONE]), {"type": "static_select", "selected_option": None}),
        (field("radio_buttons", initial_option=ONE), {"type": "radio_buttons", "selected_option": ONE}),
        (field("checkboxes", options=[ONE]), {"type": "checkboxes", "selected_options": []}),
        (field("multi_users_select"), {"type": "multi_users_select", "selected_users": []}),
        (field("users_select", initial_user="U0ANNA"), {"type": "users_select", "selected_user": "U0ANNA"}),
        (field("datepicker"), {"type": "datepicker", "selected_date": None}),
    ],
)
def test_untouched_inputs_hold_their_initial_value(element: Json, value: Json) -> None:
    assert values_of([element], {}) == {"b": {"a": value}}


def test_cleared_input_stays_empty() -> None:
    form = [field("plain_text_input", initial_value="hi")]
    assert values_of(form, given(form, {"a": ""}))["b"]["a"]["value"] is None


def test_values_are_given_by_action_block_or_option() -> None:
    form = [field("static_select", "one", options=[ONE, TWO]), field("checkboxes", "two", options=[ONE, TWO])]
    assert given(form, {"one": {"a": "2"}, "two": {"a": ["1", "2"]}}) == {
        "one": {"a": {"type": "static_select", "selected_option": TWO}},
        "two": {"a": {"type": "checkboxes", "selected_options": [ONE, TWO]}},
    }


def test_unknown_action_or_option_is_named() -> None:
    form = [field("static_select", options=[ONE])]
    with pytest.raises(LookupError, match="tpyo"):
        given(form, {"tpyo": "1"})
    with pytest.raises(LookupError):
        given(form, {"a": "3"})


@pytest.mark.parametrize(
    ("block", "value", "refusal"),
    [
        (field("plain_text_input"), "", "Please complete this required field."),
        (field("checkboxes", options=[ONE]), [], "Please complete this required field."),
        (field("plain_text_input", max_length=3), "four", "Please shorten this to 3 characters or fewer."),
        (field("plain_text_input", min_length=5), "four", "Please lengthen this to 5 characters or more."),
        (field("plain_text_input"), "x" * 3001, "Please shorten this to 3000 characters or fewer."),
        (field("email_text_input"), "nobody", "Please enter a valid email address."),
        (field("url_text_input"), "example.com", "Please enter a valid URL."),
        (field("number_input", is_decimal_allowed=False), "1.5", "Please enter a valid number."),
        (
            field("number_input", is_decimal_allowed=True, max_value="1"),
            "1.5",
            "Please enter a number that is 1 or less.",
        ),
        (
            field("number_input", is_decimal_allowed=True, min_value="2"),
            "1.5",
            "Please enter a number that is 2 or more.",
        ),
    ],
)
def test_client_refuses_what_does_not_fit_the_input(block: Json, value: object, refusal: str) -> None:
    assert refusals([block], given([block], {"a": value})) == {"b": refusal}


def test_optional_inputs_may_stay_empty() -> None:
    loose = {"type": "actions", "block_id": "c", "elements": [{"type": "users_select", "action_id": "who"}]}
    assert refusals([field("plain_text_input", optional=True), loose], {}) == {}


def test_button_sends_its_own_text_and_value() -> None:
    text = {"type": "plain_text", "text": "Go"}
    button = {"type": "button", "action_id": "a", "text": text, "value": "7"}
    assert fragment(button, None) == {"type": "button", "text": text, "value": "7"}


@pytest.mark.parametrize(
    ("typed", "command", "message"),
    [
        ("to @lars", "to <@U0LARS|lars>", "to <@U0LARS>"),
        ("in #webcare", "in <#C0SUPPORT|webcare>", "in <#C0SUPPORT|webcare>"),
        (
            "see https://x.com/a?b=1&c=2 now",
            "see <https://x.com/a?b=1&amp;c=2> now",
            "see <https://x.com/a?b=1&amp;c=2> now",
        ),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d", "a &lt; b &amp; c &gt; d"),
        ("<!channel> <@U0LARS>", "&lt;!channel&gt; &lt;@U0LARS&gt;", "&lt;!channel&gt; &lt;@U0LARS&gt;"),
        ("mail me@lars.example @nobody", "mail me@lars.example @nobody", "mail me@lars.example @nobody"),
    ],
)
def test_typed_words_reach_the_app_as_slack_writes_them(typed: str, command: str, message: str) -> None:
    users = {user.id: user for user in seed.users()}
    channels = {channel.id: channel for channel in seed.channels()}
    assert escaped(typed, users, channels, labelled=True) == command
    assert escaped(typed, users, channels, labelled=False) == message
