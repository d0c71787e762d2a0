"""All of Block Kit's rules, as Slack enforces them (docs.slack.dev/reference/block-kit).

Slack's Python SDK checks about half of these, so a message that its models accept may still be refused here.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from bot.sandbox.slack.blockkit_elements import ACCESSORIES, ELEMENTS, IN_ACTIONS, IN_INPUT, SURFACES, picture
from bot.sandbox.slack.blockkit_rules import (
    ANY_TEXT,
    Check,
    Problems,
    Shape,
    anything,
    boolean,
    items,
    one_of,
    string,
    text,
)

Surface = Literal["message", "modal", "home"]
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}


def problems(blocks: Any, surface: Surface = "message") -> list[str]:
    """List what Slack would refuse in `blocks`, each with its JSON pointer."""
    found = Problems()
    _blocks(surface, "/blocks")(found, blocks, "/blocks")
    return found


def view_problems(view: Any) -> list[str]:
    """List what Slack would refuse in a modal or a home tab, each with its JSON pointer."""
    found = Problems()
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        found.note("/view/type", "must be one of modal, home")
        return found
    surface: Surface = view["type"]
    Shape(
        {
            "type": anything,
            "title": text(24),
            "submit": text(24),
            "close": text(24),
            "blocks": _blocks(surface, "/view/blocks"),
            "private_metadata": string(3000, 0),
            "callback_id": string(255, 0),
            "external_id": string(255, 0),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        ("blocks", "title") if surface == "modal" else ("blocks",),
        (_input_needs_submit,) if surface == "modal" else (),
    )(found, view, "/view")
    return found


def _input_needs_submit(found: Problems, view: Any, at: str) -> None:
    if view.get("submit") is None and isinstance(view.get("blocks"), list):
        for index, block in enumerate(view["blocks"]):
            if isinstance(block, dict) and block.get("type") == "input":
                found.note(f"{at}/blocks/{index}/input", "must define `submit` to use an `input` block in modals")


def _blocks(surface: Surface, root: str) -> Check:
    shapes = _shapes(surface)

    def block(found: Problems, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in shapes:
            found.note(f"{at}/type", f"unsupported type: {kind}")
        else:
            shapes[kind](found, value, at)

    def check(found: Problems, value: Any, at: str) -> None:
        items(block, MOST_BLOCKS[surface], 0)(found, value, at)
        if isinstance(value, list):
            _unique("block_id", found, value, root)
            _one_table(found, value, root)

    return check


def _unique(name: str, found: Problems, things: list[Any], at: str) -> None:
    seen: set[str] = set()
    for index, thing in enumerate(things):
        value = thing.get(name) if isinstance(thing, dict) else None
        if isinstance(value, str) and value:
            if value in seen:
                found.note(f"{at}/{index}/{name}", f'`{name}` "{value}" already exists')
            seen.add(value)


def _one_table(found: Problems, blocks: list[Any], at: str) -> None:
    tables = [index for index, block in enumerate(blocks) if isinstance(block, dict) and block.get("type") == "table"]
    for index in tables[1:]:
        found.note(f"{at}/{index}", "only_one_table_allowed")


def _element(surface: Surface, allowed: Collection[str]) -> Check:
    def check(found: Problems, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in allowed or surface not in SURFACES.get(kind, {surface}):
            found.note(f"{at}/type", f"unsupported type: {kind}")
        else:
            ELEMENTS[kind](found, value, at)

    return check


def _context_element(found: Problems, value: Any, at: str) -> None:
    if isinstance(value, dict) and value.get("type") == "image":
        ELEMENTS["image"](found, value, at)
    else:
        text(2000, *ANY_TEXT)(found, value, at)


def _text_or_fields(found: Problems, value: Any, at: str) -> None:
    if value.get("text") is None and value.get("fields") is None:
        found.note(f"{at}/type", "must define either `text` or `fields`")


def _unique_actions(found: Problems, value: Any, at: str) -> None:
    if isinstance(value.get("elements"), list):
        _unique("action_id", found, value["elements"], f"{at}/elements")


def _cell(found: Problems, value: Any, at: str) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "raw_text":
        Shape({"type": anything, "text": string(3000)}, ("text",))(found, value, at)
    elif kind != "rich_text":
        found.note(f"{at}/type", f"unsupported type: {kind}")


COLUMN = Shape({"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _shapes(surface: Surface) -> dict[str, Shape]:
    shared: dict[str, Check] = {"type": anything, "block_id": string(255, 0)}
    shapes = {
        "section": Shape(
            shared
            | {
                "text": text(3000, *ANY_TEXT),
                "fields": items(text(2000, *ANY_TEXT), 10),
                "accessory": _element(surface, ACCESSORIES),
                "expand": boolean,
            },
            rules=(_text_or_fields,),
        ),
        "divider": Shape(shared),
        "header": Shape(shared | {"text": text(150)}, ("text",)),
        "context": Shape(shared | {"elements": items(_context_element, 10)}, ("elements",)),
        "actions": Shape(
            shared | {"elements": items(_element(surface, IN_ACTIONS), 25)}, ("elements",), (_unique_actions,)
        ),
        "image": Shape(
            shared | {"image_url": string(3000), "slack_file": anything, "alt_text": string(2000), "title": text(2000)},
            ("alt_text",),
            (picture,),
        ),
        "input": Shape(
            shared
            | {
                "label": text(2000),
                "hint": text(2000),
                "optional": boolean,
                "dispatch_action": boolean,
                "element": _element(surface, IN_INPUT),
            },
            ("label", "element"),
        ),
        "rich_text": Shape(shared | {"elements": items(anything, 1000)}, ("elements",)),
        "video": Shape(
            shared
            | {
                "title": text(200),
                "video_url": string(3000),
                "thumbnail_url": string(3000),
                "alt_text": string(2000),
                "description": text(200),
                "author_name": string(50),
                "provider_name": string(50),
                "provider_icon_url": string(3000),
                "title_url": string(3000),
            },
            ("title", "video_url", "thumbnail_url", "alt_text"),
        ),
    }
    if surface == "message":
        shapes["markdown"] = Shape(shared | {"text": string(12_000)}, ("text",))
        shapes["table"] = Shape(
            shared | {"rows": items(items(_cell, 20), 100), "column_settings": items(COLUMN, 20)}, ("rows",)
        )
    return shapes
