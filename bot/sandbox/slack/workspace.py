"""The sandbox's Slack workspace as tests and the command line use it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.sandbox.changes import Changes
from bot.sandbox.faults import Faults
from bot.sandbox.slack import files, modals
from bot.sandbox.slack.api import Api
from bot.sandbox.slack.client import Client, Outcome
from bot.sandbox.slack.commands import Command, Commands
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.records import TEAM_ID, Call, Json, Message
from bot.sandbox.slack.shortcuts import Shortcut, Shortcuts
from bot.sandbox.slack.state import State, Timing

T = TypeVar("T")


class Workspace:
    """One Slack workspace with one app. Its methods block until the outcome; any thread may call them.

    They raise LookupError or SlackError for what no user could do, such as a click on an element that is not there.
    `rate_limits=False` switches the Web API's limits off for fast tests.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        changes: Changes | None = None,
        faults: Faults | None = None,
        *,
        rate_limits: bool = True,
        timing: Timing | None = None,
    ) -> None:
        timing = timing or Timing()
        self.url = ""
        self.language: str | None = None  # everybody's, if they share one
        self.rates = Rates(timing.monotonic, enabled=rate_limits)
        self.state = State(now, changes or Changes(), timing, self.rates)
        self.state.url = lambda: self.url
        self.delivery = Delivery(self.state)
        self.client = Client(self.state, self.delivery, lambda: self.url)
        self.slash_commands = Commands(self.state, self.delivery, self.client)
        self.shortcuts = Shortcuts(self.state, self.delivery, self.client)
        self.api = Api(self.state, self.delivery, faults or Faults())

    @property
    def scopes(self) -> set[str]:
        """The bot token's scopes; remove one to see `missing_scope`."""
        return self.state.scopes

    @property
    def events_url(self) -> str | None:
        """The app's address for HTTP mode, used while no socket is open."""
        return self.delivery.events_url

    @events_url.setter
    def events_url(self, url: str | None) -> None:
        self.delivery.events_url = url

    @property
    def calls(self) -> list[Call]:
        """The calls to the Web API so far, oldest first."""
        return list(self.state.calls)

    @property
    def sockets(self) -> int:
        """The number of sockets that the app has open."""
        return self.delivery.sockets.count

    def install(self, manifest: Json) -> None:
        """Give the app exactly what its manifest (v2, as a dict) asks for: scopes, events, commands and shortcuts.

        Until then it has those of `seed.py` and a /webcare command. Raises KeyError if the manifest lacks them.
        """
        commands = manifest["features"]["slash_commands"]
        shortcuts = manifest["features"].get("shortcuts", ())
        scopes = set(manifest["oauth_config"]["scopes"]["bot"])
        events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
        with self.state.lock:
            self.state.scopes = scopes
            self.delivery.events = events
            self.slash_commands.known = {
                each["command"]: Command(
                    each["command"],
                    each.get("usage_hint", ""),
                    each.get("description", ""),
                    bool(each.get("should_escape")),
                )
                for each in commands
            }
            self.shortcuts.known = {
                each["callback_id"]: Shortcut(each["callback_id"], each["name"], each["type"] == "global")
                for each in shortcuts
            }

    def speak(self, locale: str) -> None:
        """Let everybody in the workspace read one language; `locale` is in Slack's form, such as nl-NL."""
        self.language = locale.partition("-")[0]
        with self.state.lock:
            self.state.users |= {id_: replace(user, locale=locale) for id_, user in self.state.users.items()}

    def messages(self, channel: str) -> list[Message]:
        """Return what everybody sees in a channel or direct message, replies included, oldest first."""
        return self.state.lasting(self.state.channel(channel).id)

    def message(self, channel: str, ts: str) -> Message:
        return self.state.find(self.state.channel(channel).id, ts)

    def ephemerals(self, user: str) -> list[Message]:
        """Return what only this user sees, in every channel, oldest first."""
        with self.state.lock:
            every = [message for here in self.state.messages.values() for message in here.values()]
        return sorted((each for each in every if each.ephemeral_for == user), key=lambda each: each.ts)

    def views(self, user: str) -> list[Json]:
        """Return the user's open modals, topmost last."""
        with self.state.lock:
            return [modals.payload(view) for view in self.state.modals.stacks.get(user, [])]

    def home_view(self, user: str) -> Json | None:
        """Return the home tab that the app published for the user."""
        with self.state.lock:
            home = self.state.modals.homes.get(user)
            return modals.payload(home) if home else None

    def click(
        self, user: str, channel: str, ts: str, action_id: str, value: object = None, **element: object
    ) -> Outcome:
        """Use an element of a message: press a button, or choose `value` (an option's value, a user's id)."""
        action = {"action_id": action_id, "chosen": value, **element}
        return self._run(self.client.click(user, channel, ts, action))

    def act(
        self,
        user: str,
        action_id: str,
        value: object = None,
        *,
        values: Mapping[str, object] | None = None,
        **element: object,
    ) -> Outcome:
        """Use an element of the user's topmost modal, or of their home tab if none is open.

        `values` is what the modal's other inputs hold at that moment, as in `submit`.
        """
        view = self.state.modals.top(user) or self.state.modals.homes[user]
        action = {"action_id": action_id, "chosen": value, **element}
        return self._run(self.client.act(user, view.id, action, values or {}))

    def submit(self, user: str, values: Mapping[str, object] | None = None) -> Outcome:
        """Submit the user's topmost modal; `values` by action id, or by block id and action id."""
        return self._run(self.client.submit(user, self._top(user), values or {}))

    def upload(self, user: str, name: str, content: bytes) -> Json:
        """Put a file into Slack, as a form does when it is chosen; return the object that the form then holds."""
        return files.add(self.state, self.url, user, name, content)

    def delete_file(self, file: str) -> None:
        """Delete a file, as its owner can at any time."""
        with self.state.lock:
            del self.state.files[file]

    def close(self, user: str, *, everything: bool = False) -> Outcome:
        """Close the user's topmost modal, or all of them."""
        return self._run(self.client.close(user, self._top(user), everything=everything))

    def command(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Outcome:
        """Type a slash command, such as "/webcare open"."""
        return self._run(self.slash_commands.run(user, channel, text, thread_ts))

    def shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Outcome:
        """Choose a shortcut in the menu of a message."""
        return self._run(self.shortcuts.run(user, channel, ts, callback_id))

    def global_shortcut(self, user: str, callback_id: str) -> Outcome:
        """Choose a shortcut that belongs to no message."""
        return self._run(self.shortcuts.run_global(user, callback_id))

    def home(self, user: str) -> Outcome:
        """Open the app's home tab."""
        return self._run(self.client.home(user))

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Write a message as a user."""
        return self.client.say(user, channel, text, thread_ts)

    def pause_notifications(self, user: str, minutes: float) -> None:
        """Have a user not disturbed for so long from now; 0 ends it."""
        now = self.state.now()
        self.state.disturb(user, (now, now + timedelta(minutes=minutes)) if minutes else None)

    def set_status(self, user: str, emoji: str, minutes: float = 0) -> None:
        """Have a user set a status for so long from now, or until they change it; "" clears it."""
        until = self.state.now() + timedelta(minutes=minutes) if minutes else None
        self.state.set_status(user, emoji, until)

    def leave(self, user: str, channel: str) -> None:
        """Take a user out of a channel: they no longer see it, and nothing can be shown to them there."""
        with self.state.lock:
            self.state.channel(channel).members.discard(user)
            self.state.changed()

    def join(self, user: str, channel: str) -> None:
        """Bring a user, or the bot, into a channel, as /invite does."""
        with self.state.lock:
            self.state.channel(channel).members.add(user)
            self.state.changed()

    def set_group(self, group: str, *members: str) -> None:
        """Make a user group consist of these members, and tell the app what changed in one that was there."""
        with self.state.lock:
            before = self.state.usergroups.get(group)
            self.state.usergroups[group] = list(members)
        if before is not None:
            added, removed = sorted({*members} - {*before}), sorted({*before} - {*members})
            now = int(self.state.now().timestamp())
            self.state.on_event(
                {
                    "type": "subteam_members_changed",
                    "subteam_id": group,
                    "team_id": TEAM_ID,
                    "date_previous_update": now,
                    "date_update": now,
                    "added_users": added,
                    "added_users_count": str(len(added)),
                    "removed_users": removed,
                    "removed_users_count": str(len(removed)),
                    "event_ts": self.state.next_ts(),
                }
            )
        self.state.changed()

    def set_channel(
        self,
        channel: str,
        *,
        archived: bool | None = None,
        restricted: bool | None = None,
        private: bool | None = None,
    ) -> None:
        """Archive a channel, keep all but admins from posting in it, make it private, or undo that.

        A direct message's id stands for a member who takes no messages from apps when it is `restricted`.
        """
        with self.state.lock:
            found = self.state.channel(channel)
            found.archived = found.archived if archived is None else archived
            found.restricted = found.restricted if restricted is None else restricted
            found.private = found.private if private is None else private
            self.state.changed()

    def refresh_sockets(self, at_most: int | None = None) -> int:
        """Ask the oldest sockets, or all, to reconnect, as Slack does now and then; return how many were asked."""
        return self._run(self.delivery.sockets.refresh(at_most))

    def drop_sockets(self, at_most: int | None = None) -> int:
        """Cut the oldest sockets, or all, without warning; return how many were cut."""

        async def drop() -> int:
            return self.delivery.sockets.drop(at_most)

        return self._run(drop())

    def verify_events_url(self) -> bool:
        """Run Slack's url_verification of `events_url`."""
        return self._run(self.delivery.verify())

    def _top(self, user: str) -> str:
        view = self.state.modals.top(user)
        if view is None:
            raise SlackError("not_found")
        return view.id

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        loop = self.delivery.loop
        if loop is None:
            work.close()
            raise RuntimeError("the sandbox has not been started")
        return asyncio.run_coroutine_threadsafe(work, loop).result()
