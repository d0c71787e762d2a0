"""Everything that the workspace remembers, behind one lock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.sandbox.changes import Changes
from bot.sandbox.slack import seed
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.modals import Modals
from bot.sandbox.slack.naming import with_ids
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.records import BOT_USER, Call, Channel, Json, Message, User
from bot.sandbox.slack.tickets import ResponseAddresses, Triggers

if TYPE_CHECKING:
    from bot.sandbox.slack.files import File


@dataclass(frozen=True, slots=True)
class Timing:
    """Slack's own time spans, in real seconds, and the clock they run on. Tests shorten them or turn the clock.

    `event_retries` are the waits before each repeat of an unanswered event. `socket_life` is how long a socket stays
    open before Slack asks for a new one (None: for ever). `refresh_grace` is how long before the end Slack warns.
    """

    ack: float = 3.0
    trigger: float = 3.0
    response_url: float = 30 * 60.0
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    socket_life: float | None = None
    refresh_grace: float = 10.0
    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time


class State:
    """The workspace's data. Every method takes the lock and waits for nothing else."""

    def __init__(self, now: Callable[[], datetime], changes: Changes, timing: Timing, rates: Rates) -> None:
        self.lock = threading.RLock()
        self.now = now
        self.changes = changes
        self.timing = timing
        self.rates = rates
        self.scopes: set[str] = set(seed.SCOPES)
        self.users: dict[str, User] = {user.id: user for user in seed.users()}
        self.channels: dict[str, Channel] = {channel.id: channel for channel in seed.channels()}
        self.dnd: dict[str, tuple[datetime, datetime]] = {}
        self.usergroups: dict[str, list[str]] = {}
        self.messages: dict[str, dict[str, Message]] = {channel: {} for channel in self.channels}
        self.modals = Modals()
        self.triggers = Triggers(timing.monotonic, timing.trigger)
        self.responses = ResponseAddresses(timing.monotonic, timing.response_url)
        self.calls: list[Call] = []
        self.files: dict[str, File] = {}
        self.url: Callable[[], str] = str  # the server's address
        self.on_event: Callable[[Json], None] = _unheard
        self._last_ts = datetime.min.replace(tzinfo=now().tzinfo)

    def changed(self) -> None:
        self.changes.publish("slack")

    def dnd_status(self, user: str) -> Json:
        """Return what others can read of a user's notifications: the present or next time without, if they have one."""
        begins, ends = self.dnd.get(user, (None, None))
        if begins is None or ends is None or ends <= self.now():
            return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
        stamps = {"next_dnd_start_ts": int(begins.timestamp()), "next_dnd_end_ts": int(ends.timestamp())}
        return {"dnd_enabled": True, **stamps}

    def disturb(self, user: str, span: tuple[datetime, datetime] | None) -> None:
        """Switch a user's notifications off for a time, or on again, and tell the app. Raises `user_not_found`."""
        with self.lock:
            if user not in self.users:
                raise SlackError("user_not_found")
            self.dnd.pop(user, None)
            if span is not None:
                self.dnd[user] = span
            ts = self.next_ts()
        told = {"type": "dnd_updated_user", "user": user, "dnd_status": self.dnd_status(user), "event_ts": ts}
        self.on_event(told)
        self.changed()

    def set_status(self, user: str, emoji: str, until: datetime | None) -> None:
        """Set a user's status, or clear it with "", and tell the app. Raises `user_not_found`."""
        with self.lock:
            if user not in self.users:
                raise SlackError("user_not_found")
            expiration = int(until.timestamp()) if until else 0
            changed = replace(self.users[user], status_emoji=emoji, status_expiration=expiration)
            self.users[user] = changed
            ts = self.next_ts()
        told = changed.payload(with_locale=True, with_email="users:read.email" in self.scopes)
        self.on_event({"type": "user_change", "user": told, "event_ts": ts})
        self.changed()

    def next_ts(self) -> str:
        """Return a timestamp that no message has, later than all before it."""
        with self.lock:
            self._last_ts = max(self.now(), self._last_ts + timedelta(microseconds=1))
            return f"{int(self._last_ts.timestamp())}.{self._last_ts.microsecond:06d}"

    def channel(self, name_or_id: str) -> Channel:
        """Find a channel by id, or by name with or without #. Raises `channel_not_found`."""
        found = self.channels.get(name_or_id)
        wanted = name_or_id.removeprefix("#")
        by_name = (each for each in self.channels.values() if each.im_user is None and each.name == wanted)
        found = found or next(by_name, None)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def seen(self, name_or_id: str) -> Channel:
        """Find a channel that the bot can see. Raises `channel_not_found`."""
        channel = self.channel(name_or_id)
        if channel.private and BOT_USER not in channel.members:
            raise SlackError("channel_not_found")
        return channel

    def joined(self, name_or_id: str) -> Channel:
        """Find a channel that the bot is in. Raises `channel_not_found` or `not_in_channel`."""
        channel = self.seen(name_or_id)
        if BOT_USER not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def open_for(self, channel: Channel, *, posting: bool) -> Channel:
        """Return the channel if the bot may post in it, or else change its own messages. Raises SlackError."""
        if channel.archived:
            raise SlackError("is_archived")
        if posting and channel.restricted:
            raise SlackError("messages_tab_disabled" if channel.im_user else "restricted_action")
        return channel

    def direct(self, user: str) -> Channel:
        """Return the direct messages between `user` and the bot, opening them if needed. Raises `user_not_found`."""
        with self.lock:
            if user not in self.users or user == BOT_USER:
                raise SlackError("user_not_found")
            channel_id = "D" + user.removeprefix("U")
            if channel_id not in self.channels:
                self.channels[channel_id] = Channel(channel_id, "webcare", {user, BOT_USER}, im_user=user)
                self.messages[channel_id] = {}
            return self.channels[channel_id]

    def lasting(self, channel: str) -> list[Message]:
        """Return the channel's messages that everybody sees, oldest first."""
        with self.lock:
            return [each for each in self.messages.get(channel, {}).values() if each.ephemeral_for is None]

    def find(self, channel: str, ts: str, viewer: str | None = None) -> Message:
        """Find a message that everybody sees, or that only `viewer` sees. Raises `message_not_found`."""
        message = self.messages.get(channel, {}).get(ts)
        if message is None or message.ephemeral_for not in (None, viewer):
            raise SlackError("message_not_found")
        return message

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        return [each for each in self.lasting(channel) if each.is_reply and each.thread_ts == thread_ts]

    def post(self, message: Message) -> Message:
        """Store a message; tell the app if everybody can see it. Raises `cannot_reply_to_message`."""
        with self.lock:
            here = self.messages[message.channel]
            parent = here.get(message.thread_ts) if message.thread_ts else None
            if message.thread_ts is not None:
                if parent is None or parent.is_reply or parent.tombstone or parent.ephemeral_for:
                    raise SlackError("cannot_reply_to_message")
                if message.ephemeral_for is None:
                    parent.thread_ts = parent.ts
            message.blocks = with_ids(message.blocks)
            here[message.ts] = message
        if message.ephemeral_for is None:
            self.on_event(self._event(message) | message.payload(with_metadata=True))
        self.changed()
        return message

    def edit(self, message: Message, **fields: Any) -> None:
        """Change a message in place. `blocks=None` removes its blocks."""
        before = message.payload()
        with self.lock:
            for name, value in fields.items():
                setattr(message, name, with_ids(value) if name == "blocks" else value)
            message.edited = self.next_ts()
        if message.ephemeral_for is None:
            self._tell(
                message, {"subtype": "message_changed", "message": message.payload(), "previous_message": before}
            )
        self.changed()

    def remove(self, message: Message) -> None:
        """Delete a message. One with replies leaves Slack's tombstone."""
        before = message.payload()
        with self.lock:
            if self.replies(message.channel, message.ts):
                message.text, message.blocks, message.tombstone = "This message was deleted.", None, True
                message.metadata, message.user = None, "USLACKBOT"
            else:
                del self.messages[message.channel][message.ts]
        if message.ephemeral_for is None:
            self._tell(message, {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": before})
        self.changed()

    def _event(self, message: Message) -> Json:
        kind = "im" if self.channels[message.channel].im_user else "channel"
        return {"type": "message", "channel": message.channel, "channel_type": kind, "event_ts": message.ts}

    def _tell(self, message: Message, happened: Json) -> None:
        ts = self.next_ts()
        self.on_event(self._event(message) | {"hidden": True, "ts": ts, "event_ts": ts} | happened)


def _unheard(_event: Json) -> None:
    """Drop events while nobody listens."""
