"""The room in one message: Slack refuses blocks that hold too much in all, and does not document how much that is.

Refusals (`msg_blocks_too_long`) were reported from 11,341 characters on. Every message and answer stays below BUDGET,
however many customers write only `&`, which is five characters once it is escaped.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from bot.views.common.text import cut, cut_markup

Block = dict[str, Any]

BUDGET = 10_000
_LONGEST_TEXT = 3000  # of one text in one block
_OURS = ("button", "overflow", "static_select", "users_select", "option")  # their words are ours, and short
_CUT = {"mrkdwn": cut_markup, "plain_text": cut, "raw_text": cut, "text": cut}  # "text" is a part of rich_text


def size(blocks: Sequence[Block]) -> int:
    """Return how many characters these blocks hold, counted as they are sent: with mark-up, addresses and keys."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def fitted(blocks: list[Block]) -> list[Block]:
    """Return the blocks with their longest texts cut until all of them fit the BUDGET.

    The short ones, such as states and names, stay whole, and so does every button. Pictures go if cutting is not
    enough, because a few addresses of 3,000 characters would fill a message.
    """
    if size(blocks) < BUDGET:
        return blocks
    if size(_cut(blocks, 1)) >= BUDGET:
        blocks = [block for block in blocks if block.get("type") != "image"]
    longest = bisect_left(range(1, _LONGEST_TEXT), BUDGET, key=lambda limit: size(_cut(blocks, limit)))
    cut_blocks: list[Block] = _cut(blocks, max(1, longest))
    return cut_blocks


def _cut(thing: Any, limit: int) -> Any:
    """Return a block, or what is in one, with no text of others longer than `limit`."""
    if isinstance(thing, list):
        return [_cut(part, limit) for part in thing]
    if not isinstance(thing, dict) or thing.get("type") in _OURS:
        return thing
    cut_one = _CUT.get(thing.get("type", ""))
    if cut_one is not None and isinstance(thing.get("text"), str):
        return thing | {"text": cut_one(thing["text"], limit)}
    return {name: _cut(part, limit) for name, part in thing.items()}
