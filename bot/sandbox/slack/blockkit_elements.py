"""Block Kit's elements and what each may contain (docs.slack.dev/reference/block-kit/block-elements)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.slack.blockkit_rules import (
    ANY_TEXT,
    Check,
    Problems,
    Shape,
    anything,
    boolean,
    integer,
    items,
    one_of,
    string,
    text,
)

CONFIRM = Shape(
    {
        "title": text(100),
        "text": text(300, *ANY_TEXT),
        "confirm": text(30),
        "deny": text(30),
        "style": one_of("primary", "danger"),
    },
    ("title", "text", "confirm", "deny"),
)


def _option(*kinds: str) -> Shape:
    fields = {"text": text(75, *kinds), "value": string(150), "description": text(75, *kinds), "url": string(3000)}
    return Shape(fields, ("text", "value"))


OPTION, MARKED_OPTION = _option(), _option(*ANY_TEXT)
OPTION_GROUP = Shape({"label": text(75), "options": items(OPTION, 100)}, ("label", "options"))


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every option of an element, grouped or not."""
    groups = element.get("option_groups") or []
    return list(element.get("options") or []) + [option for group in groups for option in group.get("options", [])]


def _options_or_groups(problems: Problems, value: Any, at: str) -> None:
    if (value.get("options") is None) == (value.get("option_groups") is None):
        problems.note(at, "must define either `options` or `option_groups`")


def _initial_among_options(problems: Problems, value: Any, at: str) -> None:
    several = value.get("initial_options")
    chosen = several if isinstance(several, list) else [value.get("initial_option")]
    try:
        offered = options_of(value)
    except (AttributeError, TypeError):
        return  # these are not options, which another check has noted
    name = "initial_option" if several is None else "initial_options"
    for option in chosen:
        if option is not None and option not in offered:
            problems.note(f"{at}/{name}", "must be one of the provided options")


def _length_in_order(problems: Problems, value: Any, at: str) -> None:
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        problems.note(at, "`min_length` must not be greater than `max_length`")


def picture(problems: Problems, value: Any, at: str) -> None:
    """Note a picture without an address, and one that Slack cannot fetch."""
    if (value.get("image_url") is None) == (value.get("slack_file") is None):
        problems.note(at, "must define either `image_url` or `slack_file`")
    if (urlsplit(str(value.get("image_url"))).hostname or "").endswith(".invalid"):  # RFC 2606: nothing is there
        problems.note(f"{at}/image_url", "downloading image failed")


ACTION: dict[str, Check] = {"type": anything, "action_id": string(255)}
FOCUS: dict[str, Check] = {"confirm": CONFIRM, "focus_on_load": boolean}
HINTED = ACTION | FOCUS | {"placeholder": text(150)}
SEVERAL: dict[str, Check] = {"max_selected_items": integer(1, 100)}
CHOICES: dict[str, Check] = {"options": items(OPTION, 100), "option_groups": items(OPTION_GROUP, 100)}
IDS = items(string(255), 100)
FILTER: Check = Shape(
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
CONVERSATION: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": FILTER}
DISPATCH = Shape({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})
TYPED: dict[str, Check] = {
    "type": anything,
    "action_id": string(255),
    "placeholder": text(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}
_SELECT_RULES = (_options_or_groups, _initial_among_options)

ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        ACTION
        | {
            "text": text(75),
            "url": string(3000),
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
        ("text",),
    ),
    "image": Shape(
        {"type": anything, "image_url": string(3000), "slack_file": anything, "alt_text": string(2000)},
        ("alt_text",),
        (picture,),
    ),
    "overflow": Shape(ACTION | {"options": items(OPTION, 5), "confirm": CONFIRM}, ("options",)),
    "static_select": Shape(HINTED | CHOICES | {"initial_option": OPTION}, rules=_SELECT_RULES),
    "external_select": Shape(HINTED | {"initial_option": OPTION, "min_query_length": integer(0, 100)}),
    "users_select": Shape(HINTED | {"initial_user": string(255)}),
    "conversations_select": Shape(
        HINTED | CONVERSATION | {"initial_conversation": string(255), "response_url_enabled": boolean}
    ),
    "channels_select": Shape(HINTED | {"initial_channel": string(255), "response_url_enabled": boolean}),
    "multi_static_select": Shape(
        HINTED | CHOICES | SEVERAL | {"initial_options": items(OPTION, 100)}, rules=_SELECT_RULES
    ),
    "multi_external_select": Shape(
        HINTED | SEVERAL | {"initial_options": items(OPTION, 100), "min_query_length": integer(0, 100)}
    ),
    "multi_users_select": Shape(HINTED | SEVERAL | {"initial_users": IDS}),
    "multi_conversations_select": Shape(HINTED | SEVERAL | CONVERSATION | {"initial_conversations": IDS}),
    "multi_channels_select": Shape(HINTED | SEVERAL | {"initial_channels": IDS}),
    "checkboxes": Shape(
        ACTION | FOCUS | {"options": items(MARKED_OPTION, 10), "initial_options": items(MARKED_OPTION, 10)},
        ("options",),
        (_initial_among_options,),
    ),
    "radio_buttons": Shape(
        ACTION | FOCUS | {"options": items(MARKED_OPTION, 10), "initial_option": MARKED_OPTION},
        ("options",),
        (_initial_among_options,),
    ),
    "datepicker": Shape(HINTED | {"initial_date": string(10, 10)}),
    "timepicker": Shape(HINTED | {"initial_time": string(5, 5), "timezone": string(255)}),
    "datetimepicker": Shape(ACTION | FOCUS | {"initial_date_time": integer(10**9, 10**10 - 1)}),
    "plain_text_input": Shape(
        TYPED
        | {
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        rules=(_length_in_order,),
    ),
    "email_text_input": Shape(TYPED | {"initial_value": string(3000)}),
    "url_text_input": Shape(TYPED | {"initial_value": string(3000)}),
    "number_input": Shape(
        TYPED
        | {
            "is_decimal_allowed": boolean,
            "initial_value": string(3000),
            "min_value": string(3000),
            "max_value": string(3000),
        },
        ("is_decimal_allowed",),
    ),
    "rich_text_input": Shape(TYPED | {"initial_value": anything}),
    "file_input": Shape(
        {"type": anything, "action_id": string(255), "filetypes": anything, "max_files": integer(1, 10)}
    ),
}
SELECTS = frozenset({"static_select", "external_select", "users_select", "conversations_select", "channels_select"})
MULTI_SELECTS = frozenset(f"multi_{name}" for name in SELECTS)
PICKERS = frozenset({"datepicker", "timepicker", "checkboxes", "radio_buttons"})
ACCESSORIES = SELECTS | MULTI_SELECTS | PICKERS | {"button", "image", "overflow"}
IN_ACTIONS = SELECTS | PICKERS | {"button", "overflow", "datetimepicker"}
IN_INPUT = frozenset(ELEMENTS) - {"button", "image", "overflow"}
# Where Slack's page on block elements restricts an element to some surfaces; all others may go anywhere.
SURFACES = {
    "file_input": {"modal"},
    "email_text_input": {"modal"},
    "url_text_input": {"modal"},
    "number_input": {"modal"},
    "rich_text_input": {"modal", "home"},
    "datetimepicker": {"modal", "message"},
}
