"""The Slack app manifest (v2), which an operator pastes into api.slack.com/apps to create the app.

Limits of Slack's published schema, in characters: name 35, description 140, bot display name 80, a command's
description 2,000 and usage hint 1,000.
"""

from __future__ import annotations

from typing import Any

SCOPES = (
    "chat:write",  # cards, nags, standups, ephemeral messages, direct messages to a lead
    "commands",  # the slash command and the shortcuts
    "users:read",  # names and locales of agents
    "users:read.email",  # whom an e-mail address in a roster means
    "usergroups:read",  # roles given by user group, and a user group as roster
    "dnd:read",  # whether an agent can be rung; if not, the channel hears the reminder
    "files:read",  # the picture that an agent adds to a reply
    "channels:read",  # whether a desk's channel exists, and who is in it: the bot, and a thread's next owner
    "groups:read",  # the same for private channels
    "channels:history",  # finding our own card again when Slack's answer was lost
    "groups:history",  # the same for private channels
    "im:write",  # opening the direct message that tells a lead of a breach
    "im:history",  # finding that message again
)
EVENTS = (
    "app_home_opened",
    "dnd_updated_user",
    "message.channels",  # talk under a card, and calls for help
    "message.groups",  # the same in private channels
    "message.im",  # direct messages to the bot
    "subteam_members_changed",  # who is on call, where a user group is the roster
    "user_change",  # an agent sets a status that says that they are away, or leaves Slack
)
SHOW_CUSTOMER = "show_customer"
"""What Slack calls the shortcut on a message, which also works where commands do not: within threads."""
INTO_BANK = "into_bank"
"""The same for the shortcut that keeps an answer for colleagues."""
SEARCH = "search"
"""What Slack calls the shortcut that works anywhere, also on a phone."""
EVENTS_PATH = "/slack/events"


def manifest(command: str = "/webcare", url: str | None = None, *, usage_hint: str) -> dict[str, Any]:
    """Return the manifest as JSON-ready data. Slack shows `usage_hint` while somebody types the command.

    Without `url` the app uses Socket Mode and needs no public address. With one, such as https://desk.example.com,
    Slack calls its /slack/events. Raises ValueError if it is not https, since Slack accepts nothing else.
    """
    if url is not None and not url.startswith("https://"):
        raise ValueError(f"{url} does not start with https://, and Slack calls no other address")
    request = {"request_url": url.rstrip("/") + EVENTS_PATH} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Webcare desk",
            "description": "Every public mention gets an owner, a clock and a personal answer.",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "webcare", "always_online": True},
            "shortcuts": [
                {
                    "name": "Show customer",
                    "type": "message",
                    "callback_id": SHOW_CUSTOMER,
                    "description": "Who this message is about, and all their threads",
                },
                {
                    "name": "Into the knowledge bank",
                    "type": "message",
                    "callback_id": INTO_BANK,
                    "description": "Keep the answer in this thread for colleagues",
                },
                {
                    "name": "Search",
                    "type": "global",
                    "callback_id": SEARCH,
                    "description": "Threads by a name, a handle, an order number or words",
                },
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": "See, claim and answer mentions",
                    "usage_hint": usage_hint,
                    "should_escape": True,
                    **({"url": request["request_url"]} if request else {}),
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
