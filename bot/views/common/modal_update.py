"""A modal once more, as the agent has it before them: what they typed stays, whatever else is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views.common.blocks import Block, View

NOTICE = "notice"
"""The block id of a refusal that stands on top of a modal."""

_PARTS = ("type", "callback_id", "title", "submit", "close", "private_metadata")
_ENTERED = {"value": "initial_value", "selected_option": "initial_option", "selected_user": "initial_user"}
_PICTURE = ("type", "block_id", "image_url", "alt_text")  # Slack adds fields of its own, and takes none of them back


def reopen_modal(shown: View, blocks: Sequence[Block]) -> View:
    """The view that Slack sent, with `blocks` instead of its own, ready to be given back."""
    return {part: shown[part] for part in _PARTS if shown.get(part)} | {"blocks": [_block(one) for one in blocks][:100]}


def noticed(shown: View, notice: Block) -> View:
    """The same modal with `notice` on top instead of an earlier one."""
    return reopen_modal(shown, [notice | {"block_id": NOTICE}, *_as_left(shown)])


def unnoticed(shown: View) -> View:
    """The same modal without a notice."""
    return reopen_modal(shown, _as_left(shown))


def _as_left(shown: View) -> list[Block]:
    """The modal's own blocks with what was entered. A part that Slack left out, or damaged, counts as empty."""
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
    """An input that starts with what was entered, should Slack not keep it by itself."""
    if block.get("type") != "input":
        return block
    element = _part(block, "element")
    entered = _part(_part(values, block.get("block_id")), element.get("action_id"))
    kept = {name: value for name, value in element.items() if name not in _ENTERED.values()}
    return block | {"element": kept | {start: entered[now] for now, start in _ENTERED.items() if entered.get(now)}}


def _part(of: Mapping[str, Any], name: object) -> dict[str, Any]:
    """What stands under `name`; {} when that is missing or no mapping."""
    found = of.get(name) if isinstance(name, str) else None
    return found if isinstance(found, dict) else {}
