"""Building a modal again as the agent has it: what they typed stays, whatever else changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views.common.blocks import Block, View

NOTICE = "notice"
"""The block id of a refusal at the top of a modal."""

FILLED = "#"
"""What stands in a block id between the name of a field and how often it was filled anew."""

_PARTS = ("type", "callback_id", "title", "submit", "close", "private_metadata", "notify_on_close")
_ENTERED = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_user": "initial_user",
    "selected_date_time": "initial_date_time",
}
_PICTURE = ("type", "block_id", "image_url", "alt_text")  # Slack adds fields that it does not accept back


def reopen_modal(shown: View, blocks: Sequence[Block]) -> View:
    """Return the view that Slack sent, with `blocks` in place of its own, ready to be sent back."""
    return {part: shown[part] for part in _PARTS if shown.get(part)} | {
        "blocks": [_block(block) for block in blocks][:100]
    }


def block_of(shown: Mapping[str, Any], field: str) -> str:
    """Return the block id of a modal's field: its name, with a number behind it once it was filled anew."""
    blocks = _part(_part(shown, "state"), "values")
    return next((block for block in blocks if block.startswith(f"{field}{FILLED}")), field)


def filled(block: Block, text: str) -> Block:
    """Return a field of text that holds this text instead.

    Slack keeps what was typed into a field as long as its block id is the same, so it gets another one.
    """
    name, _, number = str(block["block_id"]).partition(FILLED)
    element = {part: value for part, value in block["element"].items() if part != "initial_value"}
    return block | {
        "block_id": f"{name}{FILLED}{int(number or 0) + 1}",
        "element": element | ({"initial_value": text} if text else {}),
    }


def noticed(shown: View, notice: Block) -> View:
    """Return the same modal with `notice` at the top, in place of an earlier notice."""
    return reopen_modal(shown, [notice | {"block_id": NOTICE}, *_as_left(shown)])


def unnoticed(shown: View) -> View:
    """Return the same modal without a notice."""
    return reopen_modal(shown, _as_left(shown))


def _as_left(shown: View) -> list[Block]:
    """Return the modal's own blocks with what was entered. Missing or damaged parts count as empty."""
    values = _part(_part(shown, "state"), "values")
    blocks = shown.get("blocks")
    return [
        _as_entered(block, values)
        for block in (blocks if isinstance(blocks, list) else ())
        if isinstance(block, dict) and block.get("block_id") != NOTICE
    ]


def _block(block: Block) -> Block:
    return {name: block[name] for name in _PICTURE if name in block} if block.get("type") == "image" else block


def _as_entered(block: Block, values: Mapping[str, Any]) -> Block:
    """Make an input start with what was entered, in case Slack does not keep it."""
    if block.get("type") != "input":
        return block
    element = _part(block, "element")
    entered = _part(_part(values, block.get("block_id")), element.get("action_id"))
    kept = {name: value for name, value in element.items() if name not in _ENTERED.values()}
    return block | {"element": kept | {start: entered[now] for now, start in _ENTERED.items() if entered.get(now)}}


def _part(of: Mapping[str, Any], name: object) -> dict[str, Any]:
    """Return the mapping under `name`; {} if it is missing or not a mapping."""
    found = of.get(name) if isinstance(name, str) else None
    return found if isinstance(found, dict) else {}
