"""Block Kit, one small constructor a thing, each within Slack's limits whatever it is given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.views.common.text import clean, cut, cut_markup, pieces, quoted, web_address

Block = dict[str, Any]
View = dict[str, Any]

QUOTED = 600  # characters of a post that a card shows
MAX_PIECES = 40  # sections of one long text


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A Slack message. `text` is what notifications and screen readers say; Slack shows `blocks`."""

    text: str
    blocks: list[Block]


def message(text: str, *blocks: Block | None) -> SlackMessage:
    """A message of at most 50 blocks; without any, the text is shown. None among the blocks is left out."""
    shown = [block for block in blocks if block is not None] or [section(text)]
    return SlackMessage(cut_markup(text, 3000), shown[:50])


def markup(text: str, limit: int = 3000) -> Block:
    """Mark-up of ours. Verbatim, so that Slack makes no links and mentions of its own out of what stands in it."""
    return {"type": "mrkdwn", "text": cut_markup(text, limit), "verbatim": True}


def plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": cut(text, limit), "emoji": True}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": markup(text)}
    return block | {"accessory": accessory} if accessory else block


def fields(*texts: str) -> Block:
    """Up to 10 short texts in two columns."""
    return {"type": "section", "fields": [markup(text, 2000) for text in texts[:10]]}


def context(*texts: str) -> Block:
    """Small grey text: up to 10 pieces."""
    return {"type": "context", "elements": [markup(text, 2000) for text in texts[:10]]}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block | None) -> Block | None:
    """A row of buttons and menus; None when there is nothing to press. None among the elements is left out."""
    shown = [element for element in elements if element is not None]
    return {"type": "actions", "elements": shown[:25]} if shown else None


def button(
    text: str, action_id: str, value: object, *, style: str | None = None, confirm: Block | None = None
) -> Block:
    """`style` is "primary" or "danger"."""
    block: Block = {"type": "button", "text": plain(text, 75), "action_id": action_id, "value": str(value)}
    return block | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def link_button(text: str, action_id: str, url: str | None) -> Block | None:
    """A button that opens `url`; None when that is no address that Slack would take."""
    address = web_address(url)
    if address is None:
        return None
    return {"type": "button", "text": plain(text, 75), "action_id": action_id, "url": address}


def confirmation(title: str, text: str, confirm: str, deny: str) -> Block:
    """The question that Slack asks before a button does its work."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(confirm, 30),
        "deny": plain(deny, 30),
    }


def option(text: str, value: str) -> Block:
    return {"text": plain(text, 75), "value": value}


def overflow(*options: Block) -> Block:
    """The menu behind the three dots: 1 to 5 options."""
    return {"type": "overflow", "action_id": "more", "options": list(options[:5])}


def text_input(label: str, name: str, *, placeholder: str, value: str = "", live: bool = False) -> Block:
    """A field for several lines, up to Slack's 3,000 characters; `name` is the id of its block and of its action.

    `live` reports every keystroke as an action.
    """
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": True,
        "focus_on_load": True,
        "placeholder": plain(placeholder, 150),
    }
    if value:
        element["initial_value"] = value[:3000]
    block = input_block(label, name, element)
    if not live:
        return block
    element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    return block | {"dispatch_action": True}


def input_block(label: str, block_id: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}


def image(url: str, alt: str) -> Block | None:
    """A picture; None when its address is none that Slack would take."""
    address = web_address(url)
    return {"type": "image", "image_url": address, "alt_text": cut(alt, 2000)} if address else None


def quote(text: str, limit: int = QUOTED, lead: str = "") -> Block:
    """Somebody's words behind a quotation bar, at most `limit` characters; `lead` is mark-up that stands above them."""
    return section("\n".join(filter(None, (lead, quoted(text, limit)))))


def quote_all(text: str) -> list[Block]:
    """Every one of somebody's words behind a quotation bar, in as many sections as they need."""
    return [quote(piece, len(piece)) for piece in islice(pieces(clean(text) or "—"), MAX_PIECES)]


def literally(text: str) -> list[Block]:
    """An agent's own words given back to them, every character as they wrote it, ready to be copied."""
    return [
        {"type": "section", "text": {"type": "plain_text", "text": piece, "emoji": False}}
        for piece in islice(pieces(clean(text) or "—"), MAX_PIECES)
    ]


def mention_cell(slack_id: str) -> Block:
    """A cell of a table that names a member: mark-up means nothing there."""
    user = {"type": "user", "user_id": slack_id}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [user]}]}


def modal(
    callback_id: str,
    title: str,
    blocks: Sequence[Block | None],
    *,
    close: str,
    submit: str | None = None,
    metadata: dict[str, Any] | None = None,
) -> View:
    """A modal of at most 100 blocks. `metadata` comes back with its submission."""
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": [block for block in blocks if block is not None][:100],
    }
    if submit:
        view["submit"] = plain(submit, 24)
    if metadata is not None:
        view["private_metadata"] = json.dumps(metadata)
    return view
