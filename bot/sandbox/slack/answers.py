"""Messages that an app sends as an answer, in the ack of a slash command or to a response_url."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods.base import check_blocks
from bot.sandbox.slack.records import BOT_USER, Json, Message
from bot.sandbox.slack.state import State
from bot.sandbox.slack.tickets import ResponseAddress


def _content(answer: Json) -> tuple[str, list[Json] | None]:
    text, blocks = answer.get("text") or "", answer.get("blocks")
    if not isinstance(text, str) or not (blocks is None or isinstance(blocks, list)):
        raise SlackError("invalid_payload")
    if blocks:
        check_blocks(blocks)
    if not text and not blocks:
        raise SlackError("no_text")
    return text, blocks


def post(state: State, answer: Json, address: ResponseAddress) -> Message:
    """Post an answer, visible only to the user unless it says `in_channel`. Raises SlackError."""
    text, blocks = _content(answer)
    only = None if answer.get("response_type") == "in_channel" else address.user
    thread_ts = answer.get("thread_ts") or address.thread_ts
    ts = state.next_ts()
    return state.post(Message(ts, address.channel, BOT_USER, text, blocks, thread_ts, ephemeral_for=only))


def respond(state: State, key: str, answer: Any) -> None:
    """Handle what was sent to a response_url.

    Raises SlackError, with the code `used_url` or `expired_url` for a spent address.
    """
    with state.lock:
        if not isinstance(answer, dict):
            raise SlackError("invalid_payload")
        address = state.responses.use(key)
        if address.ts is not None and answer.get("delete_original"):
            state.remove(state.find(address.channel, address.ts, viewer=address.user))
        elif address.ts is not None and answer.get("replace_original"):
            text, blocks = _content(answer)
            original = state.find(address.channel, address.ts, viewer=address.user)
            state.edit(original, text=text, blocks=blocks, shows_edited=not blocks)
        else:
            post(state, answer, address)
