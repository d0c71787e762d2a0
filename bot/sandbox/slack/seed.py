"""The workspace with which every sandbox starts."""

from __future__ import annotations

from bot.sandbox.slack.records import BOT_USER, Channel, User

BOT_TOKEN = "xoxb-sandbox"  # noqa: S105 - the sandbox's published token opens nothing
APP_TOKEN = "xapp-sandbox"  # noqa: S105 - likewise
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105 - likewise

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "dnd:read",
        "files:read",
        "im:history",
        "im:read",
        "im:write",
        "reactions:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)
EVENTS = frozenset(
    {
        "app_home_opened",
        "dnd_updated_user",
        "message.channels",
        "message.im",
        "member_joined_channel",
        "user_change",
    }
)


def users() -> list[User]:
    """Return three agents, a lead and the bot."""
    return [
        User("U0ANNA", "anna", "Anna Bakker", "AB", "nl-NL", "Europe/Amsterdam", "#2b6cb0", email="anna@acme.example"),
        User("U0LARS", "lars", "Lars Nilsson", "LN", "sv-SE", "Europe/Stockholm", "#2f855a", email="lars@acme.example"),
        User("U0EMMA", "emma", "Emma Clark", "EC", "en-GB", "Europe/London", "#b7791f", email="emma@acme.example"),
        User(
            "U0LEAD",
            "joost",
            "Joost de Vries",
            "JV",
            "nl-NL",
            "Europe/Amsterdam",
            "#9b2c2c",
            lead=True,
            email="joost@acme.example",
        ),
        User(BOT_USER, "webcare", "webcare", "W", "en-US", "Europe/Amsterdam", "#553c9a", bot=True),
    ]


def channels() -> list[Channel]:
    """Return the team's channel and the press office, with the bot in both, and one channel without the bot."""
    people = {user.id for user in users()}
    return [
        Channel("C0SUPPORT", "webcare", set(people)),
        Channel("C0PRESS", "press-office", set(people)),
        Channel("C0RANDOM", "random", people - {BOT_USER}),
    ]
