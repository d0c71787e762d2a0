"""What a user has entered in a view or a message, and what Slack's client checks before sending it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.slack.blockkit_elements import options_of
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.typed import with_emoji_names

Entered = Mapping[str, Mapping[str, Json]]

# By element: the field of state.values that holds what was entered, and the element's field for its initial value.
FIELDS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),  # which no app can fill
}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield each (block, element) that a user can act on."""
    for block in blocks:
        for place in ("accessory", "element"):
            if block.get(place) and block[place]["type"] != "image":
                yield block, block[place]
        if block["type"] == "actions":
            for element in block["elements"]:
                yield block, element


def _current(block: Json, element: Json, entered: Entered) -> Any:
    field, initial = FIELDS[element["type"]]
    empty: list[Any] | None = [] if field.endswith("s") else None
    typed = entered.get(block["block_id"], {}).get(element["action_id"])
    found = element.get(initial) if typed is None else typed.get(field)
    return empty if found in (None, "", []) else found


def values_of(blocks: list[Json], entered: Entered) -> dict[str, dict[str, Json]]:
    """Build `state.values`: the current value of each element that holds one. Empty text is null, no choices are []."""
    values: dict[str, dict[str, Json]] = {}
    for block, element in elements(blocks):
        if element["type"] in FIELDS:
            value = _current(block, element, entered)
            if element["type"] == "plain_text_input" and value:
                value = with_emoji_names(value)
            shown = {"type": element["type"], FIELDS[element["type"]][0]: value}
            values.setdefault(block["block_id"], {})[element["action_id"]] = shown
    return values


def refusals(blocks: list[Json], entered: Entered) -> dict[str, str]:
    """Return what Slack's client refuses to submit, by block id: empty required inputs, texts of a wrong length."""
    found = {}
    for block, element in elements(blocks):
        if block["type"] != "input" or element["type"] not in FIELDS:
            continue
        value = _current(block, element, entered)
        if value in (None, []):
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif isinstance(value, str) and (problem := _unfit(element, value)):
            found[block["block_id"]] = problem
    return found


def _unfit(element: Json, value: str) -> str | None:
    if len(value) > element.get("max_length", 3000):
        return f"Please shorten this to {element.get('max_length', 3000)} characters or fewer."
    if len(value) < element.get("min_length", 0):
        return f"Please lengthen this to {element['min_length']} characters or more."
    if element["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and not re.fullmatch(r"https?://\S+", value):
        return "Please enter a valid URL."
    if element["type"] == "number_input":
        return _unfit_number(element, value)
    return None


def _unfit_number(element: Json, value: str) -> str | None:
    if not re.fullmatch(r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+", value):
        return "Please enter a valid number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number that is {element['min_value']} or more."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number that is {element['max_value']} or less."
    return None


def fragment(element: Json, value: Any) -> Json:
    """Return what the client sends when the user gives `element` the `value`: a text, a chosen value or id, or a list.

    A dict is taken to be such a fragment already. Raises LookupError for an option that the element does not offer.
    """
    if isinstance(value, dict):
        return {"type": element["type"], **value}
    if element["type"] == "button":
        sent = element.get("value") if value is None else value
        return {"type": "button", "text": element["text"]} | ({} if sent is None else {"value": sent})
    field = "selected_option" if element["type"] == "overflow" else FIELDS[element["type"]][0]
    return {"type": element["type"], field: _chosen(element, field, value)}


def _chosen(element: Json, field: str, value: Any) -> Any:
    if value is None or not field.startswith("selected_option") or element["type"].endswith("external_select"):
        return value
    offered = {option["value"]: option for option in options_of(element)}
    return [offered[each] for each in value] if isinstance(value, list) else offered[value]


def given(blocks: list[Json], values: Mapping[str, Any]) -> dict[str, dict[str, Json]]:
    """Return what a user entered, by block and action, from `{block_id: {action_id: value}}` or `{action_id: value}`.

    A value is anything that `fragment` takes. A block id that does not exist is skipped, since the user may see an
    older version than ours. Raises LookupError for an action id that does not exist.
    """
    found: dict[str, dict[str, Json]] = {}
    unknown = {name for name, value in values.items() if not isinstance(value, dict)}
    for block, element in elements(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        inside = values.get(block_id)
        if isinstance(inside, dict) and action_id in inside:
            found.setdefault(block_id, {})[action_id] = fragment(element, inside[action_id])
        elif action_id in values:
            unknown.discard(action_id)
            found.setdefault(block_id, {})[action_id] = fragment(element, values[action_id])
    if unknown:
        raise LookupError(f"nothing to enter in: {', '.join(sorted(unknown))}")
    return found
