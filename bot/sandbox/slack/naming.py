"""The ids that Slack gives to blocks and elements that the app left unnamed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from bot.sandbox.slack.records import Json


def with_ids(blocks: Iterable[Json] | None) -> list[Json] | None:
    """Return blocks as Slack keeps them: each unnamed block and element gets an id."""
    if not blocks:
        return None
    named = []
    for given in blocks:
        block = {**given, "block_id": given.get("block_id") or secrets.token_urlsafe(4)}
        for place in ("accessory", "element"):
            if block.get(place):
                block[place] = _named(block[place])
        if block["type"] == "actions":
            block["elements"] = [_named(element) for element in block["elements"]]
        named.append(block)
    return named


def _named(element: Json) -> Json:
    if element["type"] == "image":
        return element
    return {**element, "action_id": element.get("action_id") or secrets.token_urlsafe(4)}
