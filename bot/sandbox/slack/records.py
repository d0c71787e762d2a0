"""What a Slack workspace consists of: users, channels, messages and views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEAM_ID, TEAM_NAME, TEAM_DOMAIN = "T0ACME", "Acme", "acme"
APP_ID, BOT_ID, BOT_USER = "A0WEBCARE", "B0BOT", "U0BOT"


@dataclass(frozen=True, slots=True)
class User:
    """A person or the bot. `locale` is in Slack's own form (nl-NL); `tz` is an IANA name.

    Somebody of another `team` is in a channel that both organisations share.
    """

    id: str
    name: str
    real_name: str
    initials: str
    locale: str
    tz: str
    colour: str
    lead: bool = False
    bot: bool = False
    team: str = TEAM_ID
    guest: bool = False
    deleted: bool = False
    email: str = ""
    status_emoji: str = ""
    status_expiration: int = 0  # a Unix time; 0: until it is changed

    def payload(self, *, with_locale: bool = False, with_email: bool = False) -> Json:
        """Return the user object of users.info and users.list."""
        shown: Json = {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "tz": self.tz,
            "is_bot": self.bot,
            "is_admin": self.lead,
            "is_app_user": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "profile": {
                "real_name": self.real_name,
                "display_name": self.name,
                "team": self.team,
                "status_emoji": self.status_emoji,
                "status_expiration": self.status_expiration,
            },
        }
        if self.team != TEAM_ID:
            shown["is_stranger"] = True
        if with_email and self.email:
            shown["profile"] |= {"email": self.email}
        return shown | ({"locale": self.locale} if with_locale else {})


@dataclass(slots=True)
class Channel:
    """A channel, or with `im_user` the direct messages between that user and the bot.

    A `private` one cannot be seen from outside. Nothing changes in an `archived` one. In a `restricted` one only admins
    post, and in closed direct messages nobody does.
    """

    id: str
    name: str
    members: set[str]
    im_user: str | None = None
    private: bool = False
    archived: bool = False
    restricted: bool = False

    def payload(self) -> Json:
        """Return the conversation object of conversations.info and conversations.list."""
        shared = {"id": self.id, "created": 1_700_000_000, "is_archived": self.archived, "context_team_id": TEAM_ID}
        if self.im_user is not None:
            return shared | {"is_im": True, "user": self.im_user}
        return shared | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": True,
            "is_im": False,
            "is_private": self.private,
            "is_member": BOT_USER in self.members,
            "num_members": len(self.members),
        }


@dataclass(slots=True)
class Message:
    """One message. `ts` is its id within the channel; `ephemeral_for` is the only user who sees it, if set.

    `edited` is when it was changed. Slack's clients show "(edited)" only after a change of plain text.
    """

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    edited: str | None = None
    shows_edited: bool = False
    broadcast: bool = False
    tombstone: bool = False
    ephemeral_for: str | None = None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def payload(self, *, with_metadata: bool = False) -> Json:
        """Return the message object as history, events and interactions carry it, without its thread's counts."""
        shown: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": TEAM_ID}
        if self.user == BOT_USER:
            shown |= {"bot_id": BOT_ID, "app_id": APP_ID}
        if self.blocks is not None:
            shown["blocks"] = self.blocks
        if self.thread_ts is not None:
            shown["thread_ts"] = self.thread_ts
        if self.broadcast:
            shown["subtype"] = "thread_broadcast"
        if self.tombstone:
            shown["subtype"] = "tombstone"
        if self.edited is not None:
            shown["edited"] = {"user": self.user, "ts": self.edited}
        if with_metadata and self.metadata is not None:
            shown["metadata"] = self.metadata
        return shown


@dataclass(slots=True)
class View:
    """A modal or a home tab of one user. `entered` is what they typed, by block and action."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    entered: dict[str, dict[str, Json]] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.body["blocks"]
        return blocks


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the Web API. `at` is the sandbox's time as an ISO string; `error` is Slack's refusal, if any."""

    method: str
    args: Json
    at: str
    error: str | None = None
