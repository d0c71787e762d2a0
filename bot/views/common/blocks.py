"""Block Kit: one small constructor for each element, which keeps any input within Slack's limits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.common.clean import clean
from bot.views.common.budget import fitted
from bot.views.common.text import cut, cut_markup, pieces, web_address

Block = dict[str, Any]
View = dict[str, Any]

QUOTED = 600  # characters of a post that a card shows
MAX_PIECES = 40  # sections of one long text
IN_A_SECTION = 8  # lines with a link and a time each, far below Slack's limit for one section
IN_A_LIST = "in_a_list:"  # begins the block ids of buttons in a message that lists several threads
OWN_WORDS = 8_000  # characters that an agent gets back, which leaves room for what is said about them


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A Slack message. Notifications and screen readers use `text`; Slack shows `blocks`."""

    text: str
    blocks: list[Block]


def message(text: str, *blocks: Block | None) -> SlackMessage:
    """Build a message of at most 50 blocks within Slack's room, skipping None. Without blocks it shows the text."""
    shown = [block for block in blocks if block is not None] or [section(text)]
    return SlackMessage(cut_markup(text, 3000), fitted(shown[:50]))


def markup(text: str, limit: int = 3000) -> Block:
    """Wrap mark-up of ours as verbatim, so that Slack turns nothing inside it into links or mentions."""
    return {"type": "mrkdwn", "text": cut_markup(text, limit), "verbatim": True}


def plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": cut(text, limit), "emoji": True}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": markup(text)}
    return block | {"accessory": accessory} if accessory else block


def sections(lines: Sequence[str]) -> list[Block]:
    """Show lines with a link and a time each."""
    return [section("\n".join(lines[at : at + IN_A_SECTION])) for at in range(0, len(lines), IN_A_SECTION)]


def fields(*texts: str) -> Block:
    """Show up to 10 short texts in two columns."""
    return {"type": "section", "fields": [markup(text, 2000) for text in texts[:10]]}


def context(*texts: str) -> Block:
    """Show up to 10 pieces of small grey text."""
    return {"type": "context", "elements": [markup(text, 2000) for text in texts[:10]]}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block | None) -> Block | None:
    """Build a row of at most 25 buttons and menus, skipping None; return None if nothing is left."""
    shown = [element for element in elements if element is not None]
    return {"type": "actions", "elements": shown[:25]} if shown else None


def in_a_list(number: int, *elements: Block | None) -> Block | None:
    """Build the row of buttons of one thread, in a message that is to be shown anew when somebody presses one."""
    row = actions(*elements)
    return row | {"block_id": f"{IN_A_LIST}{number}"} if row else None


def button(
    text: str, action_id: str, value: object, *, style: str | None = None, confirm: Block | None = None
) -> Block:
    """Build a button. `style` is "primary" or "danger"; `confirm` is a `confirmation`."""
    block: Block = {"type": "button", "text": plain(text, 75), "action_id": action_id, "value": str(value)}
    return block | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def link_button(text: str, action_id: str, url: str | None) -> Block | None:
    """Build a button that opens `url`; return None if Slack would not take that address."""
    address = web_address(url)
    if address is None:
        return None
    return {"type": "button", "text": plain(text, 75), "action_id": action_id, "url": address}


def confirmation(title: str, text: str, confirm: str, deny: str) -> Block:
    """Build the question that Slack asks before a button acts."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(confirm, 30),
        "deny": plain(deny, 30),
    }


def option(text: str, value: str) -> Block:
    return {"text": plain(text, 75), "value": value}


def overflow(*options: Block) -> Block:
    """Build the menu behind the three dots: 1 to 5 options."""
    return {"type": "overflow", "action_id": "more", "options": list(options[:5])}


def select(action_id: str, placeholder: str, *options: Block) -> Block:
    """Build a menu of up to 100 options, which shows its placeholder until one of them is chosen."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "options": list(options[:100]),
    }


def text_input(
    label: str, name: str, *, placeholder: str, value: str = "", live: bool = False, optional: bool = False
) -> Block:
    """Build a field of several lines, up to Slack's 3,000 characters.

    `name` is both its block id and its action id. `live` reports every keystroke as an action. An `optional` one may
    stay empty, and the cursor is not put into it.
    """
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": True,
        "focus_on_load": not optional,
        "placeholder": plain(placeholder, 150),
    }
    if value:
        element["initial_value"] = value[:3000]
    block = input_block(label, name, element)
    if optional:
        block["optional"] = True
    if not live:
        return block
    element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    return block | {"dispatch_action": True}


def input_block(label: str, block_id: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}


def image(url: str, alt: str) -> Block | None:
    """Build a picture; return None if Slack would not take its address."""
    address = web_address(url)
    return {"type": "image", "image_url": address, "alt_text": cut(alt, 2000)} if address else None


def literally(text: str) -> list[Block]:
    """Give an agent's own words back character by character, ready to be copied."""
    return [
        {"type": "section", "text": {"type": "plain_text", "text": piece, "emoji": False}}
        for piece in pieces(cut(clean(text), OWN_WORDS) or "—")
    ]


def mention_cell(slack_id: str) -> Block:
    """Build a table cell that names a member; mark-up has no effect in a table."""
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
    notify_on_close: bool = False,
) -> View:
    """Build a modal of at most 100 blocks, skipping None. `metadata` comes back with its submission."""
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": [block for block in blocks if block is not None][:100],
    }
    if submit:
        view["submit"] = plain(submit, 24)
    if notify_on_close:
        view["notify_on_close"] = True
    if metadata is not None:
        view["private_metadata"] = json.dumps(metadata)
    return view
