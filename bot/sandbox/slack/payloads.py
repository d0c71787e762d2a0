"""The payloads that Slack sends when a user acts (docs.slack.dev/reference/interaction-payloads)."""

from __future__ import annotations

import time

from bot.sandbox.slack.inputs import Entered, values_of
from bot.sandbox.slack.modals import payload as view_payload
from bot.sandbox.slack.records import APP_ID, TEAM_DOMAIN, TEAM_ID, Channel, Json, Message, User, View


def _shared(kind: str, user: User) -> Json:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "api_app_id": APP_ID,
        "token": "sandbox",
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_name(channel: Channel) -> str:
    return "directmessage" if channel.im_user else channel.name


def message_action(
    user: User,
    channel: Channel,
    message: Message,
    action: Json,
    *,
    entered: Entered,
    trigger_id: str,
    response_url: str,
) -> Json:
    """Build block_actions for a message. Slack leaves out the content of an ephemeral message."""
    ephemeral = message.ephemeral_for is not None
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    } | ({"thread_ts": message.thread_ts} if message.is_reply else {})
    return (
        _shared("block_actions", user)
        | {
            "container": container,
            "trigger_id": trigger_id,
            "channel": {"id": channel.id, "name": channel_name(channel)},
            "state": {"values": values_of(message.blocks or [], entered)},
            "response_url": response_url,
            "actions": [action],
        }
        | ({} if ephemeral else {"message": message.payload()})
    )


def message_shortcut(
    user: User, channel: Channel, message: Message, callback_id: str, *, trigger_id: str, response_url: str
) -> Json:
    """Build message_action, which is what Slack calls a shortcut on a message."""
    return _shared("message_action", user) | {
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "action_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message_ts": message.ts,
        "message": message.payload(),
        "response_url": response_url,
    }


def global_shortcut(user: User, callback_id: str, *, trigger_id: str) -> Json:
    """Build the payload of a shortcut that works anywhere; it names no channel."""
    return _shared("shortcut", user) | {
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "action_ts": f"{time.time():.6f}",
    }


def view_action(user: User, view: View, action: Json, trigger_id: str) -> Json:
    """Build block_actions for a modal or a home tab."""
    shown = view_payload(view)
    return _shared("block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger_id,
        "view": shown,
        "state": shown["state"],
        "actions": [action],
    }


def view_submission(user: User, view: View, trigger_id: str, response_urls: list[Json]) -> Json:
    return _shared("view_submission", user) | {
        "trigger_id": trigger_id,
        "view": view_payload(view),
        "response_urls": response_urls,
    }


def view_closed(user: User, view: View, *, is_cleared: bool) -> Json:
    return _shared("view_closed", user) | {"view": view_payload(view), "is_cleared": is_cleared}


def slash_command(user: User, channel: Channel, command: str, text: str, trigger_id: str, response_url: str) -> Json:
    return {
        "token": "sandbox",
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }
