"""What the API must know about a method before it calls it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.sandbox.slack.args import Args
from bot.sandbox.slack.blockkit import problems
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.state import State

T = TypeVar("T")
PAGE = 100  # items on a page by default
LONGEST_BLOCKS = 11_000  # characters in all blocks of a message; Slack documents none, and has refused 11,341


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Web API.

    `run` does the work. The token needs one of `scopes`. `tier` is the rate limit's; None means that the method has a
    limit of its own, or one too high to reach.
    """

    name: str
    run: Callable[[State, Args], Json]
    scopes: tuple[str, ...] = ()
    tier: int | None = None


def check_blocks(blocks: list[Json]) -> None:
    """Raise `invalid_blocks` with Slack's reasons, or `msg_blocks_too_long`."""
    if found := problems(blocks):
        raise bad_blocks(found)
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > LONGEST_BLOCKS:
        raise SlackError("msg_blocks_too_long")


def bad_blocks(found: list[str]) -> SlackError:
    messages = [f"[ERROR] {text}" for text in found]
    return SlackError("invalid_blocks", errors=found, response_metadata={"messages": messages})


def limit(args: Args, most: int = 999) -> int:
    """Return the number of items on a page. Raises `invalid_limit`."""
    wanted = args.number("limit", PAGE) or PAGE
    if not 0 < wanted <= most:
        raise SlackError("invalid_limit")
    return wanted


def cursor(args: Args) -> str | None:
    """Return what was given to `encoded` for this page; None on the first page. Raises `invalid_cursor`."""
    try:
        text = base64.b64decode(args.text("cursor") or "", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if text and not text.startswith("next:"):
        raise SlackError("invalid_cursor")
    return text.removeprefix("next:") or None


def encoded(position: object) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def page(things: Sequence[T], args: Args, *, most: int = 999) -> tuple[Sequence[T], str]:
    """Return one page of a list that only grows at its end, and the cursor of the next page ("" after the last)."""
    start = cursor(args) or "0"
    if not start.isdigit():
        raise SlackError("invalid_cursor")
    end = int(start) + limit(args, most=most)
    return things[int(start) : end], encoded(end) if end < len(things) else ""
