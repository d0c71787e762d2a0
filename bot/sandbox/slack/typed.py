"""What Slack's client makes of a user's typed words: links, mentions and entities."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.sandbox.slack.records import Channel, User

_SPECIAL = re.compile(r"(?P<url>https?://[^\s<>]+)|(?<!\w)@(?P<user>[\w.-]+)|(?<!\w)#(?P<channel>[\w-]+)")


def entities(text: str) -> str:
    """Escape `&`, `<` and `>` as Slack does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped(text: str, users: Mapping[str, User], channels: Mapping[str, Channel], *, labelled: bool) -> str:
    """Return typed text as an app receives it; `labelled` writes users as slash commands do, `<@U0LARS|lars>`."""
    people = {user.name: user.id for user in users.values()}
    places = {channel.name: channel.id for channel in channels.values() if channel.im_user is None}

    def replace(found: re.Match[str]) -> str:
        url, user, channel = found["url"], found["user"], found["channel"]
        if url:
            return f"<{entities(url)}>"
        if user in people:
            return f"<@{people[user]}|{user}>" if labelled else f"<@{people[user]}>"
        if channel in places:
            return f"<#{places[channel]}|{channel}>"
        return entities(found[0])

    parts, end = [], 0
    for found in _SPECIAL.finditer(text):
        parts += [entities(text[end : found.start()]), replace(found)]
        end = found.end()
    return "".join([*parts, entities(text[end:])])
